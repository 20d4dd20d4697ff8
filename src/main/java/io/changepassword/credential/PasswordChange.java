package io.changepassword.credential;

import io.changepassword.compat.CredentialRows;
import io.changepassword.credential.HashingTurns.Turn;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.keycloak.common.util.Time;
import org.keycloak.events.Errors;
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
    private final HashingTurns turns;

    /** @param turns of this node */
    public PasswordChange(KeycloakSession session, Caller caller, HashingTurns turns) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.caller = caller;
        this.guesses = new GuessLimit(session, caller);
        this.turns = turns;
    }

    /** @throws ChangeRefusedException {@code USER_LOCKED} or {@code NOT_SIGNED_IN}, as a change would be; the events are fired */
    public void requireUnlocked() {
        try {
            guesses.requireUnlocked();
        } catch (RuntimeException failure) {
            throw refuse(StoreFailure.explain(failure));
        }
    }

    /**
     * Sets the new password. When it returns, that is committed and the success events are fired.
     *
     * @param newPassword of acceptable shape; the rules are asked here
     * @return when it was set
     * @throws ChangeRefusedException if it did not happen; the error events are fired
     */
    public Instant with(Proof proof, String newPassword) {
        Instant changedAt;
        try {
            // Before the lock too: a locked-out guesser keeps nobody from it, and who comes too late is told so.
            StoredPassword beforeLock = guesses.requireUnlocked();
            try (ChangeLock lock = ChangeLock.acquire(session, realm, caller.user())) {
                requireSame(beforeLock, guesses.requireUnlocked());
                changedAt = inTurn(beforeLock, proof, newPassword, lock);
            }
        } catch (RuntimeException failure) {
            throw refuse(StoreFailure.explain(failure));
        }
        afterwards(proof);
        return changedAt;
    }

    /** The turn ends before the commit, and what follows that: a listener that mails waits for a mail server. */
    private Instant inTurn(StoredPassword beforeLock, Proof proof, String newPassword, ChangeLock lock) {
        try (Turn turn = turnFor(beforeLock)) {
            StoredPassword proved = prove(proof, lock);
            return UnitOfWork.commit(session, unit -> {
                Instant changedAt = store(unit, proof, proved, newPassword);
                turn.end();
                return changedAt;
            });
        }
    }

    /** A directory hashes by itself, and one that hangs must not hold up everybody else. */
    private Turn turnFor(StoredPassword stored) {
        return stored.isEmpty() && !caller.isLocal() ? Turn.none() : turns.take();
    }

    /**
     * In a transaction that is rolled back. A password stored with another algorithm than the realm's would be hashed anew
     * after the commit (see {@code PasswordCredentialProvider.rehashPasswordIfRequired}), and so come back over the one just
     * set.
     *
     * @return what is stored of the password at the moment of the proof
     */
    private StoredPassword prove(Proof proof, ChangeLock lock) {
        try {
            return UnitOfWork.discard(session, fresh -> {
                UserModel user = caller.requireSignedInPastTheCache(fresh);
                StoredPassword stored = StoredPassword.of(user);
                requireNoFault(proof.fault(fresh, user));
                return stored;
            });
        } catch (ChangeRefusedException refused) {
            if (refused.reason() == ChangeRefusedException.Reason.NOT_PROVED && proof.isGuess()) {
                guesses.countFailure(lock);
            }
            throw refused;
        }
    }

    private static void requireNoFault(Optional<String> fault) {
        fault.ifPresent(error -> {
            throw ChangeRefusedException.notProved(error);
        });
    }

    private Instant store(KeycloakSession unit, Proof proof, StoredPassword proved, String newPassword) {
        RealmModel unitRealm = unit.getContext().getRealm();
        Optional<StoredPassword> locked =
                CredentialRows.lock(unit, caller.user(), proved.ids()).map(StoredPassword::of);
        UserModel user = caller.requireSignedInPastTheCache(unit);
        requireProvedStill(unit, user, proof, proved, locked.orElseGet(() -> StoredPassword.of(user)));
        new PasswordRules(unit, unitRealm).check(user, proof, newPassword);
        new PasswordStore(unitRealm, user).update(newPassword);
        user.removeRequiredAction(UserModel.RequiredAction.UPDATE_PASSWORD);
        if (!proof.spend(unit, user)) {
            throw ChangeRefusedException.notProved(Errors.EXPIRED_CODE);
        }
        ChangeEvents.of(unit, caller).changed(proof.eventDetails());
        return StoredPassword.of(user).setAt().orElseGet(() -> Instant.ofEpochMilli(Time.currentTimeMillis()));
    }

    /** Keycloak 26.2 hashes an outdated hash anew while it verifies, and commits that: then what is stored now is asked. */
    private static void requireProvedStill(
            KeycloakSession unit, UserModel user, Proof proof, StoredPassword proved, StoredPassword now) {
        if (now.isRehashOf(proved)) {
            requireNoFault(proof.fault(unit, user));
        } else {
            requireSame(proved, now);
        }
    }

    /** An administrator's reset, or Keycloak's own page, may have come between, and is not to be overwritten. */
    private static void requireSame(StoredPassword before, StoredPassword now) {
        if (!before.equals(now)) {
            throw ChangeRefusedException.because(ChangeRefusedException.Reason.CONFLICT);
        }
    }

    /**
     * After the commit, and outside the lock: a client's back-channel logout may take its time, and the change stands. The
     * sessions first: they are what somebody else could still use.
     */
    private void afterwards(Proof proof) {
        attempt(
                "end their other sessions",
                () -> new UserSessions(session, caller)
                        .end(RealmSettings.of(realm).endSessions()));
        if (proof.isGuess()) {
            attempt("clear their count of failed attempts", guesses::clear);
        }
    }

    private void attempt(String what, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            LOG.errorf(
                    failure,
                    "Realm %s: the password of user %s is changed, but it was not possible to %s",
                    realm.getName(),
                    caller.user().getId(),
                    what);
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
        ChangeEvents.of(session, caller).refused(refused.eventError(), refused.eventReason());
    }
}
