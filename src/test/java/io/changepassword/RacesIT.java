package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.server.Burst;
import io.changepassword.server.KeycloakExtension;
import io.changepassword.server.TestRealm;
import io.changepassword.server.TestUser;
import io.changepassword.server.Tokens;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What many requests at once can gain: nothing. Judged by the passwords the server has verified, not by the answers. */
@ExtendWith(KeycloakExtension.class)
class RacesIT {

    private static final int FAILURE_FACTOR = 5;

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .with("bruteForceProtected", true)
            .with("failureFactor", FAILURE_FACTOR)
            .with("waitIncrementSeconds", 300)
            .with("quickLoginCheckMilliSeconds", 0);

    @RegisterExtension
    static final TestRealm UNPROTECTED = new TestRealm();

    @ParameterizedTest
    @ValueSource(ints = {20, 100, 200})
    @DisplayName("A07 guesses in one burst do not outrun the lock")
    void changeWhenGuessedInABurstThenNoMoreAreVerifiedThanTheFailureFactorAllows(int guesses) {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        long verified = REALM.passwordsVerified();

        List<Integer> answers = burst(user, tokens, guesses);

        assertThat(answers).allMatch(status -> List.of(400, 409, 429).contains(status));
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
    @DisplayName("A14 without brute-force detection parallel guesses are still one at a time")
    void changeWhenDetectionIsOffThenParallelGuessesAreOneAtATime() {
        TestUser user = UNPROTECTED.user();
        Tokens tokens = user.signIn();
        long verified = UNPROTECTED.passwordsVerified();

        List<Integer> answers = burst(user, tokens, 50);

        long proved = answers.stream().filter(status -> status == 400).count();
        assertThat(answers).allMatch(status -> status == 400 || status == 409).contains(409);
        assertThat(UNPROTECTED.passwordsVerified() - verified).isEqualTo(proved);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 20, 100})
    @DisplayName("S10 of parallel changes with the same old password exactly one wins")
    void changeWhenTheSameOldPasswordIsUsedInParallelThenExactlyOneWins(int changes) {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();

        List<Integer> answers = Burst.of(IntStream.range(0, changes)
                .mapToObj(i -> Burst.change(user, tokens, user.password(), "New-Password-of-" + i))
                .toList());

        assertThat(answers)
                .containsOnlyOnce(200)
                .allMatch(status -> List.of(200, 400, 409, 429).contains(status));
        assertThat(user.credentials()).hasSize(1);
        REALM.admin()
                .delete(REALM.adminUrl("/attack-detection/brute-force/users/" + user.id()))
                .then()
                .statusCode(204);
        assertThat(user.signsInWith("New-Password-of-" + answers.indexOf(200))).isTrue();
    }

    @Test
    @DisplayName("S10 a change against an administrator's reset: one password stands, and no server error")
    void changeWhenAnAdministratorResetsThenOnePasswordStands() {
        for (int round = 0; round < 5; round++) {
            TestUser user = UNPROTECTED.user();
            Tokens tokens = user.signIn();

            List<Integer> answers = Burst.of(List.of(
                    Burst.change(user, tokens, user.password(), "From-the-user-1"),
                    Burst.request(
                            "PUT",
                            UNPROTECTED.adminUrl("/users/" + user.id() + "/reset-password"),
                            UNPROTECTED.adminToken(),
                            Map.of("type", "password", "value", "From-the-admin-1", "temporary", false))));

            assertThat(answers.get(0)).isIn(200, 400, 401, 409);
            assertThat(user.credentials()).hasSize(1);
            assertThat(List.of(user.signsInWith("From-the-user-1"), user.signsInWith("From-the-admin-1")))
                    .containsOnlyOnce(true);
        }
    }

    private static List<Integer> burst(TestUser user, Tokens tokens, int guesses) {
        return Burst.of(IntStream.range(0, guesses)
                .mapToObj(i -> Burst.change(user, tokens, "guess-" + i, "A-new-Password-1"))
                .toList());
    }
}
