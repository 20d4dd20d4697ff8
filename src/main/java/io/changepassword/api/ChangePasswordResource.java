package io.changepassword.api;

import io.changepassword.admission.Admission;
import io.changepassword.admission.AdmittedRequest;
import io.changepassword.credential.ChangeEvents;
import io.changepassword.http.AcceptLanguage;
import io.changepassword.http.CrossOrigin;
import io.changepassword.http.Endpoint;
import io.changepassword.http.ErrorFormat;
import io.changepassword.http.Refusal;
import io.changepassword.http.RequestRefusedException;
import io.changepassword.http.Responses;
import io.changepassword.limits.HashingPermits;
import io.changepassword.limits.RequestPermits;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;
import org.keycloak.models.KeycloakSession;

/**
 * The API of a realm: for each endpoint a locator and a preflight. A locator runs before a body is read: whoever is not admitted
 * is refused at once, and cannot hold a worker thread with a slow body.
 */
public final class ChangePasswordResource {

    private static final String UNKNOWN_PATH = "{path:.*}";

    /** For the format of the 404 of every other path. */
    private static final Endpoint UNKNOWN = new Endpoint(
            HttpMethod.GET,
            UNKNOWN_PATH,
            Endpoint.Credential.NONE,
            Endpoint.Body.NONE,
            ErrorFormat.OAUTH,
            ChangeEvents.Kind.CHANGE);

    private final KeycloakSession session;
    private final RequestPermits permits;
    private final HashingPermits hashing;

    public ChangePasswordResource(KeycloakSession session, RequestPermits permits, HashingPermits hashing) {
        this.session = session;
        this.permits = permits;
        this.hashing = hashing;
    }

    /** The change with the current password. */
    @Path(CurrentPasswordResource.PATH)
    public Object currentPassword() {
        return open(CurrentPasswordResource.ENDPOINT, request -> new CurrentPasswordResource(request, hashing));
    }

    /** Preflights are methods, not locators: the JAX-RS of some Keycloak versions calls no locator for OPTIONS. */
    @OPTIONS
    @Path(CurrentPasswordResource.PATH)
    public Response currentPasswordOptions() {
        return CrossOrigin.preflight(session, CurrentPasswordResource.ENDPOINT);
    }

    /** The change with an action token. */
    @Path(ActionTokenResource.PATH)
    public Object actionToken() {
        return open(ActionTokenResource.ENDPOINT, request -> new ActionTokenResource(request, hashing));
    }

    @OPTIONS
    @Path(ActionTokenResource.PATH)
    public Response actionTokenOptions() {
        return CrossOrigin.preflight(session, ActionTokenResource.ENDPOINT);
    }

    /** The mail with an action token. */
    @Path(ActionTokenMailResource.PATH)
    public Object actionTokenMail() {
        return open(ActionTokenMailResource.ENDPOINT, ActionTokenMailResource::new);
    }

    @OPTIONS
    @Path(ActionTokenMailResource.PATH)
    public Response actionTokenMailOptions() {
        return CrossOrigin.preflight(session, ActionTokenMailResource.ENDPOINT);
    }

    /** Every other path. A locator has no HTTP method, so it is called for every method. */
    @Path(UNKNOWN_PATH)
    public Object unknown() {
        throw notFound();
    }

    @OPTIONS
    @Path(UNKNOWN_PATH)
    public Response unknownOptions() {
        throw notFound();
    }

    private WebApplicationException notFound() {
        AcceptLanguage.dropIfUnreadable(session.getContext());
        return new Responses(session, UNKNOWN, new CrossOrigin(session))
                .refuse(new RequestRefusedException(Refusal.NOT_FOUND));
    }

    private Object open(Endpoint endpoint, Function<AdmittedRequest, Object> resource) {
        if (!endpoint.isAt(session.getContext().getUri().getRequestUri())) {
            throw notFound();
        }
        AcceptLanguage.dropIfUnreadable(session.getContext());
        CrossOrigin crossOrigin = new CrossOrigin(session);
        Responses responses = new Responses(session, endpoint, crossOrigin);
        return responses.unlessRefused(() -> {
            permits.requireRoom();
            var caller = new Admission(session, endpoint, crossOrigin, responses).admit();
            return resource.apply(new AdmittedRequest(session, caller, responses, permits));
        });
    }
}
