package io.changepassword.admission;

import io.changepassword.compat.BearerAuthentication;
import io.changepassword.credential.Caller;
import io.changepassword.http.AccessTokenHeader;
import io.changepassword.http.ContentHeaders;
import io.changepassword.http.CrossOrigin;
import io.changepassword.http.Endpoint;
import io.changepassword.http.Refusal;
import io.changepassword.http.RequestRefusedException;
import io.changepassword.http.Responses;
import io.changepassword.settings.RealmSettings;
import java.util.Optional;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/** Who is admitted: all that is checked before a body is read. */
public final class Admission {

    private final KeycloakSession session;
    private final KeycloakContext context;
    private final RealmModel realm;
    private final Endpoint endpoint;
    private final CrossOrigin crossOrigin;
    private final Responses responses;

    public Admission(KeycloakSession session, Endpoint endpoint, CrossOrigin crossOrigin, Responses responses) {
        this.session = session;
        this.context = session.getContext();
        this.realm = context.getRealm();
        this.endpoint = endpoint;
        this.crossOrigin = crossOrigin;
        this.responses = responses;
    }

    /**
     * @return the caller, who may change their own password
     * @throws RequestRefusedException otherwise, or if the announced body is of another type, or too large
     */
    public Caller admit() {
        requireMethod();
        requireHttps();
        requireRealmEnabled();
        requireApiEnabled();
        BearerAuthentication bearer = requireValid(requireOneCredential());
        Caller caller = new Caller(bearer.user(), bearer.userSession(), bearer.client());
        responses.callerIs(caller);
        requireOriginOfClient(bearer);
        new CallerAuthorization(session).require(bearer, caller);
        if (endpoint.body() == Endpoint.Body.JSON) {
            new ContentHeaders(context.getHttpRequest().getHttpHeaders()).requireJson();
        }
        return caller;
    }

    private void requireMethod() {
        if (!endpoint.serves(context.getHttpRequest().getHttpMethod())) {
            throw new RequestRefusedException(Refusal.METHOD);
        }
    }

    /** Keycloak checks this at its token endpoint, but not before it calls an extension. */
    private void requireHttps() {
        boolean https = "https".equals(context.getUri().getBaseUri().getScheme());
        if (!https && realm.getSslRequired().isRequired(context.getConnection())) {
            throw new RequestRefusedException(Refusal.HTTPS_REQUIRED);
        }
    }

    /** As {@link #requireHttps()}. */
    private void requireRealmEnabled() {
        if (!realm.isEnabled()) {
            throw new RequestRefusedException(Refusal.REALM_DISABLED);
        }
    }

    private void requireApiEnabled() {
        if (!RealmSettings.isOpen(realm)) {
            throw new RequestRefusedException(Refusal.NOT_ENABLED);
        }
    }

    private AccessTokenHeader requireOneCredential() {
        if (AccessTokenHeader.isAmbiguous(context.getHttpRequest().getHttpHeaders())) {
            throw new RequestRefusedException(Refusal.AMBIGUOUS_CREDENTIAL);
        }
        return AccessTokenHeader.of(context.getHttpRequest().getHttpHeaders(), endpoint)
                .orElseThrow(() -> new RequestRefusedException(Refusal.NO_CREDENTIAL));
    }

    private BearerAuthentication requireValid(AccessTokenHeader credential) {
        return verify(credential)
                .filter(new CertificateBinding(session)::holds)
                .orElseThrow(() -> new RequestRefusedException(Refusal.INVALID_TOKEN));
    }

    private Optional<BearerAuthentication> verify(AccessTokenHeader credential) {
        boolean byDpop = credential.scheme() == AccessTokenHeader.Scheme.DPOP;
        return BearerAuthentication.verify(session, credential.token(), byDpop);
    }

    private void requireOriginOfClient(BearerAuthentication bearer) {
        if (!crossOrigin.restrictTo(bearer.client(), bearer.token())) {
            throw new RequestRefusedException(Refusal.ORIGIN);
        }
    }
}
