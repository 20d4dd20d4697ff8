package io.changepassword.admission;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.changepassword.fixture.Eventually;
import io.changepassword.fixture.Impersonation;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import io.restassured.http.ContentType;
import io.restassured.http.Header;
import io.restassured.http.Headers;
import io.restassured.response.Response;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is admitted: credentials, tokens, and what the tokens must allow. */
@ExtendWith(KeycloakExtension.class)
public class AdmissionIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";

    /** A client whose tokens carry neither audience nor role of the client {@code account}. */
    private static final String NO_SCOPE = "no-scope";

    /** A client whose tokens carry the audience {@code account}, and only the role {@code view-profile}. */
    private static final String NO_ROLE = "no-role";

    /** A client whose tokens carry the audience {@code account}, and none of its roles. */
    private static final String NO_ROLES_AT_ALL = "no-roles-at-all";

    private static final String LIGHTWEIGHT = "lightweight";
    private static final String PASSING = "passing";
    private static final String SERVICE = "service";
    private static final String SECRET = "s3cr3t-of-the-service";

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .client(PASSING, Map.of())
            .client(NO_SCOPE, Map.of("fullScopeAllowed", false))
            .client(NO_ROLE, Map.of("fullScopeAllowed", false))
            .client(
                    NO_ROLES_AT_ALL,
                    Map.of(
                            "fullScopeAllowed",
                            false,
                            "protocolMappers",
                            List.of(Map.of(
                                    "name",
                                    "account",
                                    "protocol",
                                    "openid-connect",
                                    "protocolMapper",
                                    "oidc-audience-mapper",
                                    "config",
                                    Map.of("included.client.audience", "account", "access.token.claim", "true")))))
            .client(LIGHTWEIGHT, Map.of("attributes", Map.of("client.use.lightweight.access.token.enabled", "true")))
            .client(SERVICE, Map.of("publicClient", false, "secret", SECRET, "serviceAccountsEnabled", true))
            .with(
                    "clientScopeMappings",
                    Map.of("account", List.of(Map.of("client", NO_ROLE, "roles", List.of("view-profile")))));

    @RegisterExtension
    static final TestRealm OTHER_REALM = new TestRealm();

    @Test
    @DisplayName("T01 no credential: 401 without an error")
    void changeWhenNoCredentialThen401WithoutAnError() {
        Response response = given().contentType(ContentType.JSON).body("{}").post(REALM.changeUrl());

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.header("WWW-Authenticate"))
                .startsWith("Bearer realm=\"" + REALM.name() + "\", DPoP algs=\"")
                .doesNotContain("error");
        assertThat(response.<Map<String, String>>path("$"))
                .isEqualTo(Map.of("error_description", "Please sign in first."));
        assertThat(REALM.anonymousErrors()).startsWith("invalid_token");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer x",
                "Bearer e30.e30.e30",
                "Bearer bnVsbA.e30.e30",
                "Bearer e30.bnVsbA.e30",
                "Bearer eyJhbGciOiJub25lIn0.e30.e30",
                "Bearer eyJhbGciOiJFZDI1NTE5In0.e30.e30",
                "Bearer eyJhbGciOm51bGx9.e30.e30",
                "Bearer eyJhbGciOiJYWFgifQ.e30.e30",
                "Bearer a.b.c.d",
                "Bearer  e30.e30.e30",
                "DPoP e30.e30.e30"
            })
    @DisplayName("T03 T04 token is malformed: 401")
    void changeWhenTokenIsMalformedThen401(String authorization) {
        Response response = request(authorization);

        assertInvalidToken(response);
        assertThat(REALM.anonymousErrors()).startsWith("invalid_token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic YTpi",
                "Negotiate abc",
                "bearer",
                "Bearer ",
                "Bearer\te30.e30.e30",
                "Token x",
                "Proxy-Bearer e30.e30.e30"
            })
    @DisplayName("T24 scheme is unknown: 401 without an error")
    void changeWhenSchemeIsUnknownThen401WithoutAnError(String authorization) {
        Response response = request(authorization);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.header("WWW-Authenticate")).startsWith("Bearer ").doesNotContain("error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer ", "BEARER ", "Bearer "})
    @DisplayName("T24 scheme is in any case: accepted")
    void changeWhenSchemeIsInAnyCaseThenAccepted(String scheme) {
        TestUser user = REALM.user();
        given().header("Authorization", scheme + user.signIn().accessToken())
                .contentType(ContentType.JSON)
                .body(user.body(user.password(), NEW_PASSWORD))
                .post(REALM.changeUrl())
                .then()
                .statusCode(200);
    }

    @Test
    @DisplayName("T21 T22 T23 two credentials: 400 and neither user is touched")
    void changeWhenTwoCredentialsThen400AndNeitherUserIsTouched() {
        TestUser user = REALM.user();
        TestUser other = REALM.user();
        String one = "Bearer " + user.signIn().accessToken();
        String two = "Bearer " + other.signIn().accessToken();

        for (Headers headers : List.of(
                new Headers(new Header("Authorization", one), new Header("Authorization", two)),
                new Headers(new Header("Authorization", one), new Header("Authorization", one)),
                new Headers(new Header("Authorization", one + ", " + two)),
                new Headers(new Header("Authorization", one), new Header("x-access-token", two.substring(7))),
                new Headers(new Header("Authorization", "Basic YTpi"), new Header("x-access-token", two.substring(7))),
                new Headers(new Header("x-access-token", "a"), new Header("x-access-token", "b")))) {
            Response response = given().headers(headers)
                    .contentType(ContentType.JSON)
                    .body(user.body(user.password(), NEW_PASSWORD))
                    .post(REALM.changeUrl());
            assertThat(response.statusCode()).as(headers.toString()).isEqualTo(400);
            assertThat(response.<String>path("error")).isEqualTo("invalid_request");
            assertThat(REALM.anonymousErrors()).startsWith("invalid_request");
        }
        for (TestUser untouched : List.of(user, other)) {
            assertThat(untouched.events()).isEmpty();
            assertThat(untouched.signsInWith(untouched.password())).isTrue();
        }
    }

    @Test
    @DisplayName("T20 credential is elsewhere: 401")
    void changeWhenCredentialIsElsewhereThen401() {
        TestUser user = REALM.user();
        String token = user.signIn().accessToken();

        for (Response response : List.of(
                given().header("x-access-token", token)
                        .contentType(ContentType.JSON)
                        .body(user.body(user.password(), NEW_PASSWORD))
                        .post(REALM.changeUrl()),
                given().queryParam("access_token", token)
                        .contentType(ContentType.JSON)
                        .body(user.body(user.password(), NEW_PASSWORD))
                        .post(REALM.changeUrl()),
                given().cookie("KEYCLOAK_IDENTITY", token)
                        .contentType(ContentType.JSON)
                        .body(user.body(user.password(), NEW_PASSWORD))
                        .post(REALM.changeUrl()))) {
            assertThat(response.statusCode()).isEqualTo(401);
        }
        assertThat(user.signsInWith(user.password())).isTrue();
    }

    @Test
    @DisplayName("T09 token is of another kind: 401")
    void changeWhenTokenIsOfAnotherKindThen401() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        Tokens offline = user.signIn(TestRealm.APP, "openid offline_access");
        var before = user.credentials();

        for (String token : List.of(tokens.idToken(), tokens.refreshToken(), offline.refreshToken())) {
            assertInvalidToken(change(user, token));
        }
        assertThat(user.events()).as("no event carries an unverified user").isEmpty();
        assertThat(user.credentials()).isEqualTo(before);
    }

    @Test
    @DisplayName("T06 token is tampered with: 401")
    void changeWhenTokenIsTamperedWithThen401() {
        TestUser user = REALM.user();
        TestUser victim = REALM.user();
        String[] parts = user.signIn().accessToken().split("\\.");
        String payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                .replace(user.id(), victim.id())
                .replace(user.username(), victim.username());
        String tampered = parts[0]
                + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(payload.getBytes(StandardCharsets.UTF_8))
                + "."
                + parts[2];

        assertInvalidToken(change(victim, tampered));
        assertInvalidToken(change(victim, parts[0] + "." + parts[1] + "."));
        assertThat(victim.events()).isEmpty();
    }

    @Test
    @DisplayName("T05 W16 a key that is not the realm's: confused with a secret, embedded, or fetched from elsewhere")
    void changeWhenTokenIsSignedWithAForeignKeyThen401AndNothingIsFetched() throws Exception {
        TestUser user = REALM.user();
        SignedJWT good = SignedJWT.parse(user.signIn().accessToken());
        RSAKey realmKey = JWKSet.parse(
                        given().get(REALM.url("/protocol/openid-connect/certs")).asString())
                .getKeyByKeyId(good.getHeader().getKeyID())
                .toRSAKey();
        RSAKey own = new RSAKeyGenerator(2048).keyID(realmKey.getKeyID()).generate();
        AtomicInteger fetched = new AtomicInteger();
        HttpServer keys = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        keys.createContext("/", exchange -> {
            fetched.incrementAndGet();
            byte[] set = new JWKSet(own).toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, set.length);
            exchange.getResponseBody().write(set);
            exchange.close();
        });
        keys.start();
        URI at = URI.create("http://127.0.0.1:" + keys.getAddress().getPort() + "/keys");
        try {
            for (JWSHeader header : List.of(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(own.getKeyID())
                            .build(),
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .jwk(own.toPublicJWK())
                            .build(),
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .jwkURL(at)
                            .keyID("mine")
                            .build(),
                    new JWSHeader.Builder(JWSAlgorithm.RS256).x509CertURL(at).build(),
                    new JWSHeader.Builder(JWSAlgorithm.PS512)
                            .keyID(own.getKeyID())
                            .build(),
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID("../../etc/passwd")
                            .build())) {
                SignedJWT forged = new SignedJWT(header, good.getJWTClaimsSet());
                forged.sign(new RSASSASigner(own));
                assertInvalidToken(change(user, forged.serialize()));
            }
            for (JWSAlgorithm algorithm : List.of(JWSAlgorithm.HS256, JWSAlgorithm.HS384, JWSAlgorithm.HS512)) {
                SignedJWT confused = new SignedJWT(
                        new JWSHeader.Builder(algorithm)
                                .keyID(realmKey.getKeyID())
                                .build(),
                        good.getJWTClaimsSet());
                confused.sign(new MACSigner(realmKey.toRSAPublicKey().getEncoded()));
                assertInvalidToken(change(user, confused.serialize()));
            }
        } finally {
            keys.stop(0);
        }
        assertThat(fetched.get()).as("requests for keys").isZero();
        assertThat(user.events()).isEmpty();
    }

    @Test
    @DisplayName("T16 client is disabled or deleted: 401")
    void changeWhenClientIsDisabledOrGoneThen401() {
        TestUser user = REALM.user();
        String token = user.signIn(PASSING, "openid").accessToken();
        REALM.updateClient(PASSING, Map.of("enabled", false));
        assertInvalidToken(change(user, token));
        REALM.deleteClient(PASSING);
        assertInvalidToken(change(user, token));
        assertThat(user.signsInWith(user.password())).isTrue();
    }

    @Test
    @DisplayName("T07 token is of another realm: 401")
    void changeWhenTokenIsOfAnotherRealmThen401() {
        TestUser user = REALM.user();
        TestUser stranger = OTHER_REALM.user(user.username(), Map.of());

        assertInvalidToken(change(user, stranger.signIn().accessToken()));
        assertThat(user.signsInWith(user.password())).isTrue();
    }

    @Test
    @DisplayName("T02 token has expired: 401")
    void changeWhenTokenHasExpiredThen401() {
        TestUser user = OTHER_REALM.user();
        OTHER_REALM.update(Map.of("accessTokenLifespan", 1));
        String token = user.signIn().accessToken();
        OTHER_REALM.update(Map.of("accessTokenLifespan", 300));
        Eventually.assertThat(
                () -> given().auth().oauth2(token).get(OTHER_REALM.url("/protocol/openid-connect/userinfo")),
                response -> response.statusCode() == 401);

        assertInvalidToken(change(user, token));
    }

    @Test
    @DisplayName("T13 token is revoked: 401")
    void changeWhenTokenIsRevokedThen401() {
        TestUser user = REALM.user();
        String token = user.signIn().accessToken();
        given().formParam("client_id", TestRealm.APP)
                .formParam("token", token)
                .formParam("token_type_hint", "access_token")
                .post(REALM.url("/protocol/openid-connect/revoke"))
                .then()
                .statusCode(200);

        assertInvalidToken(change(user, token));
    }

    @Test
    @DisplayName("T12 session is logged out: 401")
    void changeWhenSessionIsLoggedOutThen401() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        given().formParam("client_id", TestRealm.APP)
                .formParam("refresh_token", tokens.refreshToken())
                .post(REALM.url("/protocol/openid-connect/logout"))
                .then()
                .statusCode(204);

        assertInvalidToken(change(user, tokens.accessToken()));
    }

    @Test
    @DisplayName("T15 user is disabled: 401")
    void changeWhenUserIsDisabledThen401() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        user.update(Map.of("enabled", false));

        assertInvalidToken(change(user, tokens.accessToken()));
    }

    @Test
    @DisplayName("T14 tokens have been invalidated: 401")
    void changeWhenTokensHaveBeenInvalidatedThen401() {
        TestUser user = OTHER_REALM.user();
        Tokens tokens = user.signIn();
        long now = System.currentTimeMillis() / 1000;
        OTHER_REALM.update(Map.of("notBefore", now + 60));
        try {
            assertInvalidToken(change(user, tokens.accessToken()));
        } finally {
            OTHER_REALM.update(Map.of("notBefore", 0));
        }
    }

    @Test
    @DisplayName("T14 T11 an administrator has signed the user out: tokens of offline sessions are invalid too")
    void changeWhenAnAdministratorHasSignedTheUserOutThen401ForOfflineTokensToo() {
        TestUser user = REALM.user();
        String token = user.signIn(TestRealm.APP, "openid offline_access").accessToken();
        String logout = REALM.adminUrl("/users/" + user.id() + "/logout");

        // A token of the same second is not older than the sign-out.
        Eventually.assertThat(
                () -> {
                    REALM.admin().post(logout).then().statusCode(204);
                    return given().auth()
                            .oauth2(token)
                            .contentType(ContentType.JSON)
                            .body("{}")
                            .post(REALM.changeUrl())
                            .statusCode();
                },
                status -> status == 401);
    }

    @Test
    @DisplayName("T08 client has no audience: 401")
    void changeWhenClientHasNoAudienceThen401() {
        TestUser user = REALM.user();
        var before = user.credentials();

        Response response = user.change(user.signIn(NO_SCOPE, "openid"), user.password(), NEW_PASSWORD);

        assertInvalidToken(response);
        user.assertRefused(before, "invalid_token");
    }

    @ParameterizedTest
    @ValueSource(strings = {NO_ROLE, NO_ROLES_AT_ALL})
    @DisplayName("T08 client has no role: 403 insufficient scope")
    void changeWhenClientHasNoRoleThen403InsufficientScope(String client) {
        TestUser user = REALM.user();
        var before = user.credentials();

        Response response = user.change(user.signIn(client, "openid"), user.password(), NEW_PASSWORD);

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.<String>path("error")).isEqualTo("insufficient_scope");
        assertThat(response.header("WWW-Authenticate")).contains("error=\"insufficient_scope\"");
        user.assertRefused(before, "not_allowed");
    }

    @Test
    @DisplayName("T10 token is lightweight: its roles are resolved")
    void changeWhenTokenIsLightweightThenItsRolesAreResolved() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn(LIGHTWEIGHT, "openid");
        String payload =
                new String(Base64.getUrlDecoder().decode(tokens.accessToken().split("\\.")[1]), StandardCharsets.UTF_8);
        assertThat(payload).doesNotContain("resource_access");

        user.change(tokens, user.password(), NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    @DisplayName("T11 token is of an offline session: accepted")
    void changeWhenTokenIsOfAnOfflineSessionThenAccepted() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn(TestRealm.APP, "openid offline_access");

        user.change(tokens, user.password(), NEW_PASSWORD).then().statusCode(200);

        REALM.refresh(tokens).then().statusCode(200);
    }

    @Test
    @DisplayName("T17 caller is a service account: 403")
    void changeWhenCallerIsAServiceAccountThen403() {
        Map<String, String> grant =
                Map.of("grant_type", "client_credentials", "client_id", SERVICE, "client_secret", SECRET);
        String token = given().formParams(grant)
                .post(REALM.url("/protocol/openid-connect/token"))
                .then()
                .statusCode(200)
                .extract()
                .path("access_token");

        Response response = given().auth()
                .oauth2(token)
                .contentType(ContentType.JSON)
                .body(Map.of(
                        "loginId",
                        "service-account-" + SERVICE,
                        "oldPassword",
                        "anything",
                        "newPassword",
                        NEW_PASSWORD))
                .post(REALM.changeUrl());

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.<String>path("error")).isEqualTo("not_allowed");
        assertThat(REALM.admin()
                        .queryParam("client", SERVICE)
                        .queryParam("type", "UPDATE_CREDENTIAL_ERROR")
                        .get(REALM.adminUrl("/events"))
                        .<List<String>>path("error"))
                .containsExactly("not_allowed");
    }

    @Test
    @DisplayName("T18 session is impersonated: 403 and the event names the impersonator")
    void changeWhenSessionIsImpersonatedThen403AndTheEventNamesTheImpersonator() {
        TestUser user = REALM.user();
        var before = user.credentials();
        String token = Impersonation.accessToken(REALM, user);

        Response response = change(user, token);

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.<String>path("error")).isEqualTo("not_allowed");
        assertThat(user.events())
                .filteredOn(event -> event.get("type").toString().endsWith("_ERROR"))
                .hasSize(2)
                .allSatisfy(event -> assertThat((Map<?, ?>) event.get("details"))
                        .extracting("impersonator")
                        .isEqualTo("admin"));
        assertThat(user.credentials()).isEqualTo(before);
    }

    @Test
    @DisplayName("A01 A02 login id is somebody else's: the same 403 for every user")
    void changeWhenLoginIdIsSomebodyElsesThenTheSame403WhoeverTheyAre() {
        TestUser user = REALM.user();
        TestUser victim = REALM.user();
        TestUser disabled = REALM.user("disabled-one", Map.of("enabled", false));
        Tokens tokens = user.signIn();
        var before = user.credentials();
        long verified = REALM.passwordsVerified();

        List<String> responses = Arrays.asList(
                        victim.email(),
                        victim.username(),
                        disabled.email(),
                        "nobody@example.com",
                        " " + user.email(),
                        "*")
                .stream()
                .flatMap(loginId -> List.of(victim.password(), user.password(), "wrong").stream()
                        .map(oldPassword -> {
                            Map<String, Object> body = user.body(oldPassword, NEW_PASSWORD);
                            body.put("loginId", loginId);
                            Response response = user.change(tokens, body);
                            assertThat(response.statusCode()).as(loginId).isEqualTo(403);
                            return response.asString();
                        }))
                .distinct()
                .toList();

        assertThat(responses)
                .containsExactly(
                        "{\"error\":\"not_allowed\",\"error_description\":\"You can only change your own password.\"}");
        assertThat(REALM.passwordsVerified()).isEqualTo(verified);
        assertThat(victim.events()).isEmpty();
        assertThat(victim.failures()).isZero();
        assertThat(user.failures()).isZero();
        assertThat(user.events()).hasSize(36).allSatisfy(event -> {
            assertThat(event).containsEntry("error", "different_user_authenticated");
            assertThat(event.toString()).doesNotContain(victim.id()).doesNotContain(victim.email());
        });
        assertThat(user.credentials()).isEqualTo(before);
        assertThat(victim.signsInWith(victim.password())).isTrue();
    }

    private static Response request(String authorization) {
        return given().header("Authorization", authorization)
                .contentType(ContentType.JSON)
                .body("{}")
                .post(REALM.changeUrl());
    }

    /** Sends a change of the user's password that is correct except for the token. */
    private static Response change(TestUser user, String token) {
        return given().auth()
                .oauth2(token)
                .contentType(ContentType.JSON)
                .body(user.body(user.password(), NEW_PASSWORD))
                .post(user.realm().changeUrl());
    }

    private static void assertInvalidToken(Response response) {
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.<String>path("error")).isEqualTo("invalid_token");
        assertThat(response.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
    }
}
