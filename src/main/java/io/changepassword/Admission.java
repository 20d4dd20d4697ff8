package io.changepassword;

import io.changepassword.compat.BearerAuthentication;
import io.changepassword.credential.Caller;
import io.changepassword.credential.ChangeEvents;
import io.changepassword.credential.RealmSettings;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;
import org.keycloak.OAuthErrorException;
import org.keycloak.events.Errors;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/** Who comes in: all that is checked before a body is read. Every refusal but that of a wrong method fires its error events. */
final class Admission {

    private final KeycloakSession session;
    private final KeycloakContext context;
    private final RealmModel realm;
    private final Endpoint endpoint;
    private final CrossOrigin crossOrigin;
    private final Challenge challenge;

    Admission(KeycloakSession session, Endpoint endpoint, CrossOrigin crossOrigin) {
        this.session = session;
        this.context = session.getContext();
        this.realm = context.getRealm();
        this.endpoint = endpoint;
        this.crossOrigin = crossOrigin;
        this.challenge = new Challenge(session);
    }

    /**
     * @return the caller, who may change their own password
     * @throws Refusal otherwise, or if the body that is announced is of another type, or too large
     */
    Caller admit() {
        requireMethod();
        requireHttps();
        requireRealmEnabled();
        requireApiEnabled();
        AccessTokenHeader credential = requireOneCredential();
        BearerAuthentication bearer = requireValid(credential);
        Caller caller = new Caller(bearer.user(), bearer.session(), bearer.client());
        requireOriginOfClient(bearer, caller);
        new Permission(session).require(bearer, caller);
        if (endpoint.body() == Endpoint.Body.JSON) {
            requireJson(caller);
        }
        return caller;
    }

    private void requireMethod() {
        if (!endpoint.serves(context.getHttpRequest().getHttpMethod())) {
            throw new Refusal(405, OAuthErrorException.INVALID_REQUEST, "changePassword.method")
                    .with(HttpHeaders.ALLOW, String.join(", ", endpoint.allowedMethods()));
        }
    }

    /** Keycloak asks this at its token endpoint, but not before an extension. */
    private void requireHttps() {
        boolean https = "https".equals(context.getUri().getBaseUri().getScheme());
        if (!https && realm.getSslRequired().isRequired(context.getConnection())) {
            ChangeEvents.anonymous(session).refused(Errors.SSL_REQUIRED, null);
            throw new Refusal(403, OAuthErrorException.INVALID_REQUEST, "httpsRequiredMessage");
        }
    }

    /** As {@link #requireHttps()}. */
    private void requireRealmEnabled() {
        if (!realm.isEnabled()) {
            ChangeEvents.anonymous(session).refused(Errors.REALM_DISABLED, null);
            throw new Refusal(403, OAuthErrorException.ACCESS_DENIED, "changePassword.realmDisabled");
        }
    }

    private void requireApiEnabled() {
        if (!RealmSettings.of(realm).enabled()) {
            ChangeEvents.anonymous(session).refused(Errors.NOT_ALLOWED, RealmSettings.ENABLED);
            throw new Refusal(404, "not_found", "changePassword.notEnabled");
        }
    }

    private AccessTokenHeader requireOneCredential() {
        if (AccessTokenHeader.isAmbiguous(context.getHttpRequest().getHttpHeaders())) {
            ChangeEvents.anonymous(session).refused(Errors.INVALID_REQUEST, "more than one credential");
            throw new Refusal(400, OAuthErrorException.INVALID_REQUEST, "changePassword.credentials")
                    .about("credentials");
        }
        return AccessTokenHeader.of(context.getHttpRequest().getHttpHeaders(), endpoint)
                .orElseThrow(() -> {
                    ChangeEvents.anonymous(session).refused(Errors.INVALID_TOKEN, "missing");
                    return new Refusal(401, null, "changePassword.tokenMissing")
                            .with(HttpHeaders.WWW_AUTHENTICATE, challenge.missing());
                });
    }

    private BearerAuthentication requireValid(AccessTokenHeader credential) {
        var bearer = credential
                .algorithm()
                .flatMap(algorithm -> verify(credential, algorithm))
                .filter(new CertificateBinding(session)::holds);
        if (bearer.isPresent()) {
            bearer.get().keepIn(session);
            return bearer.get();
        }
        ChangeEvents.anonymous(session).refused(Errors.INVALID_TOKEN, "invalid");
        throw new Refusal(401, OAuthErrorException.INVALID_TOKEN, "changePassword.tokenInvalid")
                .with(HttpHeaders.WWW_AUTHENTICATE, challenge.invalidToken());
    }

    private Optional<BearerAuthentication> verify(AccessTokenHeader credential, String algorithm) {
        boolean byDpop = credential.scheme() == AccessTokenHeader.Scheme.DPOP;
        return BearerAuthentication.verify(session, credential.token(), algorithm, byDpop);
    }

    private void requireOriginOfClient(BearerAuthentication bearer, Caller caller) {
        if (!crossOrigin.restrictTo(bearer.client(), bearer.token())) {
            ChangeEvents.of(session, caller).refused(Errors.NOT_ALLOWED, "origin");
            throw new Refusal(403, Errors.NOT_ALLOWED, "changePassword.origin");
        }
    }

    private void requireJson(Caller caller) {
        BodyHeaders headers = new BodyHeaders(context.getHttpRequest().getHttpHeaders());
        if (!headers.isJson()) {
            ChangeEvents.of(session, caller).refused(Errors.INVALID_REQUEST, "media type");
            throw new Refusal(415, OAuthErrorException.INVALID_REQUEST, "changePassword.mediaType");
        }
        if (headers.announcesMoreThan(JsonBody.MAXIMUM_BYTES)) {
            ChangeEvents.of(session, caller).refused(Errors.INVALID_REQUEST, "size");
            throw Refusal.bodyTooLarge();
        }
    }
}
