package io.changepassword.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.changepassword.fixture.Browser;
import io.changepassword.fixture.Eventually;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The sample of {@code docs/app.md} in a browser, on a page of another origin than Keycloak's. keycloak-js is not on Maven: an
 * object with the members that the sample uses stands in for it.
 */
@ExtendWith(KeycloakExtension.class)
class AppSampleIT {

    private static final Path SAMPLE = Path.of("src/test/resources/app");
    private static final String NEW_PASSWORD = "A-new-Password-1";

    private static final HttpServer APP_SERVER = appServer();
    private static final String ORIGIN =
            "http://127.0.0.1:" + APP_SERVER.getAddress().getPort();

    /** The content of {@code keycloak.js} for the page. */
    private static volatile String adapter = "";

    @RegisterExtension
    static final Browser BROWSER = new Browser();

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .with("passwordPolicy", "length(12) and digits(1)")
            .with("bruteForceProtected", true)
            .with("failureFactor", 20)
            .with("quickLoginCheckMilliSeconds", 0)
            .client("spa", Map.of("webOrigins", List.of(ORIGIN)));

    @AfterAll
    static void stopApp() {
        APP_SERVER.stop(0);
    }

    @Test
    void changeWhenOldPasswordIsRightThenThePageSaysSo() {
        TestUser user = REALM.user();
        open(user, signIn(user));

        submit(user.password(), NEW_PASSWORD);

        awaitText("[role=status]", "Your password is changed.");
        assertThat(user.signsInWith(NEW_PASSWORD)).isTrue();
        assertThat(BROWSER.evaluate("document.forms[0].elements.oldPassword.value"))
                .isEqualTo("");
        assertThat(BROWSER.evaluate("document.forms[0].elements.loginId.value")).isEqualTo(user.username());
    }

    @Test
    void changeWhenOldPasswordIsWrongThenTheErrorIsAtItsField() {
        TestUser user = REALM.user();
        open(user, signIn(user));

        submit("wrong", NEW_PASSWORD);

        awaitText("[data-field=oldPassword]", "Invalid existing password.");
        assertThat(BROWSER.text("[data-field=newPassword]")).isEmpty();
        assertThat(user.signsInWith(user.password())).isTrue();
    }

    @Test
    void changeWhenNewPasswordBreaksRulesThenAllAreAtItsField() {
        TestUser user = REALM.user();
        open(user, signIn(user));

        submit(user.password(), "short");

        awaitText(
                "[data-field=newPassword]",
                "Invalid password: must contain at least 1 numerical digits. Invalid password: minimum length 12.");
        assertThat(BROWSER.text("[data-field=oldPassword]")).isEmpty();
        assertThat(user.signsInWith(user.password())).isTrue();
    }

    @Test
    void changeWhenTheTokenIsOfAnEndedSessionThenTheUserSignsInAgain() {
        TestUser user = REALM.user();
        Tokens tokens = signIn(user);
        open(user, tokens);
        REALM.admin()
                .delete(REALM.adminUrl("/sessions/" + tokens.sessionId()))
                .then()
                .statusCode(204);

        submit(user.password(), NEW_PASSWORD);

        awaitSignIn();
        assertThat(user.signsInWith(user.password())).isTrue();
    }

    @Test
    void changeWhenTheTokenCannotBeRefreshedThenTheUserSignsInAgain() {
        TestUser user = REALM.user();
        open(user, signIn(user));
        BROWSER.evaluate("keycloak.sessionHasEnded = true");

        submit(user.password(), NEW_PASSWORD);

        awaitSignIn();
        assertThat(user.signsInWith(user.password())).isTrue();
    }

    @Test
    void changeWhenTheSignInIsTooOldThenTheUserSignsInAgainWithMaxAge() {
        TestUser user = REALM.user();
        open(user, signIn(user));
        REALM.attributes(Map.of("changePassword.maxAuthAge", "0"));
        try {
            // Until the sign-in is a second old, the password is wrong.
            Eventually.assertThat(
                    () -> {
                        submit("wrong", NEW_PASSWORD);
                        Eventually.assertThat(
                                () -> BROWSER.evaluate("document.forms[0].querySelector('button').disabled"),
                                Boolean.FALSE::equals);
                        return BROWSER.evaluate("keycloak.signIn?.maxAge");
                    },
                    maxAge -> Long.valueOf(0).equals(maxAge));
        } finally {
            REALM.attributes(Map.of("changePassword.maxAuthAge", ""));
        }
    }

    @Test
    void changeWhenTheUserIsLockedThenThePageSaysForHowLong() {
        TestUser user = REALM.user();
        Tokens tokens = signIn(user);
        while (!user.isLocked()) {
            user.change(tokens, "wrong", NEW_PASSWORD).then().statusCode(400);
        }
        open(user, tokens);

        submit(user.password(), NEW_PASSWORD);

        Eventually.assertThat(
                () -> BROWSER.text("[role=status]"),
                text -> text.matches("Too many failed attempts\\. Please try again later\\. \\(\\d+ seconds\\)"));
    }

    @Test
    void changeWhenTheServerCannotBeReachedThenThePageSaysSo() {
        TestUser user = REALM.user();
        open(user, signIn(user));
        BROWSER.evaluate("keycloak.authServerUrl = 'http://localhost:9'");

        submit(user.password(), NEW_PASSWORD);

        awaitText("[role=status]", "No connection. Check whether your new password works before you try again.");
    }

    private static Tokens signIn(TestUser user) {
        return user.signIn("spa", "openid");
    }

    private static void open(TestUser user, Tokens tokens) {
        adapter = """
                export default globalThis.keycloak = {
                  authServerUrl: "%s/",
                  realm: "%s",
                  token: "%s",
                  tokenParsed: { preferred_username: "%s" },
                  async updateToken() {
                    if (this.sessionHasEnded) {
                      this.token = undefined;
                      throw new Error("400");
                    }
                  },
                  login(options) {
                    this.signIn = options;
                  },
                };
                """.formatted(REALM.server().url(), REALM.name(), tokens.accessToken(), user.username());
        BROWSER.open(ORIGIN + "/");
        Eventually.assertThat(
                () -> BROWSER.evaluate("document.forms[0].elements.loginId.value"), user.username()::equals);
    }

    private static void submit(String oldPassword, String newPassword) {
        BROWSER.type("oldPassword", oldPassword);
        BROWSER.type("newPassword", newPassword);
        BROWSER.click("button");
    }

    private static void awaitText(String selector, String text) {
        Eventually.assertThat(() -> BROWSER.text(selector), text::equals);
    }

    private static void awaitSignIn() {
        Eventually.assertThat(() -> BROWSER.evaluate("keycloak.signIn"), signIn -> signIn instanceof Map);
    }

    /** Serves the app: the sample's files, as the documentation has them. */
    private static HttpServer appServer() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/", exchange -> respond(exchange, "text/html", "<!doctype html>" + read("form.html")));
            server.createContext(
                    "/change-password.js",
                    exchange -> respond(exchange, "text/javascript", read("change-password.js")));
            server.createContext("/keycloak.js", exchange -> respond(exchange, "text/javascript", adapter));
            server.start();
            return server;
        } catch (IOException notStarted) {
            throw new UncheckedIOException(notStarted);
        }
    }

    private static String read(String file) throws IOException {
        return Files.readString(SAMPLE.resolve(file));
    }

    private static void respond(HttpExchange exchange, String type, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type + ";charset=UTF-8");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(200, bytes.length);
        try (var body = exchange.getResponseBody()) {
            body.write(bytes);
        }
    }
}
