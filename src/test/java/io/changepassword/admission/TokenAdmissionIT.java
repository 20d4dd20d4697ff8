package io.changepassword.admission;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.ActionTokens;
import io.changepassword.fixture.Burst;
import io.changepassword.fixture.Impersonation;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import io.restassured.http.ContentType;
import io.restassured.http.Header;
import io.restassured.http.Headers;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Who may change the password with an action token: the same callers as with the current password. Here the access token may also
 * come in {@code x-access-token}, and errors have another format.
 */
@ExtendWith(KeycloakExtension.class)
class TokenAdmissionIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";
    private static final String NO_SCOPE = "no-scope";
    private static final String SERVICE = "service";
    private static final String SECRET = "s3cr3t-of-the-service";
    private static final String X_ACCESS_TOKEN = "x-access-token";

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .client(NO_SCOPE, Map.of("fullScopeAllowed", false))
            .client(SERVICE, Map.of("publicClient", false, "secret", SECRET, "serviceAccountsEnabled", true));

    private static ActionTokens signer;

    @BeforeAll
    static void giveTheRealmAKeyOfOurs() {
        signer = ActionTokens.of(REALM);
    }

    @Test
    @DisplayName("T22 x-access-token alone: accepted here, refused for the change with the current password")
    void changeWhenXAccessTokenAloneThenAccepted() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        String token = signer.sign(signer.executeActions(user));
        given().header(X_ACCESS_TOKEN, tokens.accessToken())
                .contentType(ContentType.JSON)
                .body(user.body(user.password(), NEW_PASSWORD))
                .post(REALM.changeUrl())
                .then()
                .statusCode(401);

        assertThat(post(new Headers(new Header(X_ACCESS_TOKEN, tokens.accessToken())), token)
                        .statusCode())
                .isEqualTo(200);
        assertThat(user.signsInWith(NEW_PASSWORD)).isTrue();
    }

    @Test
    @DisplayName("T21 T22 T23 two credentials: 400, no user is changed, and the token stays valid")
    void changeWhenTwoCredentialsThen400AndNobodyIsTouched() {
        TestUser alice = REALM.user();
        TestUser bob = REALM.user();
        String hers = alice.signIn().accessToken();
        String his = bob.signIn().accessToken();
        String token = signer.sign(signer.executeActions(alice));
        for (Headers two : List.of(
                new Headers(new Header("Authorization", "Bearer " + hers), new Header(X_ACCESS_TOKEN, hers)),
                new Headers(new Header("Authorization", "Bearer " + hers), new Header(X_ACCESS_TOKEN, his)),
                new Headers(new Header("Authorization", "Basic YTpi"), new Header(X_ACCESS_TOKEN, hers)),
                new Headers(new Header("Authorization", "Bearer x"), new Header(X_ACCESS_TOKEN, hers)),
                new Headers(new Header(X_ACCESS_TOKEN, hers), new Header(X_ACCESS_TOKEN, his)),
                new Headers(
                        new Header("Authorization", "Bearer " + hers), new Header("Authorization", "Bearer " + his)))) {
            Response response = post(two, token);
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.<List<String>>path("validationError.credentials"))
                    .containsExactly("The request carries more than one credential.");
        }

        assertThat(alice.events()).isEmpty();
        assertThat(bob.events()).isEmpty();
        assertThat(alice.signsInWith(alice.password())).isTrue();
        alice.redeem(alice.signIn(), token, NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    @DisplayName("T01 T03 T09 T24 no usable credential: 401 in the contract's format, and the token stays valid")
    void changeWhenCredentialIsBadThen401AndTheTokenStaysGood() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        String token = signer.sign(signer.executeActions(user));
        assertUnauthorized(post(new Headers(), token), "Please sign in first.");
        for (Header bad : List.of(
                new Header(X_ACCESS_TOKEN, "Bearer " + tokens.accessToken()),
                new Header(X_ACCESS_TOKEN, " "),
                new Header(X_ACCESS_TOKEN, tokens.accessToken() + "x"),
                new Header(X_ACCESS_TOKEN, tokens.refreshToken()),
                new Header(X_ACCESS_TOKEN, tokens.idToken()),
                new Header(X_ACCESS_TOKEN, token),
                new Header(X_ACCESS_TOKEN, "e30.e30.e30"),
                new Header("Authorization", "Bearer " + token),
                new Header("Authorization", "Bearer e30.e30.e30"))) {
            assertUnauthorized(post(new Headers(bad), token), "Your session is no longer valid. Please sign in again.");
        }

        user.redeem(tokens, token, NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    @DisplayName("T08 T17 T18 a caller who may not change with the current password may not with a token either")
    void changeWhenCallerMayNotThenRefusedInTheContractsWords() {
        TestUser user = REALM.user();
        String token = signer.sign(signer.executeActions(user));
        String service = given().formParam("grant_type", "client_credentials")
                .formParam("client_id", SERVICE)
                .formParam("client_secret", SECRET)
                .post(REALM.url("/protocol/openid-connect/token"))
                .path("access_token");

        assertUnauthorized(
                post(bearer(user.signIn(NO_SCOPE, "openid").accessToken()), token),
                "The access token was not issued for this service.");
        assertForbidden(post(bearer(service), token), "A service account has no password to change.");
        assertForbidden(
                post(bearer(Impersonation.accessToken(REALM, user)), token),
                "A password cannot be changed in an impersonated session.");
        assertThat(user.signsInWith(user.password())).isTrue();
    }

    @Test
    @DisplayName("P08 P09 T32 size, media type and method are refused in the contract's format")
    void changeWhenRequestIsOddThenRefusedInTheContractsWords() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        assertError(
                given().auth()
                        .oauth2(tokens.accessToken())
                        .contentType(ContentType.TEXT)
                        .body("{}")
                        .post(REALM.tokenUrl()),
                415,
                "The request body must be of the type application/json.");
        assertError(
                user.redeem(tokens, Map.of("password", NEW_PASSWORD, "token", "x".repeat(17_000))),
                413,
                "The request body is too large.");
        assertError(given().get(REALM.tokenUrl()), 405, "This method is not allowed here.");
    }

    @Test
    @DisplayName("W03 W05 origins and preflight are as for the current password; x-access-token is allowed too")
    void changeWhenOriginIsAnotherThen403AndThePreflightNamesTheHeader() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        String token = signer.sign(signer.executeActions(user));
        Response preflight = given().header("Origin", TestRealm.ORIGIN)
                .header("Access-Control-Request-Method", "POST")
                .options(REALM.tokenUrl());
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(String.join(",", preflight.headers().getValues("Access-Control-Allow-Headers")))
                .contains("Authorization", "Content-Type", "DPoP", X_ACCESS_TOKEN);
        assertThat(given().header("Origin", TestRealm.ORIGIN)
                        .options(REALM.changeUrl())
                        .header("Access-Control-Allow-Headers"))
                .doesNotContain(X_ACCESS_TOKEN);

        assertForbidden(
                post(
                        new Headers(
                                new Header(X_ACCESS_TOKEN, tokens.accessToken()),
                                new Header("Origin", "https://evil.example")),
                        token),
                "This origin is not allowed.");
        Response allowed = post(
                new Headers(new Header(X_ACCESS_TOKEN, tokens.accessToken()), new Header("Origin", TestRealm.ORIGIN)),
                token);
        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo(TestRealm.ORIGIN);
    }

    @Test
    @DisplayName("B22 requests of one session beyond its limit are refused")
    void changeWhenOneSessionPostsTooManyThen409() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        List<Integer> statuses = Burst.of(Stream.generate(() -> Burst.request(
                        "POST",
                        REALM.tokenUrl(),
                        tokens.accessToken(),
                        Map.of("password", NEW_PASSWORD, "token", "e30.e30.e30")))
                .limit(100)
                .toList());

        assertThat(statuses).containsOnly(401, 409);
        assertThat(user.signsInWith(user.password())).isTrue();
    }

    private static Headers bearer(String token) {
        return new Headers(new Header("Authorization", "Bearer " + token));
    }

    private static Response post(Headers headers, String token) {
        return given().headers(headers)
                .contentType(ContentType.JSON)
                .body(Map.of("password", NEW_PASSWORD, "token", token))
                .post(REALM.tokenUrl());
    }

    private static void assertUnauthorized(Response response, String message) {
        assertError(response, 401, message);
        assertThat(response.header("WWW-Authenticate")).startsWith("Bearer realm=");
    }

    private static void assertForbidden(Response response, String message) {
        assertError(response, 403, message);
    }

    private static void assertError(Response response, int status, String message) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.asString()).isEqualTo("{\"apiError\":[\"" + message + "\"]}");
    }
}
