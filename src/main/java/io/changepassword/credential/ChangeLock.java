package io.changepassword.credential;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * One change at a time a user, on all nodes: an entry in Keycloak's single-use objects. It is waited for a moment only, and it
 * expires, so that a node that dies leaves nothing locked.
 */
final class ChangeLock implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ChangeLock.class);

    /** Longer than a change takes with a slow directory; how long a user waits if the node dies meanwhile. */
    private static final Duration LIFESPAN = Duration.ofSeconds(60);

    /** Long enough for a change between somebody's guesses, too short to pile up worker threads. */
    private static final Duration WAIT = Duration.ofSeconds(2);

    private static final Duration POLL = Duration.ofMillis(25);

    private final KeycloakSession session;
    private final String key;
    private final Duration lifespan;
    private final long acquired = System.nanoTime();
    private boolean kept;

    private ChangeLock(KeycloakSession session, String key, Duration lifespan) {
        this.session = session;
        this.key = key;
        this.lifespan = lifespan;
    }

    /** @throws ChangeRefusedException {@code CONFLICT} if other changes of this user are under way all the while */
    static ChangeLock acquire(KeycloakSession session, RealmModel realm, UserModel user) {
        return acquire(session, realm, user, WAIT, LIFESPAN);
    }

    static ChangeLock acquire(
            KeycloakSession session, RealmModel realm, UserModel user, Duration wait, Duration lifespan) {
        // Made of ids the server chose: no caller can make two users' keys, or another feature's, collide.
        String key = "change-password.lock." + realm.getId() + "." + user.getId();
        long deadline = System.nanoTime() + wait.toNanos();
        while (!put(session, key, lifespan)) {
            if (System.nanoTime() > deadline) {
                throw ChangeRefusedException.because(ChangeRefusedException.Reason.CONFLICT);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return new ChangeLock(session, key, lifespan);
    }

    /** Committed at once: without a cache Keycloak keeps these objects in the database, where others would wait for our commit. */
    private static boolean put(KeycloakSession session, String key, Duration lifespan) {
        return UnitOfWork.commit(session, unit -> unit.singleUseObjects().putIfAbsent(key, lifespan.toSeconds()));
    }

    /** Leaves the lock to its expiry instead of releasing it. */
    void keep() {
        kept = true;
    }

    @Override
    public void close() {
        long held = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - acquired);
        // Once expired it may be somebody else's by now.
        if (kept || held >= lifespan.toSeconds() - 1) {
            return;
        }
        try {
            UnitOfWork.commit(session, unit -> unit.singleUseObjects().remove(key));
        } catch (RuntimeException unavailable) {
            // The lock expires. An exception would report a committed change as failed.
            LOG.warnf(unavailable, "The lock %s is left to its expiry", key);
        }
    }
}
