package io.changepassword.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.changepassword.fixture.Eventually;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The change with the current password: success, and the responses to wrong and rejected passwords. */
@ExtendWith(KeycloakExtension.class)
class CurrentPasswordIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .with("bruteForceProtected", true)
            .with("failureFactor", 30)
            .with("quickLoginCheckMilliSeconds", 0);

    @Test
    void changeWhenOldPasswordIsRightThenNewOneSignsIn() {
        TestUser user = REALM.user();

        Response response = user.change(user.signIn(), user.password(), NEW_PASSWORD);

        response.then().statusCode(200);
        assertThat(response.asString()).isEqualTo("{}");
        assertThat(response.contentType()).isEqualToIgnoringCase("application/json;charset=UTF-8");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(response.header("Set-Cookie")).isNull();
        assertThat(user.signsInWith(NEW_PASSWORD)).isTrue();
        assertThat(user.signsInWith(user.password())).isFalse();
        assertThat(user.credentials()).hasSize(1);
    }

    @Test
    @DisplayName("W12 done: both success events are fired")
    void changeWhenDoneThenBothSuccessEventsAreFired() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();

        user.change(tokens, user.password(), NEW_PASSWORD).then().statusCode(200);

        List<Map<String, Object>> events = user.events();
        assertThat(events)
                .extracting(event -> event.get("type"), event -> event.get("error"))
                .containsExactlyInAnyOrder(tuple("UPDATE_CREDENTIAL", null), tuple("UPDATE_PASSWORD", null));
        assertThat(events).allSatisfy(event -> {
            assertThat(event)
                    .containsEntry("clientId", TestRealm.APP)
                    .containsEntry("userId", user.id())
                    .containsEntry("ipAddress", "127.0.0.1")
                    .hasEntrySatisfying(
                            "sessionId", id -> assertThat((String) id).isNotBlank());
            assertThat(event.get("details"))
                    .isEqualTo(Map.of(
                            "credential_type", "password", "api", "change-password", "username", user.username()));
        });
    }

    @Test
    @DisplayName("A03 login id is username or other case: accepted")
    void changeWhenLoginIdIsUsernameOrOtherCaseThenAccepted() {
        TestUser user = REALM.user();
        Map<String, Object> body = user.body(user.password(), NEW_PASSWORD);
        body.put("loginId", user.username());
        user.change(user.signIn(), body).then().statusCode(200);

        Tokens tokens = Tokens.of(TestRealm.APP, REALM.grant(TestRealm.APP, user.username(), NEW_PASSWORD, "openid"));
        body = user.body(NEW_PASSWORD, "Another-Password-2");
        body.put("loginId", user.email().toUpperCase(Locale.ROOT));
        user.change(tokens, body).then().statusCode(200);
    }

    @Test
    @DisplayName("P14 P17 P18 password has spaces and astral characters: stored as sent")
    void changeWhenPasswordHasSpacesAndAstralCharactersThenStoredAsSent() {
        TestUser user = REALM.user();
        String password = "  \uD83D\uDE00 pass\u00e9 e\u0301\u3000 ";

        user.change(user.signIn(), user.password(), password).then().statusCode(200);

        assertThat(user.signsInWith(password)).isTrue();
        assertThat(user.signsInWith(password.strip())).isFalse();
    }

    @Test
    @DisplayName("A05 old password is wrong: the failure is counted, nothing else happens")
    void changeWhenOldPasswordIsWrongThenCountedAndNothingElse() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        var before = user.credentials();
        long verified = REALM.passwordsVerified();
        List<String> anonymous = REALM.anonymousErrors();

        Response response = user.change(tokens, "wrong", NEW_PASSWORD);

        response.then().statusCode(400).contentType(ContentType.JSON);
        assertThat(response.asString())
                .isEqualTo("{\"error\":\"invalid_user_credentials\","
                        + "\"error_description\":\"Invalid existing password.\",\"violations\":[{\"field\":\"oldPassword\","
                        + "\"policy\":\"currentPassword\",\"params\":[],\"message\":\"Invalid existing password.\"}]}");
        assertThat(user.failures()).isEqualTo(1);
        assertThat(REALM.passwordsVerified() - verified).isEqualTo(1);
        user.assertRefused(before, "invalid_user_credentials");
        assertThat(REALM.anonymousErrors())
                .as("no second event without the user")
                .isEqualTo(anonymous);
        assertThat(user.signsInWith(NEW_PASSWORD)).isFalse();
    }

    @Test
    @DisplayName("W08 another type is wanted: JSON all the same")
    void changeWhenAnotherTypeIsWantedThenJsonAllTheSame() {
        TestUser user = REALM.user();

        Response response = given().auth()
                .oauth2(user.signIn().accessToken())
                .contentType(ContentType.JSON)
                .accept("text/html")
                .body(user.body("wrong", NEW_PASSWORD))
                .post(REALM.changeUrl());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.contentType()).isEqualToIgnoringCase("application/json;charset=UTF-8");
    }

    @Test
    @DisplayName("A12 right password after a wrong one: the count is cleared")
    void changeWhenRightAfterWrongThenTheCountIsCleared() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        user.change(tokens, "wrong", NEW_PASSWORD).then().statusCode(400);

        user.change(tokens, user.password(), NEW_PASSWORD).then().statusCode(200);

        // Keycloak clears its count on another thread.
        Eventually.assertThat(user::failures, failures -> failures == 0);
    }

    @Test
    @DisplayName("A13 A16 P12 new password is short: rejected only after the proof")
    void changeWhenNewPasswordIsShortThenRejectedOnlyAfterTheProof() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        var before = user.credentials();

        user.change(tokens, "wrong", "short").then().statusCode(400);
        user.assertEvents("invalid_user_credentials");

        Response response = user.change(tokens, user.password(), "sevench");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.<String>path("error")).isEqualTo("password_rejected");
        assertThat(response.<List<Map<String, Object>>>path("violations"))
                .containsExactly(Map.of(
                        "field", "newPassword",
                        "policy", "length",
                        "params", List.of(8),
                        "message", "Invalid password: minimum length 8."));
        assertThat(user.failures()).as("a proved password is no guess").isEqualTo(1);
        assertThat(user.credentials()).isEqualTo(before);
    }

    @Test
    @DisplayName("P12 four emoji: too short because characters are code points")
    void changeWhenFourEmojiThenTooShortBecauseCharactersAreCodePoints() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        String emoji = "\uD83D\uDE00";

        user.change(tokens, user.password(), emoji.repeat(4)).then().statusCode(400);
        user.change(tokens, user.password(), emoji.repeat(8)).then().statusCode(200);

        assertThat(user.signsInWith(emoji.repeat(8))).isTrue();
    }

    @Test
    @DisplayName("A17 new password is the current one: rejected")
    void changeWhenNewPasswordIsTheCurrentOneThenRejected() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        var before = user.credentials();

        Response response = user.change(tokens, user.password(), user.password());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.<List<String>>path("violations.policy")).containsExactly("notCurrentPassword");
        user.assertRefused(before, "password_rejected");
    }

    @Test
    @DisplayName("P13 longest password: accepted and one more is not")
    void changeWhenLongestPasswordThenAcceptedAndOneMoreIsNot() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();

        Response tooLong = user.change(tokens, user.password(), "x".repeat(256));
        assertThat(tooLong.statusCode()).isEqualTo(400);
        assertThat(tooLong.<String>path("error")).isEqualTo("invalid_request");
        assertThat(tooLong.<List<String>>path("violations.policy")).containsExactly("maxLength");

        user.change(tokens, user.password(), "x".repeat(255)).then().statusCode(200);
    }

    @Test
    @DisplayName("A23 the same request comes again: old password is wrong")
    void changeWhenTheSameRequestComesAgainThenOldPasswordIsWrong() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        user.change(tokens, user.password(), NEW_PASSWORD).then().statusCode(200);

        Response again = user.change(tokens, user.password(), NEW_PASSWORD);

        assertThat(again.statusCode()).isEqualTo(400);
        assertThat(again.<String>path("error")).isEqualTo("invalid_user_credentials");
    }

    @Test
    @DisplayName("A17 P15 the old password with NULs behind it, which HMAC ignores: it is still the current one")
    void changeWhenOldPasswordHasNulsBehindItThenItIsStillTheCurrentOne() {
        TestUser user = REALM.user();
        REALM.update(Map.of("passwordPolicy", "hashAlgorithm(pbkdf2-sha512)"));
        try {
            Tokens tokens = user.signIn();
            Response response = user.change(tokens, user.password() + "\0", user.password());
            assertThat(response.statusCode()).isEqualTo(400);
        } finally {
            REALM.update(Map.of("passwordPolicy", ""));
        }
    }

    @Test
    @DisplayName("A21 user has no password: nothing is stored")
    void changeWhenUserHasNoPasswordThenNothingIsStored() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        user.deletePassword();

        Response response = user.change(tokens, user.password(), NEW_PASSWORD);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.<String>path("error")).isEqualTo("invalid_user_credentials");
        assertThat(user.credentials()).isEmpty();
    }

    @Test
    @DisplayName("T32 another method: 405")
    void changeWhenMethodIsOtherThen405() {
        for (String method : List.of("GET", "PUT", "PATCH", "DELETE")) {
            Response response = given().request(method, REALM.changeUrl());
            assertThat(response.statusCode()).as(method).isEqualTo(405);
            assertThat(response.header("Allow")).isEqualTo("POST, OPTIONS");
            assertThat(response.<String>path("error")).isEqualTo("invalid_request");
            assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        }
    }
}
