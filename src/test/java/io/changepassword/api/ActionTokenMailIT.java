package io.changepassword.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMailUtil;
import io.changepassword.fixture.Impersonation;
import io.changepassword.fixture.Listeners;
import io.changepassword.fixture.Mailbox;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The mail with an action token. */
@ExtendWith(KeycloakExtension.class)
class ActionTokenMailIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";
    private static final String LINKED_APP = "linked-app";
    private static final String EVIL_APP = "evil-app";
    private static final String LINK = TestRealm.ORIGIN + "/set-password?token=";
    private static final String ATTRIBUTE = "changePassword.tokenLink";

    @RegisterExtension
    static final Mailbox MAILBOX = new Mailbox();

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .client(LINKED_APP, Map.of("attributes", Map.of(ATTRIBUTE, LINK + "{token}")))
            .client(EVIL_APP, Map.of("attributes", Map.of(ATTRIBUTE, "https://evil.example/?t={token}")))
            .with("displayName", "The Demo")
            .with("smtpServer", MAILBOX.smtpServer())
            .with("actionTokenGeneratedByUserLifespan", 240)
            .with("internationalizationEnabled", true)
            .with("supportedLocales", List.of("en", "de", "fr"))
            .with("defaultLocale", "en");

    @Test
    void requestWhenAddressIsVerifiedThenMailedOnceAMinute() throws Exception {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();

        Response response = user.requestToken(tokens);

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.asString()).isEqualTo("{\"expiresIn\":240}");
        MimeMessage mail = MAILBOX.mails().get(0);
        assertThat(mail.getSubject()).isEqualTo("Set a new password");
        assertThat(mail.getAllRecipients()).extracting(Object::toString).containsExactly(user.email());
        assertThat(mail.getContentType()).startsWith("multipart/alternative");
        assertThat(GreenMailUtil.getBody(mail))
                .contains("your The Demo account")
                .contains("expires within 4 minutes")
                .contains("text/plain")
                .contains("text/html");
        assertThat(MAILBOX.link()).startsWith(REALM.url("/login-actions/action-token?key="));
        assertThat(mailEvents(user)).containsExactly("SEND_RESET_PASSWORD");

        Response tooSoon = user.requestToken(tokens);
        assertThat(tooSoon.statusCode()).isEqualTo(429);
        assertThat(tooSoon.header("Retry-After")).isEqualTo("60");
        assertThat(tooSoon.<List<String>>path("apiError").get(0)).contains("wait a minute");
        assertThat(MAILBOX.mails()).hasSize(1);
        assertThat(mailEvents(user)).containsExactly("SEND_RESET_PASSWORD_ERROR", "SEND_RESET_PASSWORD");
    }

    @Test
    void requestWhenUserHasALocaleThenTheMailIsInIt() throws Exception {
        TestUser german = REALM.user("german", Map.of("attributes", Map.of("locale", List.of("de"))));
        german.requestToken(german.signIn()).then().statusCode(202);

        assertThat(MAILBOX.mails().get(0).getSubject()).isEqualTo("Neues Passwort festlegen");
        assertThat(GreenMailUtil.getBody(MAILBOX.mails().get(0))).contains("4 Minuten");
    }

    @ParameterizedTest
    @ValueSource(strings = {"de;q=2", "-", "xx"})
    @DisplayName("W09 an Accept-Language that cannot be parsed does not prevent the mail")
    void requestWhenAcceptLanguageIsUnreadableThenTheMailIsInTheRealmsLanguage(String language) {
        TestUser user = REALM.user();

        request(user, language).then().statusCode(202);

        assertThat(MAILBOX.mails()).hasSize(1);
        assertThat(GreenMailUtil.getBody(MAILBOX.mails().get(0))).contains("4 minutes");
    }

    /** Up to 26.2 Keycloak's mails are not in the request's language. */
    @Test
    void requestWhenAcceptLanguageIsAnotherThenTheMailIsInOneLanguage() throws Exception {
        TestUser user = REALM.user();

        request(user, "de").then().statusCode(202);

        boolean german = MAILBOX.mails().get(0).getSubject().equals("Neues Passwort festlegen");
        assertThat(GreenMailUtil.getBody(MAILBOX.mails().get(0))).contains(german ? "4 Minuten" : "4 minutes");
    }

    private static Response request(TestUser user, String language) {
        return given().auth()
                .oauth2(user.signIn().accessToken())
                .header("Accept-Language", language)
                .post(REALM.tokenMailUrl());
    }

    @Test
    void requestWhenTheRealmHasTextsOfItsOwnThenTheMailHasThem() throws Exception {
        TestRealm realm = REALM.another();
        try {
            realm.update(Map.of(
                    "smtpServer",
                    MAILBOX.smtpServer(),
                    "emailTheme",
                    "change-password",
                    "internationalizationEnabled",
                    true,
                    "supportedLocales",
                    List.of("en")));
            realm.admin()
                    .contentType(ContentType.TEXT)
                    .body("A new password for you")
                    .put(realm.adminUrl("/localization/en/changePassword.mailSubject"))
                    .then()
                    .statusCode(204);
            TestUser user = realm.user();
            user.requestToken(user.signIn()).then().statusCode(202);

            assertThat(MAILBOX.mails().get(0).getSubject()).isEqualTo("A new password for you");
        } finally {
            realm.delete();
        }
    }

    @Test
    void themeIsOfferedInTheAdminConsole() {
        assertThat(REALM.admin()
                        .get(REALM.server().url() + "/admin/serverinfo")
                        .<List<String>>path("themes.email.name"))
                .contains("change-password");
    }

    @Test
    @DisplayName("S04 address is not verified: no mail, and the address stays unverified")
    void requestWhenAddressIsNotVerifiedThen403() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        user.update(Map.of("emailVerified", false));

        Response response = user.requestToken(tokens);

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.<List<String>>path("apiError"))
                .containsExactly("A token can only be sent to a verified e-mail address.");
        assertThat(MAILBOX.mails()).isEmpty();
        assertThat(mailEvents(user)).containsExactly("SEND_RESET_PASSWORD_ERROR");
    }

    @Test
    @DisplayName("R07 mail server is down: 503, and the next attempt need not wait")
    void requestWhenTheMailServerIsDownThen503AndNothingIsLeft() {
        TestRealm realm = REALM.another();
        try {
            realm.update(Map.of(
                    "smtpServer",
                    Map.of(
                            "host", "127.0.0.1",
                            "port", String.valueOf(Listeners.freePort()),
                            "from", "keycloak@example.com")));
            TestUser user = realm.user();
            Tokens tokens = user.signIn();

            Response response = user.requestToken(tokens);
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.<List<String>>path("apiError"))
                    .containsExactly("The mail could not be sent. Please try again later.");

            realm.update(Map.of("smtpServer", MAILBOX.smtpServer()));
            user.requestToken(tokens).then().statusCode(202);
        } finally {
            realm.delete();
        }
    }

    @Test
    @DisplayName("R07 mail server refuses: 503, and the next mail must wait, since one may have been sent")
    void requestWhenTheMailServerRefusesThen503AndTheMinuteIsWaitedFor() throws Exception {
        TestRealm realm = REALM.another();
        try (ServerSocket refusing = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            Thread server = new Thread(() -> refuseOne(refusing));
            server.start();
            realm.update(Map.of(
                    "smtpServer",
                    Map.of(
                            "host", "127.0.0.1",
                            "port", String.valueOf(refusing.getLocalPort()),
                            "from", "keycloak@example.com")));
            TestUser user = realm.user();
            Tokens tokens = user.signIn();

            assertThat(user.requestToken(tokens).statusCode()).isEqualTo(503);
            server.join();
            assertThat(user.requestToken(tokens).statusCode()).isEqualTo(429);
        } finally {
            realm.delete();
        }
    }

    private static void refuseOne(ServerSocket server) {
        try (Socket connection = server.accept()) {
            connection.getOutputStream().write("554 not now\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException ended) {
            throw new UncheckedIOException(ended);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "-5, 1", "2147483647, "})
    void requestWhenTheLifespanIsOddThenItIsOneThatATokenCanHave(String configured, Integer expected) {
        TestRealm realm = REALM.another();
        try {
            realm.update(Map.of("smtpServer", MAILBOX.smtpServer()));
            realm.attributes(Map.of("actionTokenGeneratedByUserLifespan.change-password", configured));
            TestUser user = realm.user();

            Response response = user.requestToken(user.signIn());

            assertThat(response.statusCode()).isEqualTo(202);
            int expiresIn = response.path("expiresIn");
            assertThat(expiresIn).isPositive();
            assertThat(expected == null || expected == expiresIn).isTrue();
        } finally {
            realm.delete();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"//evil.example/{token}", "https://{token}.evil.example/", "{token}", "https://evil.example/"})
    @DisplayName("W15 the client's link is unsafe, and every redirect URI is allowed: Keycloak's link is mailed")
    void requestWhenClientsLinkHasNoHostOfItsOwnThenKeycloaksIsMailed(String link) {
        TestRealm realm = REALM.another();
        try {
            realm.update(Map.of("smtpServer", MAILBOX.smtpServer()));
            realm.updateClient(
                    TestRealm.APP, Map.of("redirectUris", List.of("*"), "attributes", Map.of(ATTRIBUTE, link)));
            TestUser user = realm.user();
            user.requestToken(user.signIn()).then().statusCode(202);

            assertThat(MAILBOX.link()).startsWith(realm.url("/login-actions/action-token?key="));
        } finally {
            realm.delete();
        }
    }

    @Test
    void requestWhenClientHasALinkOfItsOwnThenItIsMailed() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn(LINKED_APP, "openid");
        user.requestToken(tokens).then().statusCode(202);

        assertThat(MAILBOX.link()).startsWith(LINK);
        user.redeem(tokens, MAILBOX.token(), NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    @DisplayName("W15 the client's link is none of its redirect URIs: Keycloak's link is mailed")
    void requestWhenClientsLinkIsNoRedirectUriThenKeycloaksIsMailed() {
        TestUser user = REALM.user();
        user.requestToken(user.signIn(EVIL_APP, "openid")).then().statusCode(202);

        assertThat(MAILBOX.link()).startsWith(REALM.url("/login-actions/action-token?key="));
    }

    @Test
    @DisplayName("T01 T18 T22 a caller who may not change the password gets no token")
    void requestWhenCallerIsNotAdmittedThenNoMail() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();

        Response none = given().post(REALM.tokenMailUrl());
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.asString()).isEqualTo("{\"apiError\":[\"Please sign in first.\"]}");
        given().header("Authorization", "Bearer " + tokens.accessToken())
                .header("x-access-token", tokens.accessToken())
                .post(REALM.tokenMailUrl())
                .then()
                .statusCode(400);
        given().auth()
                .oauth2(tokens.accessToken())
                .get(REALM.tokenMailUrl())
                .then()
                .statusCode(405);
        given().auth()
                .oauth2(Impersonation.accessToken(REALM, user))
                .post(REALM.tokenMailUrl())
                .then()
                .statusCode(403);
        assertThat(MAILBOX.mails()).isEmpty();

        given().header("x-access-token", tokens.accessToken())
                .post(REALM.tokenMailUrl())
                .then()
                .statusCode(202);
    }

    private static List<String> mailEvents(TestUser user) {
        return REALM.admin()
                .queryParam("user", user.id())
                .queryParam("type", "SEND_RESET_PASSWORD", "SEND_RESET_PASSWORD_ERROR")
                .get(REALM.adminUrl("/events"))
                .then()
                .statusCode(200)
                .extract()
                .path("type");
    }
}
