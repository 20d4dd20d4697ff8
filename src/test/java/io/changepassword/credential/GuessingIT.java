package io.changepassword.credential;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.Eventually;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import io.restassured.response.Response;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Brute-force detection counts guesses here and at Keycloak's login together, and locks both. */
@ExtendWith(KeycloakExtension.class)
class GuessingIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";
    private static final int FAILURE_FACTOR = 5;
    private static final int WAIT_SECONDS = 3;

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .with("bruteForceProtected", true)
            .with("failureFactor", FAILURE_FACTOR)
            .with("waitIncrementSeconds", 300)
            .with("quickLoginCheckMilliSeconds", 0);

    @RegisterExtension
    static final TestRealm PERMANENT = new TestRealm()
            .with("bruteForceProtected", true)
            .with("permanentLockout", true)
            .with("failureFactor", 3)
            .with("quickLoginCheckMilliSeconds", 0);

    @RegisterExtension
    static final TestRealm SHORT = new TestRealm()
            .with("bruteForceProtected", true)
            .with("failureFactor", 1)
            .with("waitIncrementSeconds", WAIT_SECONDS)
            .with("quickLoginCheckMilliSeconds", 0);

    @RegisterExtension
    static final TestRealm UNPROTECTED = new TestRealm().with("bruteForceProtected", false);

    @Test
    @DisplayName("A06 A09 as many wrong passwords as the failure factor: locked here and at login")
    void changeWhenWrongAsOftenAsTheFailureFactorThenLockedHereAndAtLogin() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        var before = user.credentials();
        for (int guess = 1; guess <= FAILURE_FACTOR; guess++) {
            user.change(tokens, "wrong-" + guess, NEW_PASSWORD).then().statusCode(400);
            assertThat(user.failures()).isEqualTo(guess);
        }
        long verified = REALM.passwordsVerified();

        Response wrong = user.change(tokens, "wrong", NEW_PASSWORD);
        Response right = user.change(tokens, user.password(), NEW_PASSWORD);

        for (Response response : List.of(wrong, right)) {
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.<String>path("error")).isEqualTo("user_temporarily_disabled");
            assertThat(Integer.parseInt(response.header("Retry-After"))).isBetween(200, 300);
        }
        assertThat(right.asString()).isEqualTo(wrong.asString());
        assertThat(REALM.passwordsVerified())
                .as("passwords verified while locked")
                .isEqualTo(verified);
        assertThat(user.isLocked()).isTrue();
        assertThat(user.signsInWith(user.password())).isFalse();
        assertThat(user.credentials()).isEqualTo(before);
        assertThat(user.events())
                .extracting(event -> event.get("error"))
                .filteredOn("user_temporarily_disabled"::equals)
                .hasSize(4);
    }

    @Test
    @DisplayName("A09 locked at login: 429")
    void changeWhenLockedAtLoginThen429() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        // Keycloak does not count a login that arrives before the last one is finished.
        Eventually.assertThat(() -> user.signsInWith("wrong") || user.isLocked(), locked -> locked);

        assertThat(user.change(tokens, user.password(), NEW_PASSWORD).statusCode())
                .isEqualTo(429);
        assertThat(user.change(tokens, "wrong", NEW_PASSWORD).statusCode()).isEqualTo(429);
    }

    @Test
    @DisplayName("A11 the wait is over: it works again, and the next one is longer")
    void changeWhenTheWaitIsOverThenItWorksAgainAndTheNextOneIsLonger() {
        TestUser user = SHORT.user();
        Tokens tokens = user.signIn();
        user.change(tokens, "wrong", NEW_PASSWORD).then().statusCode(400);
        int first = retryAfter(user, tokens);
        Eventually.assertThat(() -> user.change(tokens, "wrong", NEW_PASSWORD).statusCode(), status -> status == 400);
        int second = retryAfter(user, tokens);

        assertThat(first).isBetween(1, WAIT_SECONDS);
        assertThat(second).isBetween(WAIT_SECONDS + 1, 2 * WAIT_SECONDS);
        Eventually.assertThat(
                () -> user.change(tokens, user.password(), NEW_PASSWORD).statusCode(), status -> status == 200);
    }

    private static int retryAfter(TestUser user, Tokens tokens) {
        Response locked = user.change(tokens, user.password(), NEW_PASSWORD);
        assertThat(locked.statusCode()).isEqualTo(429);
        return Integer.parseInt(locked.header("Retry-After"));
    }

    @Test
    @DisplayName("A15 a forged client address is ignored")
    void changeWhenTheClientForgesItsAddressThenTheRealOneIsInEventAndCount() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        given().auth()
                .oauth2(tokens.accessToken())
                .contentType("application/json")
                .header("X-Forwarded-For", "203.0.113.7")
                .header("Forwarded", "for=203.0.113.7")
                .body(user.body("wrong", NEW_PASSWORD))
                .post(REALM.changeUrl())
                .then()
                .statusCode(400);

        assertThat(user.events())
                .hasSize(2)
                .extracting(event -> event.get("ipAddress"))
                .containsOnly("127.0.0.1");
        assertThat(REALM.admin()
                        .get(REALM.adminUrl("/attack-detection/brute-force/users/" + user.id()))
                        .<String>path("lastIPFailure"))
                .isEqualTo("127.0.0.1");
    }

    @Test
    void changeWhenAdministratorLiftsTheLockThenItWorksAgain() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        for (int guess = 1; guess <= FAILURE_FACTOR; guess++) {
            user.change(tokens, "wrong-" + guess, NEW_PASSWORD);
        }
        REALM.admin()
                .delete(REALM.adminUrl("/attack-detection/brute-force/users/" + user.id()))
                .then()
                .statusCode(204);

        user.change(tokens, user.password(), NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    @DisplayName("A10 lock is permanent: the user is disabled")
    void changeWhenLockIsPermanentThenTheUserIsDisabled() {
        TestUser user = PERMANENT.user();
        Tokens tokens = user.signIn();
        for (int guess = 1; guess <= 3; guess++) {
            user.change(tokens, "wrong-" + guess, NEW_PASSWORD).then().statusCode(400);
        }

        assertThat(user.change(tokens, user.password(), NEW_PASSWORD).statusCode())
                .isEqualTo(401);
        assertThat(PERMANENT
                        .admin()
                        .get(PERMANENT.adminUrl("/users/" + user.id()))
                        .<Boolean>path("enabled"))
                .isFalse();
    }

    @Test
    @DisplayName("A14 detection is off: it is not forced")
    void changeWhenDetectionIsOffThenItIsNotForced() {
        TestUser user = UNPROTECTED.user();
        Tokens tokens = user.signIn();
        for (int guess = 1; guess <= 10; guess++) {
            user.change(tokens, "wrong-" + guess, NEW_PASSWORD).then().statusCode(400);
        }

        user.change(tokens, user.password(), NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    @DisplayName("S10 several at once: one succeeds, and the others get 409")
    void changeWhenSeveralAtOnceThenOneWinsAndAnotherGets409() throws Exception {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Response>> attempts = IntStream.range(0, 8)
                    .<Callable<Response>>mapToObj(
                            i -> () -> user.change(tokens, user.password(), "New-Password-of-" + i))
                    .toList();
            List<Response> responses =
                    clients.invokeAll(attempts).stream().map(GuessingIT::get).toList();

            assertThat(responses)
                    .extracting(Response::statusCode)
                    .containsOnlyOnce(200)
                    .allMatch(status -> status == 200 || status == 400 || status == 409);
            Response conflict = responses.stream()
                    .filter(response -> response.statusCode() == 409)
                    .findFirst()
                    .orElseThrow();
            assertThat(conflict.<String>path("error")).isEqualTo("conflict");
            assertThat(user.events())
                    .filteredOn(event -> "not_allowed".equals(event.get("error")))
                    .isNotEmpty()
                    .allSatisfy(
                            event -> assertThat(event.get("details").toString()).contains("reason=conflict"));
            int winner = IntStream.range(0, 8)
                    .filter(i -> responses.get(i).statusCode() == 200)
                    .findFirst()
                    .orElseThrow();
            assertThat(user.signsInWith("New-Password-of-" + winner)).isTrue();
            assertThat(user.credentials()).hasSize(1);
        } finally {
            clients.shutdownNow();
        }
    }

    private static Response get(Future<Response> response) {
        try {
            return response.get();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }
}
