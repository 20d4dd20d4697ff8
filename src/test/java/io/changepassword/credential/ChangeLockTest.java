package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.atMost;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.MockedKeycloak;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

class ChangeLockTest {

    private static final Duration LIFESPAN = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final MockedKeycloak keycloak = new MockedKeycloak();

    @Test
    void acquireWhenFreeThenAnEntryThatExpiresIsCommitted() {
        acquire();

        assertThat(keycloak.locks).isEqualTo(Map.of("change-password.lock.realm.user", 60L));
    }

    @Test
    void acquireWhenHeldAllTheWhileThenConflictAfterFewAttempts() {
        acquire();

        ChangeRefusedException refused =
                catchThrowableOfType(ChangeRefusedException.class, () -> acquire(Duration.ofMillis(200), LIFESPAN));

        assertThat(refused.reason()).isEqualTo(ChangeRefusedException.Reason.CONFLICT);
        verify(keycloak.singleUseObjects, atMost(12)).putIfAbsent(any(), anyLong());
    }

    @Test
    void acquireWhenReleasedMeanwhileThenAcquired() {
        when(keycloak.singleUseObjects.putIfAbsent(any(), anyLong())).thenReturn(false, false, true);

        assertThat(acquire(LONG, LIFESPAN)).isNotNull();
    }

    @Test
    void acquireWhenUserOrRealmIsAnotherThenNothingIsWaitedFor() {
        acquire();

        ChangeLock.acquire(keycloak.session, keycloak.realm, another(UserModel.class), Duration.ZERO, LIFESPAN);
        ChangeLock.acquire(keycloak.session, another(RealmModel.class), keycloak.user, Duration.ZERO, LIFESPAN);

        assertThat(keycloak.locks).hasSize(3);
    }

    @Test
    void closeWhenHeldThenReleased() {
        acquire().close();

        assertThat(keycloak.locks).isEmpty();
    }

    @Test
    void closeWhenKeptThenLeftToItsExpiry() {
        ChangeLock lock = acquire();
        lock.keep();
        lock.close();

        assertThat(keycloak.locks).hasSize(1);
    }

    @Test
    void closeWhenExpiredThenSomebodyElsesIsLeftAlone() {
        // A lock counts as expired one second early, so this one is expired at once.
        acquire(Duration.ZERO, Duration.ofSeconds(1)).close();

        assertThat(keycloak.locks).hasSize(1);
    }

    @Test
    void closeWhenTheStoreIsDownThenTheChangeStands() {
        ChangeLock lock = acquire();
        when(keycloak.singleUseObjects.remove(any())).thenThrow(new IllegalStateException("down"));

        lock.close();

        assertThat(keycloak.locks).hasSize(1);
    }

    private ChangeLock acquire() {
        return ChangeLock.acquire(keycloak.session, keycloak.realm, keycloak.user);
    }

    private ChangeLock acquire(Duration wait, Duration lifespan) {
        return ChangeLock.acquire(keycloak.session, keycloak.realm, keycloak.user, wait, lifespan);
    }

    private static <T> T another(Class<T> type) {
        // The id of this mock is null, which is no user's id.
        return mock(type);
    }
}
