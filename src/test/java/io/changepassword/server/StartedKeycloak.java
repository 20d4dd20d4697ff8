package io.changepassword.server;

import io.changepassword.fixture.Listeners;
import java.net.URI;
import java.util.Map;

/** A server on loopback that this run has started. */
sealed interface StartedKeycloak extends KeycloakServer permits KeycloakProcess, KeycloakInContainer {

    Map.Entry<String, String> ADMIN = Map.entry("admin", "admin");

    Listeners listeners();

    @Override
    default Map.Entry<String, String> admin() {
        return ADMIN;
    }

    @Override
    default URI url() {
        return listeners().url();
    }

    @Override
    default URI tlsUrl() {
        return listeners().tlsUrl();
    }

    @Override
    default URI managementUrl() {
        return listeners().managementUrl();
    }
}
