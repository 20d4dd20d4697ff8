package io.changepassword.http;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.changepassword.credential.Caller;
import io.changepassword.credential.ChangeEvents;
import io.changepassword.credential.ChangeRefusedException;
import io.changepassword.credential.StoreFailure;
import io.changepassword.limits.NoPermitException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.keycloak.headers.SecurityHeadersProvider;
import org.keycloak.models.BrowserSecurityHeaders;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.cors.Cors;

/**
 * The responses to one request. Each is JSON, and no cache stores it. The one place where a refusal becomes an event and a
 * response.
 */
public final class Responses {

    private static final String JSON = "application/json;charset=UTF-8";

    private static final JsonMapper MAPPER = new JsonMapper();

    private static final Logger LOG = Logger.getLogger(Responses.class);

    private final KeycloakSession session;
    private final Endpoint endpoint;
    private final CrossOrigin crossOrigin;
    private Caller caller;

    public Responses(KeycloakSession session, Endpoint endpoint, CrossOrigin crossOrigin) {
        this.session = session;
        this.endpoint = endpoint;
        this.crossOrigin = crossOrigin;
    }

    /** From here on, events name the caller, and sentences are in the caller's language. */
    public void callerIs(Caller known) {
        caller = known;
    }

    /** @param body a map, or what Jackson takes for an object */
    public Response with(int status, Object body) {
        return response(Response.status(status), body);
    }

    /**
     * Runs a step of the request. Where the step is refused, the events are fired before this returns.
     *
     * @throws WebApplicationException with the whole response to a refusal; the transaction is rolled back
     */
    public <T> T unlessRefused(Supplier<T> step) {
        try {
            return step.get();
        } catch (RequestRefusedException refused) {
            throw refuse(refused);
        } catch (NoPermitException refused) {
            throw refuse(RequestRefusedException.of(refused));
        } catch (RuntimeException failure) {
            if (StoreFailure.translate(failure) instanceof ChangeRefusedException refused) {
                throw refuse(RequestRefusedException.of(refused));
            }
            throw failure;
        }
    }

    /** @return the response to a refusal, whose events are fired; the transaction is rolled back */
    public WebApplicationException refuse(RequestRefusedException refused) {
        log(refused);
        if (refused.eventError() != null) {
            events().refused(refused.eventError(), refused.eventReason());
        }
        // JAX-RS takes an exception's entity as it is, and calls no mapper, which would have rolled back.
        session.getTransactionManager().setRollbackOnly();
        return new WebApplicationException(response(refused));
    }

    /** An outage is for the operator to see. A lost race is not; what looks like one may be a defect. */
    private void log(RequestRefusedException refused) {
        if (refused.refusal() == Refusal.UNAVAILABLE) {
            LOG.errorf(refused.getCause(), "Realm %s: a store cannot be reached", realmName());
        } else if (refused.getCause() != null) {
            LOG.debugf(refused.getCause(), "Realm %s: a store reports a conflict", realmName());
        }
    }

    private ChangeEvents events() {
        return caller == null
                ? ChangeEvents.anonymous(session, endpoint.events())
                : ChangeEvents.of(session, endpoint.events(), caller);
    }

    private Response response(RequestRefusedException refused) {
        Refusal refusal = refused.refusal();
        Response.ResponseBuilder builder = Response.status(refusal.status());
        if (refusal == Refusal.METHOD) {
            builder.header(HttpHeaders.ALLOW, String.join(", ", endpoint.allowedMethods()));
        }
        if (refusal.authenticate() != Refusal.Authenticate.NO) {
            builder.header(HttpHeaders.WWW_AUTHENTICATE, new Challenge(session).of(refused));
        } else if (refused.seconds() > 0) {
            builder.header(HttpHeaders.RETRY_AFTER, String.valueOf(refused.seconds()));
        }
        Messages messages = new Messages(session, caller == null ? null : caller.user());
        return response(builder, endpoint.errors().body(refused, messages));
    }

    private Response response(Response.ResponseBuilder builder, Object body) {
        crossOrigin.addHeaders();
        addSecurityHeadersWhereKeycloakCannot(builder);
        return builder.type(JSON)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(HttpHeaders.VARY, Cors.ORIGIN_HEADER)
                .entity(MAPPER.valueToTree(body).toString())
                .build();
    }

    /** Keycloak's filter parses the request's media type, and makes a 500 of every response where it cannot. */
    private void addSecurityHeadersWhereKeycloakCannot(Response.ResponseBuilder builder) {
        if (new ContentHeaders(session.getContext().getHttpRequest().getHttpHeaders()).isMediaTypeReadable()) {
            return;
        }
        session.getProvider(SecurityHeadersProvider.class).options().skipHeaders();
        var values = session.getContext().getRealm().getBrowserSecurityHeaders();
        for (BrowserSecurityHeaders header : BrowserSecurityHeaders.values()) {
            String value = values.getOrDefault(header.getKey(), header.getDefaultValue());
            builder.header(header.getHeaderName(), value == null || value.isEmpty() ? null : value);
        }
    }

    private String realmName() {
        return session.getContext().getRealm().getName();
    }
}
