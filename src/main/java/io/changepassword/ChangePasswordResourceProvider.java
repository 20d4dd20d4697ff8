package io.changepassword;

import io.changepassword.credential.HashingTurns;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.resource.RealmResourceProvider;

/** Hands the API's resource to Keycloak; nothing is checked before a door is asked for. */
final class ChangePasswordResourceProvider implements RealmResourceProvider {

    private final KeycloakSession session;
    private final RequestSlots slots;
    private final HashingTurns turns;

    ChangePasswordResourceProvider(KeycloakSession session, RequestSlots slots, HashingTurns turns) {
        this.session = session;
        this.slots = slots;
        this.turns = turns;
    }

    @Override
    public Object getResource() {
        return new ChangePasswordResource(session, slots, turns);
    }

    @Override
    public void close() {}
}
