package io.changepassword;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.Eventually;
import io.changepassword.fixture.Mailbox;
import io.changepassword.fixture.RawRequest;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.TracedKeycloak;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Searches for passwords and tokens in every place where they must never be. */
class SecretsIT {

    @Order(1)
    @RegisterExtension
    static final TracedKeycloak TRACED = TracedKeycloak.withAllTraces();

    @RegisterExtension
    static final Mailbox MAILBOX = new Mailbox();

    @Order(2)
    @RegisterExtension
    static final TestRealm REALM = new TestRealm(TRACED)
            .with("smtpServer", MAILBOX.smtpServer())
            .with("bruteForceProtected", true)
            .with("quickLoginCheckMilliSeconds", 0)
            .with("adminEventsEnabled", true)
            .with(
                    "passwordPolicy",
                    "length(12) and notContainsUsername and passwordHistory(2) and regexPattern(^[^#]*$)");

    @Test
    @DisplayName("W10 no password and no token in log, events, metrics, spans, database and responses")
    void changeWhenSecretsAreSentThenTheyAreNowhere() throws IOException {
        TestUser user = REALM.user("canary-user", "Canary-Initial-4711", Map.of());
        Tokens tokens = user.signIn();
        List<String> responses = new ArrayList<>();

        for (String[] attempt : new String[][] {
            {"Canary-Wrong-4712", "Canary-New-4713"},
            {"Canary-Initial-4711", "Canary-47"},
            {"Canary-Initial-4711", "Canary#Refused-4714"},
            {"Canary-Initial-4711", "Canary-Initial-4711"},
            {"Canary-Initial-4711", "Canary-New-4713"},
            {"Canary-New-4713", "Canary-Initial-4711"}
        }) {
            responses.add(user.change(tokens, attempt[0], attempt[1]).asString());
        }
        responses.add(user.change(tokens, "{\"oldPassword\":\"Canary-Broken-4715\",\"newPassword\":}")
                .asString());
        responses.add(user.change(tokens, Map.of("oldPassword", List.of("Canary-Array-4716"), "x", "Canary-Extra-4717"))
                .asString());
        responses.add(given().header("Authorization", "Bearer " + tokens.accessToken() + "x")
                .post(REALM.changeUrl())
                .asString());
        responses.add(user.requestToken(tokens).asString());
        String mailed = MAILBOX.token();
        responses.add(user.redeem(tokens, mailed, "Canary-47").asString());
        responses.add(user.redeem(tokens, mailed + "x", "Canary-Token-4719").asString());
        responses.add(user.redeem(tokens, mailed, "Canary-Token-4719").asString());
        responses.add(user.redeem(tokens, mailed, "Canary-Token-4720").asString());
        assertThat(user.signsInWith("Canary-Token-4719")).isTrue();
        try (RawRequest request = RawRequest.post(REALM, tokens.accessToken(), 100)) {
            request.send("{\"oldPassword\":\"Canary-Cut-4718\"");
        }

        List<String> secrets = new ArrayList<>(List.of("Canary-"));
        secrets.addAll(List.of(tokens.accessToken().split("\\.")).subList(1, 3));
        secrets.add(tokens.refreshToken().split("\\.")[2]);
        secrets.addAll(List.of(mailed.split("\\.")).subList(1, 3));
        String events = user.events().toString()
                + REALM.admin().get(REALM.adminUrl("/admin-events")).asString();
        String metrics =
                given().get(REALM.server().managementUrl() + "/metrics").asString();
        // These values are found, so the search would find a secret too.
        Eventually.assertThat(() -> TRACED.database().contains(user.username()), found -> found);
        Eventually.assertThat(() -> TRACED.spans().contains(REALM.changePath()), found -> found);
        assertThat(TRACED.logged("TRACE")).isNotEmpty();
        assertThat(TRACED.logged(REALM.changePath())).isNotEmpty();
        assertThat(events).contains(user.username());
        // Keycloak 26.0 has no metrics with a realm's name.
        assertThat(metrics).contains(REALM.version().startsWith("26.0.") ? "# TYPE" : REALM.name());
        for (String secret : secrets) {
            assertThat(responses).noneMatch(response -> response.contains(secret));
            assertThat(events).doesNotContain(secret);
            assertThat(metrics).doesNotContain(secret);
            assertThat(TRACED.spans()).doesNotContain(secret);
            assertThat(TRACED.database()).doesNotContain(secret);
            assertThat(TRACED.logged(secret)).isEmpty();
        }
    }

    @Test
    @DisplayName("W11 P19 a login id with line breaks forges no line of the log")
    void changeWhenLoginIdHasLineBreaksThenNoLineIsForged() throws IOException {
        TestUser user = REALM.user("lines", "Initial-Password-11", Map.of());
        Tokens tokens = user.signIn();
        for (String loginId : List.of(
                "a\r\n2026-01-01 00:00:00,000 INFO forged-line",
                "*)(uid=*",
                "${jndi:ldap://127.0.0.1/forged-line}",
                "<script>forged-line</script>",
                "' or 1=1 --forged-line",
                "__proto__",
                "x".repeat(4000))) {
            Map<String, Object> body = user.body("Initial-Password-11", "Some-new-Password-1");
            body.put("loginId", loginId);
            assertThat(user.change(tokens, body).statusCode()).isEqualTo(403);
        }

        assertThat(TRACED.logged("forged-line")).isEmpty();
        assertThat(user.failures()).isZero();
    }
}
