package io.changepassword.server;

import java.net.URI;
import java.util.Map;

/** A Keycloak with the packaged JAR in it. */
public sealed interface KeycloakServer extends AutoCloseable permits StartedKeycloak, RunningKeycloak {

    /** Name and password of the administrator of the realm {@code master}. */
    Map.Entry<String, String> admin();

    /** The base URL, without a slash at its end. */
    URI url();

    /** The base URL over TLS, where client certificates are requested but not required. */
    URI tlsUrl();

    /** The base URL of the management interface, with metrics and health. */
    URI managementUrl();

    /** Ends the server, if it was started here. */
    @Override
    void close();
}
