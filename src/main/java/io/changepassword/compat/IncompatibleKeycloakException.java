package io.changepassword.compat;

import org.keycloak.common.Version;

/** The running Keycloak has no known signature of a call that is needed. Thrown at start, so that Keycloak does not start. */
public final class IncompatibleKeycloakException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    IncompatibleKeycloakException(Class<?> type, String method) {
        super("keycloak-change-password does not fit Keycloak " + Version.VERSION + ": " + type.getName() + "." + method
                + " has a signature that is not known here. Install a version of the extension that knows it.");
    }
}
