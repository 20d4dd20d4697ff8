package io.changepassword;

import io.changepassword.credential.Caller;
import io.changepassword.credential.HashingTurns;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import org.keycloak.models.KeycloakSession;

/**
 * Opens the doors. A locator runs before a body is read, so whoever may not come in is told so here, at once, and cannot hold
 * a worker thread with a slow body.
 */
public final class ChangePasswordResource {

    static final String CURRENT_PASSWORD_PATH = "api/svc/v1/users/change-password";

    private final KeycloakSession session;
    private final RequestSlots slots;
    private final HashingTurns turns;

    ChangePasswordResource(KeycloakSession session, RequestSlots slots, HashingTurns turns) {
        this.session = session;
        this.slots = slots;
        this.turns = turns;
    }

    /** Door A: change with the current password. */
    @Path(CURRENT_PASSWORD_PATH)
    public Object withCurrentPassword() {
        if (HttpMethod.OPTIONS.equals(session.getContext().getHttpRequest().getHttpMethod())) {
            return new PreflightResource();
        }
        CrossOrigin crossOrigin = new CrossOrigin(session);
        Answers answers = new Answers(session, crossOrigin);
        return answers.unlessRefused(() -> {
            slots.requireRoom();
            Caller caller = new Admission(session, crossOrigin).admit();
            return new CurrentPasswordResource(session, caller, answers, slots, turns);
        });
    }
}
