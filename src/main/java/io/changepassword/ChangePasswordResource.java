package io.changepassword;

import io.changepassword.credential.Caller;
import io.changepassword.credential.HashingTurns;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;
import org.keycloak.models.KeycloakSession;

/**
 * Opens the doors. A locator runs before a body is read, so whoever may not come in is told so here, at once, and cannot hold
 * a worker thread with a slow body.
 */
public final class ChangePasswordResource {

    private final KeycloakSession session;
    private final RequestSlots slots;
    private final HashingTurns turns;

    ChangePasswordResource(KeycloakSession session, RequestSlots slots, HashingTurns turns) {
        this.session = session;
        this.slots = slots;
        this.turns = turns;
    }

    /** Door A: change with the current password. */
    @Path(CurrentPasswordResource.PATH)
    public Object withCurrentPassword() {
        return open(CurrentPasswordResource.ENDPOINT, CurrentPasswordResource::new);
    }

    /** Methods rather than locators: the JAX-RS of some Keycloak versions never asks a locator for OPTIONS. */
    @OPTIONS
    @Path(CurrentPasswordResource.PATH)
    public Response preflightWithCurrentPassword() {
        return CrossOrigin.preflight(session, CurrentPasswordResource.ENDPOINT);
    }

    /** Door B: change with a single-use token. */
    @Path(TokenResource.PATH)
    public Object withToken() {
        return open(TokenResource.ENDPOINT, TokenResource::new);
    }

    @OPTIONS
    @Path(TokenResource.PATH)
    public Response preflightWithToken() {
        return CrossOrigin.preflight(session, TokenResource.ENDPOINT);
    }

    /** The mail with such a token. */
    @Path(TokenMailResource.PATH)
    public Object tokenMail() {
        return open(TokenMailResource.ENDPOINT, TokenMailResource::new);
    }

    @OPTIONS
    @Path(TokenMailResource.PATH)
    public Response preflightTokenMail() {
        return CrossOrigin.preflight(session, TokenMailResource.ENDPOINT);
    }

    private Object open(Endpoint endpoint, Function<Door, Object> resource) {
        AcceptLanguage.dropIfUnreadable(session.getContext());
        CrossOrigin crossOrigin = new CrossOrigin(session);
        Answers answers = new Answers(session, endpoint, crossOrigin);
        return answers.unlessRefused(() -> {
            slots.requireRoom();
            Caller caller = new Admission(session, endpoint, crossOrigin).admit();
            return resource.apply(new Door(session, caller, endpoint, answers, slots, turns));
        });
    }
}
