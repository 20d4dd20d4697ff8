package io.changepassword.server;

import java.net.URI;
import java.util.Map;

/**
 * A Keycloak that somebody else has started with the JAR and with metrics enabled, and that is left running.
 *
 * @param url {@code -Dkeycloak.server}
 * @param tlsUrl {@code -Dkeycloak.tls}
 * @param managementUrl {@code -Dkeycloak.management}
 * @param admin {@code -Dkeycloak.admin}, as {@code name:password}
 */
record RunningKeycloak(URI url, URI tlsUrl, URI managementUrl, Map.Entry<String, String> admin)
        implements KeycloakServer {

    static RunningKeycloak fromSystemProperties(String url) {
        String[] admin = System.getProperty("keycloak.admin", "admin:admin").split(":", 2);
        URI management = URI.create(System.getProperty("keycloak.management", "http://localhost:9000"));
        URI tls = URI.create(System.getProperty("keycloak.tls", "https://localhost:8443"));
        return new RunningKeycloak(URI.create(url), tls, management, Map.entry(admin[0], admin[1]));
    }

    @Override
    public void close() {}
}
