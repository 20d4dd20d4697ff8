package io.changepassword.credential;

import io.changepassword.compat.LoginFailures;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserLoginFailureModel;
import org.keycloak.models.UserModel;

/**
 * Keycloak's brute-force detection, for guesses of the old password: a lockout at login holds here, and the other way
 * round. Where the realm has switched it off, that is honoured.
 */
public final class BruteForceDetection {

    private static final Logger LOG = Logger.getLogger(BruteForceDetection.class);

    /** How long Keycloak may take to count a failure, which it does on another thread. */
    private static final Duration COUNTING = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(2);

    private final KeycloakSession session;
    private final RealmModel realm;
    private final Caller caller;
    private final UserModel user;
    private final Duration counting;

    public BruteForceDetection(KeycloakSession session, Caller caller) {
        this(session, caller, COUNTING);
    }

    BruteForceDetection(KeycloakSession session, Caller caller, Duration counting) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.caller = caller;
        this.user = caller.user();
        this.counting = counting;
    }

    /** What Keycloak has counted of a user; it changes with every failure. */
    private record Count(int failures, long lastFailure) {
        static Count of(UserLoginFailureModel model) {
            return model == null ? new Count(0, 0) : new Count(model.getNumFailures(), model.getLastFailure());
        }
    }

    /**
     * @return what is stored of the user's password at this moment
     * @throws ChangeRefusedException {@code USER_LOCKED} or {@code NOT_SIGNED_IN}, whether the password is right or not
     */
    public StoredPassword requireUnlocked() {
        // In a session of its own: the given session has cached what it read before we got the lock.
        return UnitOfWork.rollBack(session, fresh -> {
            UserModel current = caller.requireSignedIn(fresh);
            if (realm.isBruteForceProtected()) {
                requireUnlocked(fresh, current);
            }
            return StoredPassword.of(current);
        });
    }

    private void requireUnlocked(KeycloakSession fresh, UserModel current) {
        if (LoginFailures.isPermanentlyLockedOut(fresh, freshRealm(fresh), current)) {
            throw ChangeRefusedException.because(ChangeRefusedException.Reason.NOT_SIGNED_IN);
        }
        if (LoginFailures.isTemporarilyDisabled(fresh, freshRealm(fresh), current)) {
            UserLoginFailureModel failures = fresh.loginFailures().getUserLoginFailure(freshRealm(fresh), user.getId());
            long until = failures == null ? 0 : failures.getFailedLoginNotBefore();
            throw ChangeRefusedException.locked(Math.max(1, until - Time.currentTimeMillis() / 1000));
        }
    }

    /**
     * Counts a wrong password, and returns when it is counted, so that the next attempt finds it.
     *
     * @param lock kept if the count does not move in time: better this user waits than their password is guessed
     */
    void countFailure(ChangeLock lock) {
        if (!realm.isBruteForceProtected()) {
            return;
        }
        try {
            if (!isCountedInTime()) {
                LOG.warnf("Realm %s: a failed attempt of user %s is not counted yet", realm.getName(), user.getId());
                lock.keep();
            }
        } catch (RuntimeException failure) {
            // It is unknown whether the failure was counted: handled as if it was not.
            lock.keep();
            throw failure;
        }
    }

    private boolean isCountedInTime() {
        Count before = count();
        LoginFailures.failed(session, realm, user);
        long start = System.nanoTime();
        while (count().equals(before)) {
            if (System.nanoTime() - start > counting.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }

    /** Clears the count of wrong passwords; to be called once the change is committed. */
    void clear() {
        if (realm.isBruteForceProtected()) {
            LoginFailures.succeeded(session, realm, user);
        }
    }

    private Count count() {
        return UnitOfWork.rollBack(
                session, fresh -> Count.of(fresh.loginFailures().getUserLoginFailure(freshRealm(fresh), user.getId())));
    }

    private static RealmModel freshRealm(KeycloakSession fresh) {
        return fresh.getContext().getRealm();
    }
}
