package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.same;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doNothing;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.MockedKeycloak;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.keycloak.common.util.Time;
import org.keycloak.models.UserLoginFailureModel;

class BruteForceDetectionTest {

    private final MockedKeycloak keycloak = new MockedKeycloak();
    private final BruteForceDetection guesses = new BruteForceDetection(keycloak.session, keycloak.caller);

    @Test
    void requireUnlockedWhenNotLockedThenWhatIsStoredNow() {
        assertThat(guesses.requireUnlocked()).isEqualTo(StoredPassword.of(keycloak.databaseUser));
        assertThat(guesses.requireUnlocked().isEmpty()).isFalse();
    }

    @Test
    void requireUnlockedWhenLockedForAWhileThenRefusedWithTheWaitingTime() {
        locked(Time.currentTimeMillis() / 1000 + 30);

        ChangeRefusedException refused = refusal();

        assertThat(refused.reason()).isEqualTo(ChangeRefusedException.Reason.USER_LOCKED);
        assertThat(refused.retryAfter()).isBetween(25L, 30L);
    }

    @Test
    void requireUnlockedWhenTheLockEndsOrIsNotCountedThenAtLeastASecond() {
        locked(Time.currentTimeMillis() / 1000 - 30);
        assertThat(refusal().retryAfter()).isOne();

        when(keycloak.loginFailures.getUserLoginFailure(keycloak.realm, "user")).thenReturn(null);
        assertThat(refusal().retryAfter()).isOne();
    }

    @Test
    void requireUnlockedWhenLockedForGoodThenNotSignedIn() {
        when(keycloak.protector.isPermanentlyLockedOut(any(), any(), any())).thenReturn(true);

        assertThat(refusal().reason()).isEqualTo(ChangeRefusedException.Reason.NOT_SIGNED_IN);
    }

    @Test
    void requireUnlockedWhenNoLongerSignedInThenRefusedAlsoWithoutDetection() {
        keycloak.online.clear();
        assertThat(refusal().reason()).isEqualTo(ChangeRefusedException.Reason.NOT_SIGNED_IN);

        when(keycloak.realm.isBruteForceProtected()).thenReturn(false);
        assertThat(refusal().reason()).isEqualTo(ChangeRefusedException.Reason.NOT_SIGNED_IN);
    }

    @Test
    void requireUnlockedWhenDetectionIsOffThenItIsNotForced() {
        locked(Long.MAX_VALUE);
        when(keycloak.realm.isBruteForceProtected()).thenReturn(false);

        assertThat(guesses.requireUnlocked().isEmpty()).isFalse();
        verifyNoInteractions(keycloak.protector);
    }

    @Test
    void requireUnlockedWhenCalledThenRealmAndUserAreReadAnew() {
        guesses.requireUnlocked();

        verify(keycloak.protector).isTemporarilyDisabled(any(), same(keycloak.realm), same(keycloak.user));
        verify(keycloak.protector, never()).isTemporarilyDisabled(same(keycloak.session), any(), any());
    }

    @Test
    void countFailureWhenCountedThenTheLockIsReleased() {
        try (ChangeLock lock = lock()) {
            guesses.countFailure(lock);
        }

        assertThat(keycloak.failures).isOne();
        assertThat(keycloak.locks).isEmpty();
    }

    @Test
    void countFailureWhenCountedLateThenWaitedFor() {
        UserLoginFailureModel counted = counted(0, 1);
        when(keycloak.loginFailures.getUserLoginFailure(keycloak.realm, "user")).thenReturn(null, null, null, counted);

        try (ChangeLock lock = lock()) {
            guesses.countFailure(lock);
        }

        assertThat(keycloak.locks).isEmpty();
        verify(keycloak.loginFailures, times(4)).getUserLoginFailure(keycloak.realm, "user");
    }

    @Test
    void countFailureWhenNotCountedInTimeThenTheLockIsKept() {
        doNothing().when(keycloak.protector).failedLogin(any(), any(), any(), any(), any());

        try (ChangeLock lock = lock()) {
            new BruteForceDetection(keycloak.session, keycloak.caller, Duration.ofMillis(100)).countFailure(lock);
        }

        assertThat(keycloak.locks).hasSize(1);
    }

    @Test
    void countFailureWhenTheStoreFailsMeanwhileThenTheLockIsKept() {
        doAnswer(call -> {
                    when(keycloak.loginFailures.getUserLoginFailure(any(), any()))
                            .thenThrow(new IllegalStateException("down"));
                    return null;
                })
                .when(keycloak.protector)
                .failedLogin(any(), any(), any(), any(), any());

        try (ChangeLock lock = lock()) {
            assertThatThrownBy(() -> new BruteForceDetection(keycloak.session, keycloak.caller).countFailure(lock))
                    .isInstanceOf(IllegalStateException.class);
        }

        assertThat(keycloak.locks).hasSize(1);
    }

    @Test
    void countFailureWhenTheStoreFailsBeforeThenTheLockIsKeptToo() {
        when(keycloak.loginFailures.getUserLoginFailure(any(), any())).thenThrow(new IllegalStateException("down"));

        try (ChangeLock lock = lock()) {
            assertThatThrownBy(() -> new BruteForceDetection(keycloak.session, keycloak.caller).countFailure(lock))
                    .isInstanceOf(IllegalStateException.class);
        }

        assertThat(keycloak.locks).hasSize(1);
    }

    @Test
    void countFailureWhenDetectionIsOffThenNothingIsCounted() {
        when(keycloak.realm.isBruteForceProtected()).thenReturn(false);

        try (ChangeLock lock = lock()) {
            guesses.countFailure(lock);
        }

        assertThat(keycloak.failures).isZero();
        verifyNoInteractions(keycloak.loginFailures);
    }

    @Test
    void clearWhenCalledThenTheCountIsGone() {
        keycloak.failures = 3;

        guesses.clear();

        assertThat(keycloak.failures).isZero();
    }

    @Test
    void clearWhenDetectionIsOffThenNothingIsDone() {
        when(keycloak.realm.isBruteForceProtected()).thenReturn(false);

        guesses.clear();

        verifyNoInteractions(keycloak.protector);
    }

    private ChangeLock lock() {
        return ChangeLock.acquire(keycloak.session, keycloak.realm, keycloak.user);
    }

    private void locked(long untilSeconds) {
        UserLoginFailureModel until = counted(5, 1);
        when(until.getFailedLoginNotBefore()).thenReturn((int) Math.min(untilSeconds, Integer.MAX_VALUE));
        when(keycloak.protector.isTemporarilyDisabled(any(), any(), any())).thenReturn(true);
        when(keycloak.loginFailures.getUserLoginFailure(keycloak.realm, "user")).thenReturn(until);
    }

    private static UserLoginFailureModel counted(int failures, long last) {
        UserLoginFailureModel counted = mock(UserLoginFailureModel.class);
        when(counted.getNumFailures()).thenReturn(failures);
        when(counted.getLastFailure()).thenReturn(last);
        return counted;
    }

    private ChangeRefusedException refusal() {
        return catchThrowableOfType(ChangeRefusedException.class, guesses::requireUnlocked);
    }
}
