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

    static final String CURRENT_PASSWORD_PATH = "api/svc/v1/users/change-password";
    static final String TOKEN_PATH = "auth/change-password";
    static final String TOKEN_MAIL_PATH = TOKEN_PATH + "/token";

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
        return open(Contract.CURRENT_PASSWORD, Admission::admitWithBody, CurrentPasswordResource::new);
    }

    /** Methods rather than locators: the JAX-RS of some Keycloak versions never asks a locator for OPTIONS. */
    @OPTIONS
    @Path(CURRENT_PASSWORD_PATH)
    public Response preflightWithCurrentPassword() {
        return new Preflight(session, Contract.CURRENT_PASSWORD).answer();
    }

    /** Door B: change with a single-use token. */
    @Path(TOKEN_PATH)
    public Object withToken() {
        return open(Contract.TOKEN, Admission::admitWithBody, TokenResource::new);
    }

    @OPTIONS
    @Path(TOKEN_PATH)
    public Response preflightWithToken() {
        return new Preflight(session, Contract.TOKEN).answer();
    }

    /** The mail with such a token. */
    @Path(TOKEN_MAIL_PATH)
    public Object tokenMail() {
        return open(Contract.TOKEN, Admission::admit, TokenMailResource::new);
    }

    @OPTIONS
    @Path(TOKEN_MAIL_PATH)
    public Response preflightTokenMail() {
        return new Preflight(session, Contract.TOKEN).answer();
    }

    private Object open(Contract contract, Function<Admission, Caller> admission, Function<Door, Object> resource) {
        AcceptLanguage.dropIfUnreadable(session.getContext());
        CrossOrigin crossOrigin = new CrossOrigin(session);
        Answers answers = new Answers(session, contract, crossOrigin);
        return answers.unlessRefused(() -> {
            slots.requireRoom();
            Caller caller = admission.apply(new Admission(session, contract, crossOrigin));
            return resource.apply(new Door(session, caller, contract, answers, slots, turns));
        });
    }
}
