package io.changepassword;

import org.keycloak.models.KeycloakSession;
import org.keycloak.services.resource.RealmResourceProvider;

/** Hands the API's resource to Keycloak; nothing is checked before a door is asked for. */
final class ChangePasswordResourceProvider implements RealmResourceProvider {

    private final KeycloakSession session;
    private final BodySlots slots;

    ChangePasswordResourceProvider(KeycloakSession session, BodySlots slots) {
        this.session = session;
        this.slots = slots;
    }

    @Override
    public Object getResource() {
        return new ChangePasswordResource(session, slots);
    }

    @Override
    public void close() {}
}
