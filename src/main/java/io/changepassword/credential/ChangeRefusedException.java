package io.changepassword.credential;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.keycloak.OAuthErrorException;
import org.keycloak.events.Errors;

/** A change that did not happen; nothing was stored, and the error events have been fired. Carries no secret. */
public final class ChangeRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why a change is refused. */
    public enum Reason {
        /** The user is disabled, by a permanent lockout for one, or no longer signed in: much can happen since the token's check. */
        NOT_SIGNED_IN(Errors.USER_DISABLED),
        /** Locked by brute-force detection; {@link ChangeRefusedException#retryAfter()} says how long. */
        USER_LOCKED(Errors.USER_TEMPORARILY_DISABLED),
        /** Another change of the same user is under way, or won. */
        CONFLICT(Errors.NOT_ALLOWED),
        /** The proof does not hold: the old password is wrong, or the token no good; the events say in which way. */
        NOT_PROVED(Errors.INVALID_USER_CREDENTIALS),
        /** The new password breaks rules; {@link ChangeRefusedException#violations()} has all of them. */
        REJECTED(Errors.PASSWORD_REJECTED),
        /** This node has too many others to serve. */
        BUSY(OAuthErrorException.TEMPORARILY_UNAVAILABLE),
        /** A store (database, directory, cache) cannot be reached; the user did nothing wrong. */
        UNAVAILABLE(OAuthErrorException.TEMPORARILY_UNAVAILABLE);

        private final String eventError;

        Reason(String eventError) {
            this.eventError = eventError;
        }
    }

    private final Reason reason;
    private final transient List<Violation> violations;
    private final long retryAfter;
    private final String eventError;

    private ChangeRefusedException(Reason reason, List<Violation> violations, long retryAfter, Throwable cause) {
        this(reason, violations, retryAfter, cause, reason.eventError);
    }

    private ChangeRefusedException(
            Reason reason, List<Violation> violations, long retryAfter, Throwable cause, String eventError) {
        // An answer, not a defect: a stack trace is written only where there is a cause.
        super(reason.name(), cause, false, cause != null);
        this.reason = reason;
        this.violations = violations;
        this.retryAfter = retryAfter;
        this.eventError = eventError;
    }

    static ChangeRefusedException because(Reason reason) {
        return new ChangeRefusedException(reason, List.of(), 0, null);
    }

    static ChangeRefusedException notProved(String eventError) {
        return new ChangeRefusedException(Reason.NOT_PROVED, List.of(), 0, null, eventError);
    }

    static ChangeRefusedException locked(long seconds) {
        return new ChangeRefusedException(Reason.USER_LOCKED, List.of(), seconds, null);
    }

    static ChangeRefusedException rejected(List<Violation> violations) {
        return new ChangeRefusedException(Reason.REJECTED, List.copyOf(violations), 0, null);
    }

    static ChangeRefusedException unavailable(Throwable cause) {
        return new ChangeRefusedException(Reason.UNAVAILABLE, List.of(), 0, cause);
    }

    /** @return the error code of the events that tell of this refusal */
    public String eventError() {
        return eventError;
    }

    /** @return what the events say beside the error code: the message keys of the rules broken, or the reason */
    public String eventReason() {
        return violations.isEmpty()
                ? reason.name().toLowerCase(Locale.ROOT)
                : violations.stream().map(Violation::messageKey).collect(Collectors.joining(" "));
    }

    public Reason reason() {
        return reason;
    }

    /** @return every rule the new password breaks; empty unless {@link Reason#REJECTED} */
    public List<Violation> violations() {
        return violations;
    }

    /** @return seconds until the lock of {@link Reason#USER_LOCKED} ends, at least 1 */
    public long retryAfter() {
        return retryAfter;
    }
}
