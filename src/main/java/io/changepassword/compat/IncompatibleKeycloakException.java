package io.changepassword.compat;

import org.keycloak.common.Version;

/** The running Keycloak has a call that is needed in no shape that is known. Thrown at start, so that Keycloak does not start. */
public final class IncompatibleKeycloakException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    IncompatibleKeycloakException(Class<?> type, String method) {
        super("keycloak-change-password does not fit Keycloak " + Version.VERSION + ": " + type.getName() + "." + method
                + " has a shape that is not known here. Install a version of the extension that knows it.");
    }
}
