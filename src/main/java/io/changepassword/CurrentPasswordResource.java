package io.changepassword;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.credential.Caller;
import io.changepassword.credential.ChangeEvents;
import io.changepassword.credential.ChangeRefusedException;
import io.changepassword.credential.HashingTurns;
import io.changepassword.credential.PasswordChange;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import org.keycloak.OAuthErrorException;
import org.keycloak.events.Errors;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.utils.KeycloakModelUtils;

/** Door A, to a caller who has been admitted: change with the current password. */
public final class CurrentPasswordResource {

    private final KeycloakSession session;
    private final Caller caller;
    private final Answers answers;
    private final RequestSlots slots;
    private final HashingTurns turns;

    CurrentPasswordResource(
            KeycloakSession session, Caller caller, Answers answers, RequestSlots slots, HashingTurns turns) {
        this.session = session;
        this.caller = caller;
        this.answers = answers;
        this.slots = slots;
        this.turns = turns;
    }

    /** @param body is read no further than the limit */
    @POST
    public Response change(InputStream body) {
        return answers.unlessRefused(() -> slots.serve(caller, this::tooManyAtOnce, () -> serve(body)));
    }

    private Response serve(InputStream body) {
        CurrentPasswordRequest request = parse(read(body));
        requireOwnLoginId(request);
        change(request);
        return answers.changed();
    }

    private Refusal tooManyAtOnce() {
        ChangeEvents.of(session, caller).refused(Errors.NOT_ALLOWED, "conflict");
        return Refusal.conflict();
    }

    private ObjectNode read(InputStream body) {
        try {
            return JsonBody.read(body).orElseThrow(this::noBody);
        } catch (JsonBody.TooLargeException tooLarge) {
            ChangeEvents.of(session, caller).refused(Errors.INVALID_REQUEST, "size");
            throw Refusal.bodyTooLarge();
        } catch (IOException tooSlowOrDisconnected) {
            throw noBody();
        }
    }

    private Refusal noBody() {
        ChangeEvents.of(session, caller).refused(Errors.INVALID_REQUEST, "body");
        return new Refusal(400, OAuthErrorException.INVALID_REQUEST, "changePassword.body");
    }

    private CurrentPasswordRequest parse(ObjectNode body) {
        try {
            return CurrentPasswordRequest.of(body);
        } catch (CurrentPasswordRequest.InvalidFieldsException invalid) {
            String error = invalid.passwordMissing() ? Errors.PASSWORD_MISSING : Errors.INVALID_REQUEST;
            ChangeEvents.of(session, caller).refused(error, "body");
            throw new Refusal(400, OAuthErrorException.INVALID_REQUEST, "changePassword.fields").with(invalid.faults());
        }
    }

    /** Decided on the caller alone: to look anybody up would tell whether they exist. */
    private void requireOwnLoginId(CurrentPasswordRequest request) {
        String loginId = KeycloakModelUtils.toLowerCaseSafe(request.loginId());
        boolean own =
                loginId.equals(KeycloakModelUtils.toLowerCaseSafe(caller.user().getEmail()))
                        || loginId.equals(
                                KeycloakModelUtils.toLowerCaseSafe(caller.user().getUsername()));
        if (!own) {
            ChangeEvents.of(session, caller).refused(Errors.DIFFERENT_USER_AUTHENTICATED, "loginId");
            throw new Refusal(403, Errors.NOT_ALLOWED, "changePassword.loginId");
        }
    }

    private void change(CurrentPasswordRequest request) {
        try {
            new PasswordChange(session, caller, turns)
                    .withCurrentPassword(request.oldPassword(), request.newPassword());
        } catch (ChangeRefusedException refused) {
            throw Refusal.of(refused, new Challenge(session));
        }
    }
}
