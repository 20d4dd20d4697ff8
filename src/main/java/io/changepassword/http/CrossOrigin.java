package io.changepassword.http;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import org.keycloak.common.util.UriUtils;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.utils.WebOriginsUtils;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.cors.Cors;

/**
 * Cross-origin responses. Until a client is known, any origin may read them, so that a single-page app learns that its token has
 * expired; then only the client's web origins may, and requests of others stop before they have an effect.
 *
 * <p>Who is allowed is decided here rather than by {@code Cors.checkAllowedOrigins}, which not all versions have, and which
 * leaves no room for an error event.
 */
public final class CrossOrigin {

    private enum Readers {
        /** Without credentials of the browser's. */
        ANYONE,
        CLIENT,
        NOBODY
    }

    private final KeycloakSession session;
    private Readers readers = Readers.ANYONE;

    public CrossOrigin(KeycloakSession session) {
        this.session = session;
    }

    /**
     * @param token the verified token, whose {@code allowed-origins} claim goes before the client's setting
     * @return whether the request's origin, if it has one, is the server's own or one of the client's
     */
    public boolean restrictTo(ClientModel client, AccessToken token) {
        String origin = session.getContext().getHttpRequest().getHttpHeaders().getHeaderString(Cors.ORIGIN_HEADER);
        if (origin == null || origin.equals(ownOrigin())) {
            readers = Readers.NOBODY;
            return true;
        }
        Set<String> allowed = token.getAllowedOrigins();
        if (allowed == null || allowed.isEmpty()) {
            allowed = WebOriginsUtils.resolveValidWebOrigins(session, client);
        }
        if (allowed.contains(origin)) {
            readers = Readers.CLIENT;
        } else if (!allowed.contains(Cors.ACCESS_CONTROL_ALLOW_ORIGIN_WILDCARD)) {
            readers = Readers.NOBODY;
        }
        return readers != Readers.NOBODY;
    }

    /** Adds the headers to the response under way. */
    void addHeaders() {
        if (readers == Readers.NOBODY) {
            return;
        }
        Cors cors =
                Cors.builder().allowAllOrigins().exposedHeaders(HttpHeaders.WWW_AUTHENTICATE, HttpHeaders.RETRY_AFTER);
        (readers == Readers.CLIENT ? cors.auth() : cors).add();
    }

    private String ownOrigin() {
        return UriUtils.getOrigin(session.getContext().getUri().getRequestUri());
    }

    /** Responds to a preflight as Keycloak's own services do: for any origin, because a preflight carries no token. */
    public static Response preflight(KeycloakSession session, Endpoint endpoint) {
        Response response = Cors.builder()
                .auth()
                .preflight()
                .allowedMethods(endpoint.allowedMethods().toArray(String[]::new))
                .add(Response.noContent()
                        .header(HttpHeaders.ALLOW, String.join(", ", endpoint.allowedMethods()))
                        .header(HttpHeaders.CACHE_CONTROL, "no-store")
                        .header(HttpHeaders.VARY, Cors.ORIGIN_HEADER));
        boolean crossOrigin =
                session.getContext().getHttpRequest().getHttpHeaders().getHeaderString(Cors.ORIGIN_HEADER) != null;
        if (crossOrigin) {
            // Keycloak allows Authorization by itself.
            endpoint.credential().headers().stream()
                    .filter(header -> !header.equals(HttpHeaders.AUTHORIZATION))
                    .forEach(header -> session.getContext()
                            .getHttpResponse()
                            .addHeader(Cors.ACCESS_CONTROL_ALLOW_HEADERS, header));
        }
        return response;
    }
}
