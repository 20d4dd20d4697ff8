package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.Burst;
import io.changepassword.fixture.Directory;
import io.changepassword.fixture.Eventually;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many requests at once gain nothing. The tests count the passwords that the server verified, not the responses. */
@ExtendWith(KeycloakExtension.class)
public class RacesIT {

    private static final int FAILURE_FACTOR = 5;
    private static final int PATHWAYS = 2;

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .with("bruteForceProtected", true)
            .with("failureFactor", FAILURE_FACTOR)
            .with("waitIncrementSeconds", 300)
            .with("quickLoginCheckMilliSeconds", 0);

    @RegisterExtension
    static final TestRealm UNPROTECTED = new TestRealm();

    @RegisterExtension
    static final TestRealm UNSYNCED = new TestRealm();

    @ParameterizedTest
    @ValueSource(ints = {20, 100, 200})
    @DisplayName("A07 guesses in one burst do not outrun the lock")
    void changeWhenGuessedInABurstThenNoMoreAreVerifiedThanTheFailureFactorAllows(int guesses) {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        long verified = REALM.passwordsVerified();

        List<Integer> statuses = burst(user, tokens, guesses);

        assertThat(statuses).allMatch(status -> List.of(400, 409, 429).contains(status));
        assertThat(REALM.passwordsVerified() - verified).isLessThanOrEqualTo(FAILURE_FACTOR + 1);
    }

    @Test
    @DisplayName("A07 guesses in waves do not outrun the lock, and lock the login too")
    void changeWhenGuessedInWavesThenLockedHereAndAtLogin() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        var before = user.credentials();
        long verified = REALM.passwordsVerified();

        for (int wave = 0; wave < 20; wave++) {
            burst(user, tokens, 20);
        }

        assertThat(REALM.passwordsVerified() - verified).isBetween((long) FAILURE_FACTOR, FAILURE_FACTOR + 1L);
        assertThat(user.isLocked()).isTrue();
        assertThat(user.signsInWith(user.password())).isFalse();
        assertThat(user.change(tokens, user.password(), "Right-at-last-1").statusCode())
                .isEqualTo(429);
        assertThat(user.credentials()).isEqualTo(before);
    }

    @Test
    @DisplayName("A08 guesses here and at the token endpoint at once do not outrun the lock together")
    void changeWhenGuessedAtTheTokenEndpointTooThenNoMoreAreVerifiedTogether() throws Exception {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        long verified = REALM.passwordsVerified();
        ExecutorService logins = Executors.newFixedThreadPool(30);
        try {
            for (int i = 0; i < 30; i++) {
                logins.submit(() -> user.signsInWith("guess"));
            }
            burst(user, tokens, 30);
        } finally {
            logins.shutdown();
            assertThat(logins.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(REALM.passwordsVerified() - verified).isLessThanOrEqualTo(FAILURE_FACTOR + PATHWAYS);
    }

    @Test
    @DisplayName("A14 without brute-force detection parallel guesses are still one at a time")
    void changeWhenDetectionIsOffThenParallelGuessesAreOneAtATime() {
        TestUser user = UNPROTECTED.user();
        Tokens tokens = user.signIn();
        long verified = UNPROTECTED.passwordsVerified();

        List<Integer> statuses = burst(user, tokens, 50);

        long proved = statuses.stream().filter(status -> status == 400).count();
        assertThat(statuses).allMatch(status -> status == 400 || status == 409).contains(409);
        assertThat(UNPROTECTED.passwordsVerified() - verified).isEqualTo(proved);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 20, 100})
    @DisplayName("S10 of parallel changes with the same old password exactly one wins")
    void changeWhenTheSameOldPasswordIsUsedInParallelThenExactlyOneWins(int changes) {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();

        List<Integer> statuses = Burst.of(IntStream.range(0, changes)
                .mapToObj(i -> Burst.change(user, tokens, user.password(), "New-Password-of-" + i))
                .toList());

        assertThat(statuses)
                .containsOnlyOnce(200)
                .allMatch(status -> List.of(200, 400, 409, 429).contains(status));
        assertThat(user.credentials()).hasSize(1);
        REALM.admin()
                .delete(REALM.adminUrl("/attack-detection/brute-force/users/" + user.id()))
                .then()
                .statusCode(204);
        assertThat(user.signsInWith("New-Password-of-" + statuses.indexOf(200))).isTrue();
    }

    @Test
    @DisplayName("S10 a change does not overwrite an administrator's reset that came between")
    void changeWhenAnAdministratorResetsMeanwhileThenTheResetStands() {
        for (int delay = 0; delay < 200; delay += 10) {
            TestUser user = UNPROTECTED.user();
            assertResetStands(user, delay);
            assertThat(user.credentials()).hasSize(1);
        }
    }

    /** The credentials of an imported user come from the cache, even where those of local users are read from the database. */
    @Test
    @DisplayName(
            "S10 a change does not overwrite an administrator's reset of a directory's user who has a local password")
    void changeWhenAnImportedUserIsResetMeanwhileThenTheResetStands() throws Exception {
        try (Directory directory = new Directory()) {
            directory.federate(UNSYNCED, "UNSYNCED");
            for (int delay = 0; delay < 200; delay += 10) {
                TestUser user = directory.user(UNSYNCED, "user-" + delay, "Of-the-directory-1");
                reset(user, "Local-Password-1").join();
                assertResetStands(user.with("Local-Password-1"), delay);
            }
        }
    }

    private static void assertResetStands(TestUser user, int delay) {
        Tokens tokens = user.signIn();
        CompletableFuture<Integer> change = Burst.send(Burst.change(user, tokens, user.password(), "From-the-user-1"));
        LockSupport.parkNanos(Duration.ofMillis(delay).toNanos());
        int reset = reset(user, "From-the-admin-1").join();

        assertThat(change.join()).as("after %s ms", delay).isIn(200, 400, 401, 409);
        // Keycloak's own endpoint may lose the race and report a conflict.
        assertThat(user.signsInWith(reset == 204 ? "From-the-admin-1" : "From-the-user-1"))
                .as("after %s ms, %s and %s", delay, change.join(), reset)
                .isTrue();
    }

    private static CompletableFuture<Integer> reset(TestUser user, String password) {
        return Burst.send(Burst.request(
                "PUT",
                user.realm().adminUrl("/users/" + user.id() + "/reset-password"),
                user.realm().adminToken(),
                Map.of("type", "password", "value", password, "temporary", false)));
    }

    @Test
    @DisplayName("A14 guesses in another session do not keep the user from changing the password")
    void changeWhenAnotherSessionGuessesAllTheWhileThenTheUsersChangeSucceeds() throws Exception {
        TestUser user = UNPROTECTED.user();
        Tokens stolen = user.signIn();
        Tokens own = user.signIn();
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService guessers = Executors.newFixedThreadPool(3);
        try {
            for (int guesser = 0; guesser < 3; guesser++) {
                guessers.submit(() -> {
                    while (!stop.get()) {
                        user.change(stolen, "wrong", "A-new-Password-1");
                    }
                });
            }
            Eventually.assertThat(
                    () -> user.change(own, user.password(), "A-new-Password-1").statusCode(), status -> status == 200);
        } finally {
            stop.set(true);
            guessers.shutdown();
            assertThat(guessers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static List<Integer> burst(TestUser user, Tokens tokens, int guesses) {
        return Burst.of(IntStream.range(0, guesses)
                .mapToObj(i -> Burst.change(user, tokens, "guess-" + i, "A-new-Password-1"))
                .toList());
    }
}
