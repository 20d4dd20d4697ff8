package io.changepassword.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cross-origin requests: only the client's web origins are allowed; requests of other origins have no effect. */
@ExtendWith(KeycloakExtension.class)
class CrossOriginIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";
    private static final String ANY_ORIGIN = "any-origin";
    private static final String MOVED = "moved";
    private static final String NEWCOMER = "newcomer";
    private static final String LIGHTWEIGHT = "lightweight";

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .with("bruteForceProtected", true)
            .with("quickLoginCheckMilliSeconds", 0)
            .client(MOVED, Map.of("webOrigins", List.of(TestRealm.ORIGIN)))
            .client(NEWCOMER, Map.of("webOrigins", List.of()))
            .client(LIGHTWEIGHT, Map.of("attributes", Map.of("client.use.lightweight.access.token.enabled", "true")))
            .client(ANY_ORIGIN, Map.of("webOrigins", List.of("*")));

    @Test
    @DisplayName("W05 preflight: POST is allowed with the credential headers")
    void preflightThenPostIsAllowedWithTheCredentialHeaders() {
        Response response = given().header("Origin", TestRealm.ORIGIN)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type")
                .options(REALM.changeUrl());

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.header("Access-Control-Allow-Origin")).isEqualTo(TestRealm.ORIGIN);
        assertThat(response.header("Access-Control-Allow-Methods")).contains("POST");
        assertThat(response.header("Access-Control-Allow-Headers")).contains("Authorization", "Content-Type", "DPoP");
        assertThat(response.header("Vary")).contains("Origin");
        assertThat(response.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(response.header("Allow")).isEqualTo("POST, OPTIONS");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    @DisplayName("W03 W06 origin is one of the client's: it may read every response")
    void changeWhenOriginIsTheClientsThenItMayReadEveryResponse() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();

        for (Response response : List.of(
                change(user, tokens, TestRealm.ORIGIN, "wrong", NEW_PASSWORD, 400),
                change(user, tokens, TestRealm.ORIGIN, user.password(), "short", 400),
                change(user, tokens, TestRealm.ORIGIN, user.password(), NEW_PASSWORD, 200))) {
            assertThat(response.header("Access-Control-Allow-Origin")).isEqualTo(TestRealm.ORIGIN);
            assertThat(response.header("Access-Control-Allow-Credentials")).isEqualTo("true");
            assertThat(response.header("Access-Control-Expose-Headers")).contains("Retry-After", "WWW-Authenticate");
            assertThat(response.header("Vary")).isEqualTo("Origin");
        }
    }

    @Test
    @DisplayName("W06 token is bad: any origin may read the error")
    void changeWhenTokenIsBadThenAnyOriginMayReadTheError() {
        Response response = given().header("Origin", "http://elsewhere.example")
                .header("Authorization", "Bearer e30.e30.e30")
                .post(REALM.changeUrl());

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.header("Access-Control-Allow-Origin")).isEqualTo("http://elsewhere.example");
        assertThat(response.header("Access-Control-Allow-Credentials")).isEqualTo("false");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "null",
                "http://localhost:3001",
                "https://localhost:3000",
                "http://localhost:3000.evil.example",
                "HTTP://LOCALHOST:3000"
            })
    @DisplayName("W03 origin is another: 403 before any effect")
    void changeWhenOriginIsAnotherThen403BeforeAnyEffect(String origin) {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        var before = user.credentials();

        Response response = change(user, tokens, origin, "wrong", NEW_PASSWORD, 403);

        assertThat(response.<String>path("error")).isEqualTo("not_allowed");
        assertThat(response.header("Access-Control-Allow-Origin")).isNull();
        assertThat(user.failures()).isZero();
        user.assertRefused(before, "not_allowed");
    }

    @Test
    void changeWhenOriginIsTheServersOwnThenAccepted() {
        TestUser user = REALM.user();
        String own = REALM.server().url().toString();
        Response response = change(user, user.signIn(), own, user.password(), NEW_PASSWORD, 200);
        assertThat(response.header("Access-Control-Allow-Origin")).isNull();
    }

    @Test
    @DisplayName("W04 client allows any origin: accepted")
    void changeWhenClientAllowsAnyOriginThenAccepted() {
        TestUser user = REALM.user();
        Response response =
                change(user, user.signIn(ANY_ORIGIN, "openid"), "http://a.example", user.password(), NEW_PASSWORD, 200);
        assertThat(response.header("Access-Control-Allow-Origin")).isEqualTo("http://a.example");
        assertThat(response.header("Access-Control-Allow-Credentials")).isEqualTo("false");
    }

    @Test
    @DisplayName("W03 the client's origins have changed: the origins in the token's claim count")
    void changeWhenTheClientsOriginsHaveChangedThenTheTokensHold() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn(MOVED, "openid");
        REALM.updateClient(MOVED, Map.of("webOrigins", List.of("http://moved.example")));

        change(user, tokens, "http://moved.example", user.password(), NEW_PASSWORD, 403);
        change(user, tokens, TestRealm.ORIGIN, user.password(), NEW_PASSWORD, 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {LIGHTWEIGHT, NEWCOMER})
    @DisplayName("W03 a token without origins: the client's setting counts")
    void changeWhenTheTokenNamesNoOriginsThenTheClientsHold(String client) {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn(client, "openid");
        REALM.updateClient(client, Map.of("webOrigins", List.of(TestRealm.ORIGIN)));

        change(user, tokens, "http://evil.example", user.password(), NEW_PASSWORD, 403);
        change(user, tokens, TestRealm.ORIGIN, user.password(), NEW_PASSWORD, 200);
    }

    private static Response change(
            TestUser user, Tokens tokens, String origin, String oldPassword, String newPassword, int status) {
        Response response = given().header("Origin", origin)
                .auth()
                .oauth2(tokens.accessToken())
                .contentType(ContentType.JSON)
                .body(user.body(oldPassword, newPassword))
                .post(REALM.changeUrl());
        assertThat(response.statusCode()).isEqualTo(status);
        return response;
    }
}
