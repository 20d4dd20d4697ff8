package io.changepassword.credential;

import io.changepassword.compat.CredentialRows;
import io.changepassword.limits.HashingPermits;
import io.changepassword.limits.HashingPermits.Permit;
import io.changepassword.policy.NewPassword;
import io.changepassword.policy.PasswordRules;
import io.changepassword.policy.Violation;
import io.changepassword.settings.RealmSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * Decides whether a caller's password changes, and changes it. The order is the security: lock state, one change a user at a
 * time, proof, policy, store, after-effects. Before the proof holds, nothing is judged, disclosed or hashed but the proof itself.
 */
public final class PasswordChange {

    /** Id of our rule that a change must change something; no policy of Keycloak's says so without a history. */
    private static final String NOT_CURRENT_PASSWORD = "notCurrentPassword";

    private static final Logger LOG = Logger.getLogger(PasswordChange.class);

    private final KeycloakSession session;
    private final RealmModel realm;
    private final Caller caller;
    private final BruteForceDetection bruteForce;
    private final HashingPermits hashing;

    /** @param hashing the permits of this node */
    public PasswordChange(KeycloakSession session, Caller caller, HashingPermits hashing) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.caller = caller;
        this.bruteForce = new BruteForceDetection(session, caller);
        this.hashing = hashing;
    }

    /**
     * Sets the new password. When this method returns, the change is committed and the success events are fired.
     *
     * @return when it was set
     * @throws ChangeRefusedException if it did not happen
     * @throws io.changepassword.limits.NoPermitException if it did not happen, because this node hashes too many others
     * @throws RuntimeException of a store, if it did not happen; see {@link StoreFailure#translate}
     */
    public Instant change(Proof proof, NewPassword newPassword) {
        Instant changedAt;
        // Before the lock too: a locked-out guesser keeps nobody from it, and whoever comes too late gets a conflict.
        StoredPassword beforeLock = bruteForce.requireUnlocked();
        try (ChangeLock lock = ChangeLock.acquire(session, realm, caller.user())) {
            requireSame(beforeLock, bruteForce.requireUnlocked());
            changedAt = withPermit(beforeLock, proof, newPassword, lock);
        }
        afterCommit(proof);
        return changedAt;
    }

    /** Releases the permit before the commit and its listeners: a listener that mails waits for a mail server. */
    private Instant withPermit(StoredPassword beforeLock, Proof proof, NewPassword newPassword, ChangeLock lock) {
        try (Permit permit = permitFor(beforeLock)) {
            StoredPassword proved = prove(proof, lock);
            return UnitOfWork.commit(session, unit -> {
                Instant changedAt = store(unit, proof, proved, newPassword);
                permit.release();
                return changedAt;
            });
        }
    }

    /** No permit for a directory's user: a directory hashes itself, and a hanging one must not hold the permits. */
    private Permit permitFor(StoredPassword stored) {
        return stored.isEmpty() && !StoredUser.isLocal(caller.user()) ? Permit.none() : hashing.acquire();
    }

    /**
     * In a transaction that is rolled back. A password stored with another algorithm than the realm's would be hashed anew
     * after the commit (see {@code PasswordCredentialProvider.rehashPasswordIfRequired}), and so come back over the one just
     * set.
     *
     * @return what is stored of the password at the moment of the proof
     */
    private StoredPassword prove(Proof proof, ChangeLock lock) {
        Proved proved = UnitOfWork.rollBack(session, fresh -> {
            UserModel user = caller.requireSignedInPastTheCache(fresh);
            StoredPassword stored = StoredPassword.of(user);
            return new Proved(stored, proof.fault(fresh, user, stored));
        });
        if (proved.fault().isPresent() && proof.countsAsLogin()) {
            bruteForce.countFailure(lock);
        }
        requireNoFault(proved.fault());
        return proved.stored();
    }

    private record Proved(StoredPassword stored, Optional<ChangeRefusedException> fault) {}

    private static void requireNoFault(Optional<ChangeRefusedException> fault) {
        fault.ifPresent(refused -> {
            throw refused;
        });
    }

    private Instant store(KeycloakSession unit, Proof proof, StoredPassword proved, NewPassword newPassword) {
        RealmModel unitRealm = unit.getContext().getRealm();
        Optional<StoredPassword> locked =
                CredentialRows.lock(unit, caller.user(), proved.ids()).map(StoredPassword::of);
        UserModel user = caller.requireSignedInPastTheCache(unit);
        requireProvedStill(unit, user, proof, proved, locked.orElseGet(() -> StoredPassword.of(user)));
        requireNoViolation(unit, user, proof, newPassword);
        new PasswordStore(unitRealm, user).update(newPassword);
        user.removeRequiredAction(UserModel.RequiredAction.UPDATE_PASSWORD);
        proof.consume(unit, user);
        ChangeEvents.of(unit, ChangeEvents.Kind.CHANGE, caller).succeeded(proof.eventDetails());
        return StoredPassword.of(user).setAt().orElseGet(() -> Instant.ofEpochMilli(Time.currentTimeMillis()));
    }

    private static void requireNoViolation(KeycloakSession unit, UserModel user, Proof proof, NewPassword newPassword) {
        List<Violation> violations =
                new ArrayList<>(new PasswordRules(unit, unit.getContext().getRealm()).violations(user, newPassword));
        if (proof.isSameAs(newPassword)) {
            violations.add(Violation.of(newPassword.field(), NOT_CURRENT_PASSWORD, "changePassword.sameAsCurrent"));
        }
        if (!violations.isEmpty()) {
            throw ChangeRefusedException.rejected(violations);
        }
    }

    /** Keycloak 26.2 hashes an outdated hash anew while it verifies, and commits it: then the proof is checked against the new hash. */
    private static void requireProvedStill(
            KeycloakSession unit, UserModel user, Proof proof, StoredPassword proved, StoredPassword now) {
        if (now.isRehashOf(proved)) {
            requireNoFault(proof.fault(unit, user, now));
        } else {
            requireSame(proved, now);
        }
    }

    /** An administrator's reset, or a change on Keycloak's own page, may have happened meanwhile, and must not be overwritten. */
    private static void requireSame(StoredPassword before, StoredPassword now) {
        if (!before.equals(now)) {
            throw ChangeRefusedException.because(ChangeRefusedException.Reason.CONFLICT);
        }
    }

    /**
     * After the commit, and outside the lock: a client's back-channel logout may take its time, and the change stands. The
     * sessions first: they are what somebody else could still use.
     */
    private void afterCommit(Proof proof) {
        attempt(
                "end their other sessions",
                () -> new UserSessions(session, caller)
                        .end(RealmSettings.of(realm).endSessions()));
        if (proof.countsAsLogin()) {
            attempt("clear their count of failed attempts", bruteForce::clear);
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
}
