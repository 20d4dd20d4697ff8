package io.changepassword.http;

import static org.keycloak.OAuthErrorException.ACCESS_DENIED;
import static org.keycloak.OAuthErrorException.INSUFFICIENT_SCOPE;
import static org.keycloak.OAuthErrorException.INVALID_REQUEST;
import static org.keycloak.OAuthErrorException.TEMPORARILY_UNAVAILABLE;
import static org.keycloak.events.Errors.NOT_ALLOWED;

import io.changepassword.settings.RealmSettings;
import org.keycloak.OAuthErrorException;
import org.keycloak.events.Errors;

/**
 * Every way in which a request is refused: the table of errors of the API. What differs between two requests, such as the
 * violated rules, is in {@link RequestRefusedException}.
 */
public enum Refusal {
    METHOD(405, INVALID_REQUEST, "changePassword.method", null, null),
    NOT_FOUND(404, Code.NOT_FOUND, "changePassword.notFound", null, null),
    HTTPS_REQUIRED(403, INVALID_REQUEST, "httpsRequiredMessage", Errors.SSL_REQUIRED, null),
    REALM_DISABLED(403, ACCESS_DENIED, "changePassword.realmDisabled", Errors.REALM_DISABLED, null),
    NOT_ENABLED(404, Code.NOT_FOUND, "changePassword.notEnabled", NOT_ALLOWED, RealmSettings.ENABLED),
    /** This node serves as many requests as it may. No event, as for Keycloak's own limit: each would be a write. */
    NODE_BUSY(503, TEMPORARILY_UNAVAILABLE, "changePassword.busy", null, null),

    AMBIGUOUS_CREDENTIAL(
            400, INVALID_REQUEST, "changePassword.credentials", INVALID_REQUEST, "more than one credential"),
    /** RFC 6750 section 3.1: no error code where there is no credential. */
    NO_CREDENTIAL(401, null, "changePassword.tokenMissing", Errors.INVALID_TOKEN, "missing", Authenticate.SCHEMES),
    INVALID_TOKEN(
            401,
            Code.TOKEN,
            "changePassword.tokenInvalid",
            Errors.INVALID_TOKEN,
            "invalid",
            Authenticate.INVALID_TOKEN),
    ORIGIN(403, NOT_ALLOWED, "changePassword.origin", NOT_ALLOWED, "origin"),
    SERVICE_ACCOUNT(403, NOT_ALLOWED, "changePassword.serviceAccount", NOT_ALLOWED, "service account"),
    IMPERSONATION(403, NOT_ALLOWED, "changePassword.impersonation", NOT_ALLOWED, "impersonation"),
    AUDIENCE(401, Code.TOKEN, "changePassword.audience", Errors.INVALID_TOKEN, "audience", Authenticate.INVALID_TOKEN),
    ROLE(403, INSUFFICIENT_SCOPE, "changePassword.role", NOT_ALLOWED, "role", Authenticate.INSUFFICIENT_SCOPE),
    AUTHENTICATION_TOO_OLD(
            401,
            Code.INSUFFICIENT_USER_AUTHENTICATION,
            "changePassword.authenticationTooOld",
            NOT_ALLOWED,
            RealmSettings.MAX_AUTH_AGE,
            Authenticate.TOO_OLD),
    MEDIA_TYPE(415, INVALID_REQUEST, "changePassword.mediaType", INVALID_REQUEST, "media type"),
    BODY_TOO_LARGE(413, INVALID_REQUEST, "changePassword.bodyTooLarge", INVALID_REQUEST, "size"),
    BODY(400, INVALID_REQUEST, "changePassword.body", INVALID_REQUEST, "body"),
    FIELDS(400, INVALID_REQUEST, "changePassword.fields", INVALID_REQUEST, "body"),
    /** As {@link #FIELDS}; Keycloak's events have an error of its own for a missing password. */
    PASSWORD_MISSING(400, INVALID_REQUEST, "changePassword.fields", Errors.PASSWORD_MISSING, "body"),
    LOGIN_ID(403, NOT_ALLOWED, "changePassword.loginId", Errors.DIFFERENT_USER_AUTHENTICATED, "loginId"),

    NOT_SIGNED_IN(
            401,
            Code.TOKEN,
            "changePassword.tokenInvalid",
            Errors.USER_DISABLED,
            "not_signed_in",
            Authenticate.INVALID_TOKEN),
    USER_LOCKED(429, Code.LOCKED, "changePassword.locked", Code.LOCKED, "user_locked"),
    CONFLICT(409, Code.CONFLICT, "changePassword.conflict", NOT_ALLOWED, Code.CONFLICT),
    HASHING_BUSY(503, TEMPORARILY_UNAVAILABLE, "changePassword.busy", TEMPORARILY_UNAVAILABLE, "busy"),
    WRONG_PASSWORD(
            400,
            Errors.INVALID_USER_CREDENTIALS,
            "invalidPasswordExistingMessage",
            Errors.INVALID_USER_CREDENTIALS,
            "not_proved"),
    /** One row for all faults of an action token, so that the response reveals nothing. The event names the fault. */
    INVALID_ACTION_TOKEN(
            401,
            "invalid_action_token",
            "changePassword.actionTokenInvalid",
            Errors.INVALID_TOKEN,
            "not_proved",
            Authenticate.SCHEMES),
    REJECTED(400, Errors.PASSWORD_REJECTED, "changePassword.rejected", Errors.PASSWORD_REJECTED, null),
    UNAVAILABLE(503, TEMPORARILY_UNAVAILABLE, "changePassword.unavailable", TEMPORARILY_UNAVAILABLE, "unavailable"),

    ADDRESS_NOT_VERIFIED(
            403, NOT_ALLOWED, "changePassword.addressNotVerified", Errors.INVALID_EMAIL, "address not verified"),
    MAIL_TOO_SOON(429, NOT_ALLOWED, "changePassword.mailTooSoon", NOT_ALLOWED, "one mail a minute"),
    MAIL_NOT_SENT(503, TEMPORARILY_UNAVAILABLE, "changePassword.mailNotSent", Errors.EMAIL_SEND_FAILED, null);

    /** Codes for which Keycloak has no constant, or whose constant a row of the table hides. */
    private static final class Code {
        static final String TOKEN = OAuthErrorException.INVALID_TOKEN;
        static final String LOCKED = Errors.USER_TEMPORARILY_DISABLED;
        static final String NOT_FOUND = "not_found";
        static final String CONFLICT = "conflict";
        /** RFC 9470 section 3. */
        static final String INSUFFICIENT_USER_AUTHENTICATION = "insufficient_user_authentication";
    }

    /** The content of {@code WWW-Authenticate}; {@link Challenge} writes it. */
    enum Authenticate {
        /** Nothing. */
        NO,
        /** The schemes, without an error. */
        SCHEMES,
        INVALID_TOKEN,
        INSUFFICIENT_SCOPE,
        TOO_OLD
    }

    private final int status;
    private final String code;
    private final String messageKey;
    private final String eventError;
    private final String eventReason;
    private final Authenticate authenticate;

    Refusal(int status, String code, String messageKey, String eventError, String eventReason) {
        this(status, code, messageKey, eventError, eventReason, Authenticate.NO);
    }

    Refusal(
            int status,
            String code,
            String messageKey,
            String eventError,
            String eventReason,
            Authenticate authenticate) {
        this.status = status;
        this.code = code;
        this.messageKey = messageKey;
        this.eventError = eventError;
        this.eventReason = eventReason;
        this.authenticate = authenticate;
    }

    /** @return the HTTP status */
    int status() {
        return status;
    }

    /** @return the error code, or null where RFC 6750 wants none */
    String code() {
        return code;
    }

    /** @return the key of the sentence in Keycloak's message bundles */
    String messageKey() {
        return messageKey;
    }

    /** @return the error of the events, one of {@link Errors} where Keycloak has one; null where no event is fired */
    String eventError() {
        return eventError;
    }

    /** @return the detail {@code reason} of the events, or null */
    String eventReason() {
        return eventReason;
    }

    Authenticate authenticate() {
        return authenticate;
    }
}
