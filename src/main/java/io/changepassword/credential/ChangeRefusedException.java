package io.changepassword.credential;

import io.changepassword.policy.Violation;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A change that did not happen; nothing was stored. Carries no secret. */
public final class ChangeRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why a change is refused. */
    public enum Reason {
        /** The user is disabled, by a permanent lockout for one, or no longer signed in: much can happen since the token's check. */
        NOT_SIGNED_IN,
        /** Locked by brute-force detection; {@link ChangeRefusedException#retryAfter()} says how long. */
        USER_LOCKED,
        /** Another change of the same user is under way, or has succeeded. */
        CONFLICT,
        /** The current password is wrong; {@link ChangeRefusedException#violations()} names its field. */
        WRONG_PASSWORD,
        /** The action token is invalid; {@link ChangeRefusedException#actionTokenFault()} says why. */
        INVALID_ACTION_TOKEN,
        /** The new password violates rules; {@link ChangeRefusedException#violations()} has all of them. */
        REJECTED,
        /** A store (database, directory, cache) cannot be reached; the user did nothing wrong. */
        UNAVAILABLE
    }

    private final Reason reason;
    private final transient List<Violation> violations;
    private final String actionTokenFault;
    private final long retryAfter;

    private ChangeRefusedException(
            Reason reason, List<Violation> violations, String actionTokenFault, long retryAfter, Throwable cause) {
        // A response, not a defect: a stack trace is written only where there is a cause.
        super(reason.name(), cause, false, cause != null);
        this.reason = reason;
        this.violations = violations;
        this.actionTokenFault = actionTokenFault;
        this.retryAfter = retryAfter;
    }

    static ChangeRefusedException because(Reason reason) {
        return new ChangeRefusedException(reason, List.of(), null, 0, null);
    }

    static ChangeRefusedException wrongPassword(Violation violation) {
        return new ChangeRefusedException(Reason.WRONG_PASSWORD, List.of(violation), null, 0, null);
    }

    /** @param fault one of {@link org.keycloak.events.Errors} */
    public static ChangeRefusedException invalidActionToken(String fault) {
        return new ChangeRefusedException(Reason.INVALID_ACTION_TOKEN, List.of(), fault, 0, null);
    }

    static ChangeRefusedException locked(long seconds) {
        return new ChangeRefusedException(Reason.USER_LOCKED, List.of(), null, seconds, null);
    }

    static ChangeRefusedException rejected(List<Violation> violations) {
        List<Violation> sorted = violations.stream()
                .sorted(Comparator.comparing(Violation::policy))
                .toList();
        return new ChangeRefusedException(Reason.REJECTED, sorted, null, 0, null);
    }

    /** @param cause how a store has reported that another writer won */
    static ChangeRefusedException conflict(Throwable cause) {
        return new ChangeRefusedException(Reason.CONFLICT, List.of(), null, 0, cause);
    }

    static ChangeRefusedException unavailable(Throwable cause) {
        return new ChangeRefusedException(Reason.UNAVAILABLE, List.of(), null, 0, cause);
    }

    public Reason reason() {
        return reason;
    }

    /** @return by the ids of their policies, what is wrong with {@link Reason#REJECTED} or {@link Reason#WRONG_PASSWORD}; else empty */
    public List<Violation> violations() {
        return violations;
    }

    /** @return for the events, the fault of {@link Reason#INVALID_ACTION_TOKEN}: one of {@link org.keycloak.events.Errors} */
    public Optional<String> actionTokenFault() {
        return Optional.ofNullable(actionTokenFault);
    }

    /** @return seconds until the lockout of {@link Reason#USER_LOCKED} ends, at least 1; else 0 */
    public long retryAfter() {
        return retryAfter;
    }
}
