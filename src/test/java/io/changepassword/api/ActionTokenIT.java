package io.changepassword.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import io.changepassword.fixture.ActionTokens;
import io.changepassword.fixture.Eventually;
import io.changepassword.fixture.Mailbox;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import io.restassured.response.Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The change with an action token: which tokens are accepted, once, and which are not. */
@ExtendWith(KeycloakExtension.class)
class ActionTokenIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";
    private static final String ANOTHER_APP = "another-app";
    private static final String DISABLED_APP = "disabled-app";

    @RegisterExtension
    static final Mailbox MAILBOX = new Mailbox();

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .client(ANOTHER_APP, Map.of())
            .client(DISABLED_APP, Map.of("enabled", false))
            .with("smtpServer", MAILBOX.smtpServer());

    @RegisterExtension
    static final TestRealm OTHER_REALM = new TestRealm();

    private static ActionTokens signer;

    @BeforeAll
    static void giveTheRealmAKeyOfOurs() {
        signer = ActionTokens.of(REALM);
    }

    @Test
    void changeWhenTokenIsOfTheAdministratorsMailThenChangedOnce() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        user.credentialReset(List.of("UPDATE_PASSWORD"));
        String token = MAILBOX.token();

        Response response = user.redeem(tokens, token, NEW_PASSWORD);

        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
        assertThat(user.signsInWith(NEW_PASSWORD)).isTrue();
        assertThat(user.signsInWith(user.password())).isFalse();
        assertThat(user.events())
                .extracting(event -> event.get("type"))
                .containsExactlyInAnyOrder("UPDATE_CREDENTIAL", "UPDATE_PASSWORD");
        assertThat(user.events().get(0).get("details").toString()).contains("action=execute-actions");
        assertRefused(user.redeem(tokens, token, "Once-more-please-1"));
    }

    @Test
    void changeWhenTokenIsSelfRequestedThenChangedOnce() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        user.requestToken(tokens).then().statusCode(202);
        String token = MAILBOX.token();

        user.redeem(tokens, token, NEW_PASSWORD).then().statusCode(200);

        assertThat(user.signsInWith(NEW_PASSWORD)).isTrue();
        assertRefused(user.redeem(tokens, token, "Once-more-please-1"));
    }

    @Test
    void changeWhenUserHasNoPasswordYetThenTheyHaveOne() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        user.deletePassword();
        user.requestToken(tokens).then().statusCode(202);

        user.redeem(tokens, MAILBOX.token(), NEW_PASSWORD).then().statusCode(200);

        assertThat(user.signsInWith(NEW_PASSWORD)).isTrue();
    }

    @Test
    void changeWhenTheHistoryHasThePasswordThenRefusedAndTheTokenStaysGood() {
        TestRealm realm = REALM.another();
        try {
            realm.update(Map.of("passwordPolicy", "passwordHistory(2)"));
            ActionTokens tokensOfRealm = ActionTokens.of(realm);
            TestUser user = realm.user();
            Tokens tokens = user.signIn();
            String token = tokensOfRealm.sign(tokensOfRealm.executeActions(user));

            assertThat(user.redeem(tokens, token, user.password()).<List<String>>path("validationError.password"))
                    .hasSize(1);

            user.redeem(tokens, token, NEW_PASSWORD).then().statusCode(200);
        } finally {
            realm.delete();
        }
    }

    @Test
    @DisplayName("S05 done: the user's other sessions end, and the caller's stays")
    void changeWhenDoneThenOtherSessionsEnd() {
        TestUser user = REALM.user();
        Tokens other = user.signIn();
        Tokens tokens = user.signIn();

        user.redeem(tokens, signer.sign(signer.executeActions(user)), NEW_PASSWORD)
                .then()
                .statusCode(200);

        assertThat(REALM.refresh(other).statusCode()).isEqualTo(400);
        assertThat(REALM.refresh(tokens).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("B14 a used token is refused for every password, with the same response as any invalid token")
    void changeWhenTokenIsUsedUpThenRefused() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        String token = signer.sign(signer.executeActions(user));
        user.redeem(tokens, token, NEW_PASSWORD).then().statusCode(200);

        assertRefused(user.redeem(tokens, token, "Once-more-please-1"));

        assertThat(user.events())
                .filteredOn(event -> "UPDATE_CREDENTIAL_ERROR".equals(event.get("type")))
                .extracting(event -> event.get("error"))
                .containsExactly("expired_code");
        assertThat(user.signsInWith(NEW_PASSWORD)).isTrue();
    }

    static Stream<Arguments> faults() {
        long now = Instant.now().getEpochSecond();
        return Stream.of(
                fault("B03 expired", claims -> claims.put("exp", now - 1)),
                fault("B03 expiring now", claims -> claims.put("exp", now)),
                fault("B03 never expiring", claims -> claims.put("exp", 0)),
                fault("B03 without expiry", claims -> claims.remove("exp")),
                fault("B03 of a null expiry", claims -> claims.put("exp", null)),
                fault("B03 not valid yet", claims -> claims.put("nbf", now + 3600)),
                fault("B03 of the future", claims -> claims.put("iat", now + 3600)),
                fault("B12 younger than it is, by Keycloak's page", claims -> claims.put("asid", "root.tab.client")),
                fault("B12 without date", claims -> claims.remove("iat")),
                fault("B05 of another issuer", claims -> claims.put("iss", OTHER_REALM.url(""))),
                fault(
                        "B05 of the realm under another host name",
                        claims -> claims.put("iss", claims.get("iss").toString().replace("localhost", "127.0.0.1"))),
                fault("B05 for another audience", claims -> claims.put("aud", "account")),
                fault("B06 verify-email", claims -> claims.put("typ", "verify-email")),
                fault("B06 update-email", claims -> claims.put("typ", "update-email")),
                fault("B06 idp-verify-account-link", claims -> claims.put("typ", "idp-verify-account-link")),
                fault("B06 inviteorg", claims -> claims.put("typ", "ORGIVT")),
                fault("B06 no type", claims -> claims.remove("typ")),
                fault("B06 of the type in another case", claims -> claims.put("typ", "Execute-Actions")),
                fault("B08 reset-credentials", claims -> claims.put("typ", "reset-credentials")),
                fault("B07 without UPDATE_PASSWORD", claims -> claims.put("rqac", List.of("CONFIGURE_TOTP"))),
                fault("B07 without actions", claims -> claims.put("rqac", List.of())),
                fault("B07 actions are null", claims -> claims.remove("rqac")),
                fault("B07 actions are no list", claims -> claims.put("rqac", "UPDATE_PASSWORD")),
                fault("B10 without nonce", claims -> claims.remove("nonce")),
                fault("B10 nonce is no UUID", claims -> claims.put("nonce", "1")),
                fault("B10 without id", claims -> claims.remove("jti")),
                fault("B10 without client", claims -> claims.remove("azp")),
                fault("B10 of no client", claims -> claims.put("azp", "nobody")),
                fault("B10 of a disabled client", claims -> claims.put("azp", DISABLED_APP)),
                fault("B11 of another address", claims -> claims.put("eml", "other@example.com")),
                fault(
                        "B04 of nobody",
                        claims -> claims.put("sub", UUID.randomUUID().toString())),
                fault("B04 without user", claims -> claims.remove("sub")));
    }

    private static Arguments fault(String name, Consumer<Map<String, Object>> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    @DisplayName("B03 B05 B06 B07 B08 B10 B11 B12 a token that is validly signed and has another fault: the same 401")
    void changeWhenTokenIsValidlySignedAndWrongThenTheSame401(String name, Consumer<Map<String, Object>> change) {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        var before = user.credentials();
        Map<String, Object> claims = signer.executeActions(user);
        change.accept(claims);

        assertRefused(user.redeem(tokens, signer.sign(claims), NEW_PASSWORD));

        assertThat(user.credentials()).isEqualTo(before);
        assertThat(user.signsInWith(user.password())).isTrue();
        assertThat(user.events()).hasSize(2);
    }

    @Test
    @DisplayName("B02 B09 P20 a token that is not signed as action tokens are: the same 401")
    void changeWhenTokenIsNotSignedAsActionTokensAreThenTheSame401() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        var before = user.credentials();
        Map<String, Object> claims = signer.executeActions(user);
        String good = signer.sign(claims);
        String[] parts = good.split("\\.");
        String[] other = signer.sign(signer.executeActions(REALM.user())).split("\\.");
        String foreign = ActionTokens.of(OTHER_REALM).sign(claims);
        for (String bad : List.of(
                "x",
                "e30.e30.e30",
                "..",
                parts[0] + "." + parts[1] + ".",
                parts[0] + "." + parts[1] + "." + other[2],
                parts[0] + "." + other[1] + "." + parts[2],
                good + "x",
                " " + good,
                good + "\n",
                "Bearer " + good,
                "key=" + good,
                REALM.url("/login-actions/action-token?key=" + good),
                "eyJhbGciOiJub25lIn0." + parts[1] + ".",
                "eyJhbGciOiJub25lIn0." + parts[1] + "." + parts[2],
                "e30." + parts[1] + "." + parts[2],
                "bnVsbA." + parts[1] + "." + parts[2],
                foreign,
                ActionTokens.of(REALM, JWSAlgorithm.HS256).sign(claims),
                good + "=",
                signer.sign(claims, new JWSHeader(JWSAlgorithm.HS512)),
                signer.sign(
                        claims,
                        new JWSHeader.Builder(JWSAlgorithm.HS256)
                                .keyID(signer.keyId())
                                .build()),
                signer.sign(
                        claims,
                        new JWSHeader.Builder(JWSAlgorithm.HS512)
                                .keyID("../../x")
                                .build()),
                tokens.accessToken(),
                tokens.refreshToken(),
                tokens.idToken(),
                "x".repeat(8000))) {
            assertRefused(user.redeem(tokens, bad, NEW_PASSWORD));
        }

        assertThat(user.credentials()).isEqualTo(before);
        user.redeem(tokens, good, NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    @DisplayName("B04 somebody else's token is refused, and stays valid for its user")
    void changeWhenTokenIsSomebodyElsesThenRefusedAndStillGoodForThem() {
        TestUser mallory = REALM.user();
        TestUser alice = REALM.user();
        String hers = signer.sign(signer.changePassword(alice));

        assertRefused(mallory.redeem(mallory.signIn(), hers, NEW_PASSWORD));

        assertThat(mallory.events())
                .extracting(event -> event.get("error"))
                .containsOnly("different_user_authenticated");
        assertThat(alice.events()).isEmpty();
        assertThat(mallory.signsInWith(mallory.password())).isTrue();
        alice.redeem(alice.signIn(), hers, NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    @DisplayName("B10 a token that another client requested is refused")
    void changeWhenTokenIsAnotherClientsThenRefused() {
        TestUser user = REALM.user();
        String token = signer.sign(signer.changePassword(user));

        assertRefused(user.redeem(user.signIn(ANOTHER_APP, "openid"), token, NEW_PASSWORD));

        user.redeem(user.signIn(), token, NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    @DisplayName("B07 further actions of the token become the user's required actions")
    void changeWhenTokenDemandsMoreActionsThenTheyBecomeTheUsersRequiredActions() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        Map<String, Object> claims = signer.executeActions(user);
        claims.put("rqac", List.of("UPDATE_PASSWORD", "CONFIGURE_TOTP"));
        String token = signer.sign(claims);
        user.redeem(tokens, token, "short").then().statusCode(400);
        assertThat(user.requiredActions()).isEmpty();

        user.redeem(tokens, token, NEW_PASSWORD).then().statusCode(200);

        assertThat(user.requiredActions()).containsExactly("CONFIGURE_TOTP");
    }

    @Test
    @DisplayName("B12 S08 a token from before a change of the password is refused")
    void changeWhenThePasswordWasChangedSinceThenRefused() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        Map<String, Object> mail = signer.executeActions(user);
        Map<String, Object> own = signer.changePassword(user);
        Map<String, Object> forged = signer.changePassword(user);
        forged.remove("pwd_set_at");
        // Keycloak's own token names its second only. A token from the second of the user's first password is valid.
        Eventually.assertThat(Instant::now, now -> now.getEpochSecond() > (long) mail.get("iat"));
        user.change(tokens, user.password(), NEW_PASSWORD).then().statusCode(200);

        assertRefused(user.redeem(tokens, signer.sign(mail), "Another-Password-2"));
        assertRefused(user.redeem(tokens, signer.sign(own), "Another-Password-2"));
        assertRefused(user.redeem(tokens, signer.sign(forged), "Another-Password-2"));

        assertThat(user.signsInWith(NEW_PASSWORD)).isTrue();
    }

    @Test
    @DisplayName("B12 a token from before the user's or the realm's not-before is refused")
    void changeWhenTokensHaveBeenInvalidatedSinceThenRefused() {
        TestRealm realm = REALM.another();
        try {
            ActionTokens tokensOfRealm = ActionTokens.of(realm);
            TestUser user = realm.user();
            Map<String, Object> old = tokensOfRealm.executeActions(user);
            old.put("iat", Instant.now().getEpochSecond() - 5);
            realm.update(Map.of("notBefore", Instant.now().getEpochSecond() - 2));

            assertRefused(user.redeem(user.signIn(), tokensOfRealm.sign(old), NEW_PASSWORD));
        } finally {
            realm.delete();
        }
    }

    @Test
    @DisplayName("B13 the required action, or the API, is switched off: refused")
    void changeWhenSwitchedOffThenRefused() {
        TestRealm realm = REALM.another();
        try {
            ActionTokens tokensOfRealm = ActionTokens.of(realm);
            TestUser user = realm.user();
            Tokens tokens = user.signIn();
            String token = tokensOfRealm.sign(tokensOfRealm.executeActions(user));
            realm.switchOffRequiredAction("UPDATE_PASSWORD");
            assertRefused(user.redeem(tokens, token, NEW_PASSWORD));

            realm.attributes(Map.of("changePassword.enabled", "false"));
            Response off = user.redeem(tokens, token, NEW_PASSWORD);
            assertThat(off.statusCode()).isEqualTo(404);
            assertThat(off.<List<String>>path("apiError")).containsExactly("This service is not enabled.");
        } finally {
            realm.delete();
        }
    }

    @Test
    @DisplayName("B19 B20 a refusal does not consume the token")
    void changeWhenRefusedForAnotherReasonThenTheTokenStaysGood() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        String token = signer.sign(signer.executeActions(user));

        assertThat(user.redeem(tokens, token, "short").<List<String>>path("validationError.password"))
                .containsExactly("Invalid password: minimum length 8.");
        assertThat(user.redeem(tokens, token, "   ").<List<String>>path("validationError.password"))
                .containsExactly("This field must not be blank.");
        assertThat(user.redeem(tokens, token, "x".repeat(256)).statusCode()).isEqualTo(400);
        assertThat(user.redeem(tokens, Map.of("token", token, "password", 12345678))
                        .<List<String>>path("validationError.password"))
                .containsExactly("This field must be a string.");
        assertThat(given().auth()
                        .oauth2(tokens.accessToken() + "x")
                        .contentType("application/json")
                        .body(Map.of("password", NEW_PASSWORD, "token", token))
                        .post(REALM.tokenUrl())
                        .statusCode())
                .isEqualTo(401);

        user.redeem(tokens, token, NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    @DisplayName("B01 fields are missing or of another type: each is named")
    void changeWhenFieldsAreBadThenEachIsNamed() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();

        Response none = user.redeem(tokens, Map.of());
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(none.<Map<String, Object>>path("validationError").keySet()).containsExactly("password", "token");
        Response blank = user.redeem(tokens, Map.of("password", NEW_PASSWORD, "token", " "));
        assertThat(blank.asString()).isEqualTo("{\"validationError\":{\"token\":[\"This field must not be blank.\"]}}");
        Response noObject = user.redeem(tokens, List.of());
        assertThat(noObject.asString())
                .isEqualTo("{\"validationError\":{\"body\":[\"The request body is not a JSON object in UTF-8.\"]}}");
        assertThat(user.signsInWith(user.password())).isTrue();
    }

    /** One body for all faults of a token. */
    private static void assertRefused(Response response) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(401);
        assertThat(response.asString())
                .isEqualTo("{\"apiError\":[\"This token is not valid, or not any more. Please request a new one.\"]}");
        assertThat(response.header("WWW-Authenticate"))
                .startsWith("Bearer realm=")
                .doesNotContain("error");
    }
}
