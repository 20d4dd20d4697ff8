package io.changepassword.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The realm's password policy: the response lists every broken rule, in the user's language. */
@ExtendWith(KeycloakExtension.class)
class PasswordPolicyIT {

    private static final String POLICY =
            "length(12) and digits(2) and upperCase(1) and notUsername and passwordHistory(3)";

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .with("passwordPolicy", POLICY)
            .with("internationalizationEnabled", true)
            .with("supportedLocales", List.of("en", "de", "fr"))
            .with("defaultLocale", "en");

    @RegisterExtension
    static final TestRealm COSTLY = new TestRealm().with("passwordPolicy", "regexPattern(.*.*.*x) and maxLength(1000)");

    @Test
    @DisplayName("A18 many rules are broken: all are listed")
    void changeWhenManyRulesAreBrokenThenAllAreListed() {
        TestUser alice = REALM.user("alice", "Initial-Password-11", Map.of());
        Tokens tokens = alice.signIn();
        var before = alice.credentials();

        Response response = alice.change(tokens, "Initial-Password-11", "alice");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.<String>path("error")).isEqualTo("password_rejected");
        assertThat(response.<List<Map<String, Object>>>path("violations"))
                .extracting(
                        violation -> violation.get("field"),
                        violation -> violation.get("policy"),
                        violation -> violation.get("params"),
                        violation -> violation.get("message"))
                .containsExactly(
                        tuple(
                                "newPassword",
                                "digits",
                                List.of(2),
                                "Invalid password: must contain at least 2 numerical digits."),
                        tuple("newPassword", "length", List.of(12), "Invalid password: minimum length 12."),
                        tuple(
                                "newPassword",
                                "notUsername",
                                List.of(),
                                "Invalid password: must not be equal to the username."),
                        tuple(
                                "newPassword",
                                "upperCase",
                                List.of(1),
                                "Invalid password: must contain at least 1 upper case characters."));
        alice.assertEvents("password_rejected");
        assertThat(alice.events().get(0).get("details").toString())
                .contains("invalidPasswordMinLengthMessage")
                .contains("invalidPasswordNotUsernameMessage");
        assertThat(alice.credentials()).isEqualTo(before);
    }

    @Test
    void changeWhenUsersLocaleIsGermanThenMessagesAreToo() {
        TestUser user = REALM.user("anna", "Initial-Password-11", Map.of("attributes", Map.of("locale", "de")));
        Tokens tokens = user.signIn();

        Response response = user.change(tokens, "Initial-Password-11", "anna");

        assertThat(response.<String>path("error_description")).isEqualTo("Das neue Passwort wurde abgelehnt.");
        assertThat(response.<List<String>>path("violations.policy"))
                .containsExactly("digits", "length", "notUsername", "upperCase");
        assertThat(response.<List<String>>path("violations.message"))
                .allSatisfy(message -> assertThat(message).startsWith("Ung\u00fcltiges Passwort:"));
    }

    @Test
    void changeWhenLocaleHasNoTextsOfOursThenEnglishStandsIn() {
        TestUser user = REALM.user("amelie", "Initial-Password-11", Map.of("attributes", Map.of("locale", "fr")));
        Tokens tokens = user.signIn();

        Response response = user.change(tokens, "Initial-Password-11", "amelie");

        assertThat(response.<String>path("error_description")).isEqualTo("The new password was refused.");
        assertThat(response.<List<String>>path("violations.message"))
                .allSatisfy(message -> assertThat(message).startsWith("Mot de passe invalide"));
    }

    @Test
    void changeWhenRealmHasTextsOfItsOwnThenTheyAreTaken() {
        REALM.admin()
                .contentType("text/plain")
                .body("No, {0} characters at least")
                .put(REALM.adminUrl("/localization/en/invalidPasswordMinLengthMessage"))
                .then()
                .statusCode(204);
        try {
            TestUser user = REALM.user("audrey", "Initial-Password-11", Map.of());
            Tokens tokens = user.signIn();

            Response response = user.change(tokens, "Initial-Password-11", "Short11");

            assertThat(response.<List<String>>path("violations.message")).containsExactly("No, 12 characters at least");
        } finally {
            REALM.admin().delete(REALM.adminUrl("/localization/en/invalidPasswordMinLengthMessage"));
        }
    }

    @Test
    void changeWhenTextOfTheRealmIsNoFormatThenItIsTakenAsItIs() {
        REALM.admin()
                .contentType("text/plain")
                .body("Zu kurz: {min}")
                .put(REALM.adminUrl("/localization/en/invalidPasswordMinLengthMessage"))
                .then()
                .statusCode(204);
        try {
            TestUser user = REALM.user("aurora", "Initial-Password-11", Map.of());
            Tokens tokens = user.signIn();

            Response response = user.change(tokens, "Initial-Password-11", "Short11");

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.<List<String>>path("violations.message")).containsExactly("Zu kurz: {min}");
        } finally {
            REALM.admin().delete(REALM.adminUrl("/localization/en/invalidPasswordMinLengthMessage"));
        }
    }

    @Test
    void changeWhenRealmDemandsLessThanTheContractThenTheContractsMinimumIsNamed() {
        TestUser user = REALM.user("anton", "Initial-Password-11", Map.of());
        Tokens tokens = user.signIn();
        REALM.update(Map.of("passwordPolicy", "length(5)"));
        try {
            for (String candidate : List.of("abcd", "abcdefg")) {
                Response response = user.change(tokens, "Initial-Password-11", candidate);
                assertThat(response.<List<List<Integer>>>path("violations.params"))
                        .as(candidate)
                        .containsExactly(List.of(8));
            }
        } finally {
            REALM.update(Map.of("passwordPolicy", POLICY));
        }
    }

    @Test
    @DisplayName("A18 password is in the history: rejected by the store")
    void changeWhenPasswordIsInTheHistoryThenRejectedByTheStore() {
        TestUser user = REALM.user("agnes", "Initial-Password-11", Map.of());
        Tokens tokens = user.signIn();
        user.change(tokens, "Initial-Password-11", "Initial-Password-22").then().statusCode(200);

        Response response = user.change(tokens, "Initial-Password-22", "Initial-Password-11");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.<List<Map<String, Object>>>path("violations"))
                .containsExactly(Map.of(
                        "field", "newPassword",
                        "policy", "passwordHistory",
                        "params", List.of(3),
                        "message", "Invalid password: must not be equal to any of last 3 passwords."));
    }

    @Test
    @DisplayName("A16 old password is wrong: the response has no violation of the policy")
    void changeWhenOldPasswordIsWrongThenNoPolicyViolationIsDisclosed() {
        TestUser user = REALM.user("ada", "Initial-Password-11", Map.of());
        Tokens tokens = user.signIn();

        for (String candidate : List.of("ada", "Initial-Password-11", "Fine-Password-33")) {
            Response response = user.change(tokens, "wrong", candidate);
            assertThat(response.asString())
                    .isEqualTo(
                            "{\"error\":\"invalid_user_credentials\","
                                    + "\"error_description\":\"Invalid existing password.\",\"violations\":[{\"field\":\"oldPassword\","
                                    + "\"policy\":\"currentPassword\",\"params\":[],\"message\":\"Invalid existing password.\"}]}");
        }
    }

    @Test
    @DisplayName("P21 a pattern whose cost grows with a power of the length is bounded by the longest password")
    void changeWhenThePatternIsCostlyThenTheLongestPasswordIsMatchedAndNoLongerOne() {
        TestUser user = COSTLY.user("costly", "Initial-Password-x", Map.of());
        Tokens tokens = user.signIn();

        for (int length : List.of(255, 256)) {
            Response response = user.change(tokens, user.password(), "a".repeat(length));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.<List<String>>path("violations.policy"))
                    .containsExactly(length > 255 ? "maxLength" : "regexPattern");
        }
    }

    @Test
    @DisplayName("A20 old password breaks today's policy: it is only verified")
    void changeWhenOldPasswordBreaksTodaysPolicyThenItIsOnlyVerified() {
        TestUser user = REALM.user("abel", "Initial-Password-11", Map.of());
        REALM.update(Map.of("passwordPolicy", ""));
        user.update(Map.of("credentials", password("old")));
        Tokens tokens = Tokens.of(TestRealm.APP, REALM.grant(TestRealm.APP, "abel", "old", "openid"));
        REALM.update(Map.of("passwordPolicy", POLICY));

        user.change(tokens, "old", "Fine-Password-33").then().statusCode(200);
    }

    private static List<Map<String, String>> password(String value) {
        return List.of(Map.of("type", "password", "value", value));
    }
}
