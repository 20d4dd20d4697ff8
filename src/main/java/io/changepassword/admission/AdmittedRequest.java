package io.changepassword.admission;

import io.changepassword.credential.Caller;
import io.changepassword.http.Responses;
import io.changepassword.limits.RequestPermits;
import jakarta.ws.rs.core.Response;
import java.util.function.Supplier;
import org.keycloak.models.KeycloakSession;

/**
 * One request of a caller who has been admitted.
 *
 * @param session Keycloak's, of this request
 * @param caller who sends it
 * @param responses to it
 * @param permits of this node
 */
public record AdmittedRequest(KeycloakSession session, Caller caller, Responses responses, RequestPermits permits) {

    /**
     * Runs the work of the request, unless the caller or this node has too many requests under way. Events of a refusal are fired
     * while the request holds its permit, so that their writes stay bounded.
     */
    public Response serve(Supplier<Response> work) {
        return responses.unlessRefused(() -> permits.serve(
                caller.userSession().getId(), caller.user().getId(), () -> responses.unlessRefused(work)));
    }
}
