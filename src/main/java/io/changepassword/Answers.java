package io.changepassword;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.compat.BearerAuthentication;
import io.changepassword.credential.ChangeEvents;
import io.changepassword.credential.ChangeRefusedException;
import io.changepassword.credential.StoreFailure;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.keycloak.headers.SecurityHeadersProvider;
import org.keycloak.models.BrowserSecurityHeaders;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.services.cors.Cors;

/** The answers to one request, in the words of its contract; each is JSON and never stored by a cache. */
final class Answers {

    private static final String JSON = "application/json;charset=UTF-8";
    private static final Logger LOG = Logger.getLogger(Answers.class);

    private final KeycloakSession session;
    private final Endpoint endpoint;
    private final CrossOrigin crossOrigin;

    Answers(KeycloakSession session, Endpoint endpoint, CrossOrigin crossOrigin) {
        this.session = session;
        this.endpoint = endpoint;
        this.crossOrigin = crossOrigin;
    }

    Response with(int status, ObjectNode body) {
        return response(Response.status(status), body);
    }

    /**
     * Runs a step of the request, and puts its refusal into an answer.
     *
     * @throws WebApplicationException with the whole answer; the transaction is rolled back
     */
    <T> T unlessRefused(Supplier<T> step) {
        try {
            return step.get();
        } catch (Refusal refusal) {
            throw answer(refusal);
        } catch (RuntimeException failure) {
            RuntimeException explained = StoreFailure.explain(failure);
            if (explained instanceof ChangeRefusedException refused) {
                LOG.errorf(failure, "Realm %s: a store has failed", realmName());
                ChangeEvents.anonymous(session).refused(refused.eventError(), refused.eventReason());
                throw answer(Refusal.of(refused, endpoint.errors(), new Challenge(session)));
            }
            throw failure;
        }
    }

    private WebApplicationException answer(Refusal refusal) {
        // JAX-RS takes an exception's entity as it is, and asks no mapper, which would have rolled back.
        session.getTransactionManager().setRollbackOnly();
        return new WebApplicationException(refused(refusal));
    }

    private String realmName() {
        return session.getContext().getRealm().getName();
    }

    private Response refused(Refusal refusal) {
        UserModel user = BearerAuthentication.userOf(session).orElse(null);
        ObjectNode body = endpoint.errors().body(refusal, new Messages(session, user));
        Response.ResponseBuilder builder = Response.status(refusal.status());
        refusal.headers().forEach(builder::header);
        return response(builder, body);
    }

    private Response response(Response.ResponseBuilder builder, ObjectNode body) {
        crossOrigin.answer();
        addSecurityHeadersWhereKeycloakCannot(builder);
        return builder.type(JSON)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(HttpHeaders.VARY, Cors.ORIGIN_HEADER)
                .entity(body.toString())
                .build();
    }

    /** Keycloak's filter parses the request's media type, and turns every answer into a 500 where that does not parse. */
    private void addSecurityHeadersWhereKeycloakCannot(Response.ResponseBuilder builder) {
        if (new BodyHeaders(session.getContext().getHttpRequest().getHttpHeaders()).isMediaTypeReadable()) {
            return;
        }
        session.getProvider(SecurityHeadersProvider.class).options().skipHeaders();
        var values = session.getContext().getRealm().getBrowserSecurityHeaders();
        for (BrowserSecurityHeaders header : BrowserSecurityHeaders.values()) {
            String value = values.getOrDefault(header.getKey(), header.getDefaultValue());
            builder.header(header.getHeaderName(), value == null || value.isEmpty() ? null : value);
        }
    }
}
