package io.changepassword.credential;

import org.jboss.logging.Logger;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * Decides whether a caller's password changes, and changes it. The order is the security: lock state, one change a user at a
 * time, proof, policy, store, after-effects. Before the proof holds nothing is judged, told or hashed but the proof itself.
 */
public final class PasswordChange {

    private static final Logger LOG = Logger.getLogger(PasswordChange.class);

    private final KeycloakSession session;
    private final RealmModel realm;
    private final Caller caller;
    private final GuessLimit guesses;

    public PasswordChange(KeycloakSession session, Caller caller) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.caller = caller;
        this.guesses = new GuessLimit(session, realm, caller.user());
    }

    /**
     * Sets the new password. When it returns, that is committed and the success events are fired.
     *
     * @param newPassword of acceptable shape; the rules are asked here
     * @throws ChangeRefusedException if it did not happen; the error events are fired
     */
    public void withCurrentPassword(CurrentPassword current, String newPassword) {
        try (ChangeLock lock = lock()) {
            prove(current, lock);
            UnitOfWork.commit(session, unit -> store(unit, current, newPassword));
        } catch (RuntimeException failure) {
            throw refuse(StoreFailure.explain(failure));
        }
        afterwards();
    }

    private ChangeLock lock() {
        // Before the lock too, so that a locked-out guesser cannot keep others from it.
        guesses.requireUnlocked();
        return ChangeLock.acquire(session, realm, caller.user());
    }

    private void prove(CurrentPassword current, ChangeLock lock) {
        guesses.requireUnlocked();
        if (!current.isOf(session, caller.user())) {
            guesses.countFailure(lock);
            throw ChangeRefusedException.because(ChangeRefusedException.Reason.NOT_PROVED);
        }
    }

    private Void store(KeycloakSession unit, CurrentPassword current, String newPassword) {
        RealmModel unitRealm = unit.getContext().getRealm();
        UserModel user = unit.users().getUserById(unitRealm, caller.user().getId());
        if (user == null) {
            throw ChangeRefusedException.because(ChangeRefusedException.Reason.USER_DISABLED);
        }
        new PasswordRules(unit, unitRealm).check(user, current, newPassword);
        new PasswordStore(unitRealm, user).update(newPassword);
        user.removeRequiredAction(UserModel.RequiredAction.UPDATE_PASSWORD);
        ChangeEvents.of(unit, caller).changed();
        return null;
    }

    /** After the commit, and outside the lock: a client's back-channel logout may take its time, and the change stands. */
    private void afterwards() {
        try {
            guesses.clear();
            UnitOfWork.commit(session, unit -> {
                UserSessions.end(unit, caller, RealmSettings.of(realm).endSessions());
                return null;
            });
        } catch (RuntimeException failure) {
            LOG.errorf(
                    failure,
                    "Realm %s: the password of user %s is changed, but not all of their sessions could be ended",
                    realm.getName(),
                    caller.user().getId());
        }
    }

    private RuntimeException refuse(RuntimeException failure) {
        if (failure instanceof ChangeRefusedException refused) {
            report(refused);
        }
        return failure;
    }

    private void report(ChangeRefusedException refused) {
        if (refused.reason() == ChangeRefusedException.Reason.UNAVAILABLE) {
            LOG.errorf(
                    refused.getCause(), "Realm %s: a store cannot be reached, no password is changed", realm.getName());
        }
        try {
            ChangeEvents.of(session, caller).refused(refused.eventError(), refused.eventReason());
        } catch (RuntimeException unavailable) {
            // The event store is often the very database that is down; the answer must still be the right one.
            LOG.errorf(unavailable, "Realm %s: the events of a refused change are lost", realm.getName());
        }
    }
}
