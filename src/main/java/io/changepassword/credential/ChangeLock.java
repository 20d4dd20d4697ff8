package io.changepassword.credential;

import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * One change at a time a user, on all nodes: an entry in Keycloak's single-use objects. It is never waited for, so that
 * nobody can pile up requests behind it, and it expires, so that a node that dies leaves nothing locked.
 */
final class ChangeLock implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ChangeLock.class);

    /** Longer than a change takes with a slow directory; how long a user waits if the node dies meanwhile. */
    private static final long LIFESPAN_SECONDS = 60;

    private final KeycloakSession session;
    private final String key;
    private final long acquired = System.nanoTime();
    private boolean kept;

    private ChangeLock(KeycloakSession session, String key) {
        this.session = session;
        this.key = key;
    }

    /** @throws ChangeRefusedException {@code CONFLICT} if another change of this user is under way */
    static ChangeLock acquire(KeycloakSession session, RealmModel realm, UserModel user) {
        // Made of ids the server chose: no caller can make two users' keys, or another feature's, collide.
        String key = "change-password.lock." + realm.getId() + "." + user.getId();
        if (!session.singleUseObjects().putIfAbsent(key, LIFESPAN_SECONDS)) {
            throw ChangeRefusedException.because(ChangeRefusedException.Reason.CONFLICT);
        }
        return new ChangeLock(session, key);
    }

    /** Leaves the lock to its expiry instead of releasing it. */
    void keep() {
        kept = true;
    }

    @Override
    public void close() {
        long held = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - acquired);
        // Once expired it may be somebody else's by now.
        if (kept || held >= LIFESPAN_SECONDS - 1) {
            return;
        }
        try {
            session.singleUseObjects().remove(key);
        } catch (RuntimeException unavailable) {
            // It expires; to fail now would tell the user that a committed change did not happen.
            LOG.warnf(unavailable, "The lock %s is left to its expiry", key);
        }
    }
}
