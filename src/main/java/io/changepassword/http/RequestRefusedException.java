package io.changepassword.http;

import io.changepassword.credential.ChangeRefusedException;
import io.changepassword.limits.NoPermitException;
import io.changepassword.policy.Violation;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/** A request is refused; {@link Responses} fires its events and writes its response. Carries no secret. */
public final class RequestRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Refusal refusal;
    private final transient List<Violation> violations;
    private final String eventError;
    private final long seconds;

    public RequestRefusedException(Refusal refusal) {
        this(refusal, List.of(), refusal.eventError(), 0, null);
    }

    private RequestRefusedException(
            Refusal refusal, List<Violation> violations, String eventError, long seconds, Throwable cause) {
        // A response, not a defect: no stack trace.
        super(refusal.name(), cause, false, false);
        this.refusal = refusal;
        this.violations = List.copyOf(violations);
        this.eventError = eventError;
        this.seconds = seconds;
    }

    /** @param violations what is wrong with the fields of the body */
    public static RequestRefusedException because(Refusal refusal, List<Violation> violations) {
        return new RequestRefusedException(refusal, violations, refusal.eventError(), 0, null);
    }

    /** @param seconds see {@link #seconds()} */
    public static RequestRefusedException because(Refusal refusal, long seconds) {
        return new RequestRefusedException(refusal, List.of(), refusal.eventError(), seconds, null);
    }

    static RequestRefusedException of(ChangeRefusedException refused) {
        Refusal refusal = switch (refused.reason()) {
            case NOT_SIGNED_IN -> Refusal.NOT_SIGNED_IN;
            case USER_LOCKED -> Refusal.USER_LOCKED;
            case CONFLICT -> Refusal.CONFLICT;
            case WRONG_PASSWORD -> Refusal.WRONG_PASSWORD;
            case INVALID_ACTION_TOKEN -> Refusal.INVALID_ACTION_TOKEN;
            case REJECTED -> Refusal.REJECTED;
            case UNAVAILABLE -> Refusal.UNAVAILABLE;
        };
        String eventError = refused.actionTokenFault().orElse(refusal.eventError());
        return new RequestRefusedException(
                refusal, refused.violations(), eventError, refused.retryAfter(), refused.getCause());
    }

    /** The waiting time varies, so that the clients do not retry all at once. */
    static RequestRefusedException of(NoPermitException refused) {
        return switch (refused.limit()) {
            case CALLER -> new RequestRefusedException(Refusal.CONFLICT);
            case NODE -> because(Refusal.NODE_BUSY, aFewSeconds());
            case HASHING -> because(Refusal.HASHING_BUSY, aFewSeconds());
        };
    }

    private static long aFewSeconds() {
        return ThreadLocalRandom.current().nextInt(5, 15);
    }

    public Refusal refusal() {
        return refusal;
    }

    public List<Violation> violations() {
        return violations;
    }

    /** @return the error of the events, or null where none is fired */
    String eventError() {
        return eventError;
    }

    /** @return the detail {@code reason} of the events: the message keys of the violated rules, else the reason of the refusal; or null */
    String eventReason() {
        return refusal == Refusal.REJECTED
                ? violations.stream().map(Violation::messageKey).collect(Collectors.joining(" "))
                : refusal.eventReason();
    }

    /** @return seconds until the request may be sent again; for an old authentication, the maximum age; else 0 */
    public long seconds() {
        return seconds;
    }
}
