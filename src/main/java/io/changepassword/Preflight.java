package io.changepassword;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.cors.Cors;

/** Answers CORS preflights as Keycloak's own services do: for any origin, because a preflight carries no token. */
final class Preflight {

    private final KeycloakSession session;
    private final Contract contract;

    Preflight(KeycloakSession session, Contract contract) {
        this.session = session;
        this.contract = contract;
    }

    Response answer() {
        Response answer = Cors.builder()
                .auth()
                .preflight()
                .allowedMethods(HttpMethod.POST, HttpMethod.OPTIONS)
                .add(Response.noContent()
                        .header(HttpHeaders.ALLOW, Admission.ALLOWED_METHODS)
                        .header(HttpHeaders.CACHE_CONTROL, "no-store")
                        .header(HttpHeaders.VARY, Cors.ORIGIN_HEADER));
        boolean crossOrigin =
                session.getContext().getHttpRequest().getHttpHeaders().getHeaderString(Cors.ORIGIN_HEADER) != null;
        if (crossOrigin && contract.takesAccessTokenHeader()) {
            session.getContext()
                    .getHttpResponse()
                    .addHeader(Cors.ACCESS_CONTROL_ALLOW_HEADERS, AccessTokenHeader.ACCESS_TOKEN_HEADER);
        }
        return answer;
    }
}
