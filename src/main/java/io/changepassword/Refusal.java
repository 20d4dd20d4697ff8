package io.changepassword;

import io.changepassword.credential.ChangeRefusedException;
import io.changepassword.credential.Violation;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.keycloak.OAuthErrorException;
import org.keycloak.events.Errors;

/**
 * A request that is refused, before a door has put it into the words of its contract. Carries no secret.
 */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;
    private final String messageKey;
    private final transient List<FieldViolation> violations;
    private final transient Map<String, String> headers;
    private final String subject;

    /**
     * One fault of one field of the body.
     *
     * @param field its name in the body
     * @param violation what is wrong with it
     */
    record FieldViolation(String field, Violation violation) {}

    /**
     * @param status the HTTP status
     * @param error the contract's error code, or null where RFC 6750 wants none
     * @param messageKey key of the sentence in Keycloak's message bundles
     */
    Refusal(int status, String error, String messageKey) {
        this(status, error, messageKey, List.of(), Map.of(), "request");
    }

    private Refusal(
            int status,
            String error,
            String messageKey,
            List<FieldViolation> violations,
            Map<String, String> headers,
            String subject) {
        super(error, null, false, false);
        this.status = status;
        this.error = error;
        this.messageKey = messageKey;
        this.violations = violations;
        this.headers = headers;
        this.subject = subject;
    }

    static Refusal conflict() {
        return new Refusal(409, "conflict", "changePassword.conflict");
    }

    /** The node has too much to do; when to come again is not the same for all, or all would come at once. */
    static Refusal busy() {
        int seconds = ThreadLocalRandom.current().nextInt(5, 15);
        return new Refusal(503, OAuthErrorException.TEMPORARILY_UNAVAILABLE, "changePassword.busy")
                .with(HttpHeaders.RETRY_AFTER, String.valueOf(seconds));
    }

    static Refusal bodyTooLarge() {
        return new Refusal(413, OAuthErrorException.INVALID_REQUEST, "changePassword.bodyTooLarge");
    }

    /**
     * @param refused what the decision said
     * @param contract in whose words the caller is answered
     * @param challenge for a user who may no longer call
     */
    static Refusal of(ChangeRefusedException refused, Contract contract, Challenge challenge) {
        return switch (refused.reason()) {
            case NOT_SIGNED_IN ->
                new Refusal(401, OAuthErrorException.INVALID_TOKEN, "changePassword.tokenInvalid")
                        .with(HttpHeaders.WWW_AUTHENTICATE, challenge.invalidToken());
            case USER_LOCKED ->
                new Refusal(429, Errors.USER_TEMPORARILY_DISABLED, "changePassword.locked")
                        .with(HttpHeaders.RETRY_AFTER, String.valueOf(refused.retryAfter()));
            case CONFLICT -> conflict();
            case NOT_PROVED -> contract.notProved(challenge);
            case REJECTED ->
                new Refusal(400, Errors.PASSWORD_REJECTED, "changePassword.rejected")
                        .with(refused.violations().stream()
                                .map(violation -> new FieldViolation(contract.passwordField(), violation))
                                .toList());
            case BUSY -> busy();
            case UNAVAILABLE ->
                new Refusal(503, OAuthErrorException.TEMPORARILY_UNAVAILABLE, "changePassword.unavailable");
        };
    }

    Refusal with(List<FieldViolation> faults) {
        return new Refusal(status, error, messageKey, List.copyOf(faults), headers, subject);
    }

    Refusal with(String header, String value) {
        Map<String, String> all = new HashMap<>(headers);
        all.put(header, value);
        return new Refusal(status, error, messageKey, violations, Map.copyOf(all), subject);
    }

    /** @param part of the request, where a contract wants one and it is no field of the body */
    Refusal about(String part) {
        return new Refusal(status, error, messageKey, violations, headers, part);
    }

    int status() {
        return status;
    }

    String error() {
        return error;
    }

    String messageKey() {
        return messageKey;
    }

    List<FieldViolation> violations() {
        return violations;
    }

    String subject() {
        return subject;
    }

    Map<String, String> headers() {
        return headers;
    }
}
