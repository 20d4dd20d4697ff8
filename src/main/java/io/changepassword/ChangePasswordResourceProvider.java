package io.changepassword;

import org.keycloak.models.KeycloakSession;
import org.keycloak.services.resource.RealmResourceProvider;

/** Hands the API's resource to Keycloak; nothing is checked before a door is asked for. */
final class ChangePasswordResourceProvider implements RealmResourceProvider {

    private final KeycloakSession session;

    ChangePasswordResourceProvider(KeycloakSession session) {
        this.session = session;
    }

    @Override
    public Object getResource() {
        return new ChangePasswordResource(session);
    }

    @Override
    public void close() {}
}
