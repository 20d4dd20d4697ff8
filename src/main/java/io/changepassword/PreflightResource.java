package io.changepassword;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.core.Response;
import org.keycloak.services.cors.Cors;

/** Answers CORS preflights as Keycloak's own services do: for any origin, because a preflight carries no token. */
public final class PreflightResource {

    PreflightResource() {}

    @OPTIONS
    public Response preflight() {
        return Cors.builder()
                .auth()
                .preflight()
                .allowedMethods(HttpMethod.POST, HttpMethod.OPTIONS)
                .add(Response.noContent()
                        .header("Allow", Admission.ALLOWED_METHODS)
                        .header("Cache-Control", "no-store")
                        .header("Vary", Cors.ORIGIN_HEADER));
    }
}
