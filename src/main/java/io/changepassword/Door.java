package io.changepassword;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.credential.Caller;
import io.changepassword.credential.ChangeEvents;
import io.changepassword.credential.ChangeRefusedException;
import io.changepassword.credential.HashingTurns;
import io.changepassword.credential.PasswordChange;
import io.changepassword.credential.Proof;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Supplier;
import org.keycloak.OAuthErrorException;
import org.keycloak.events.Errors;
import org.keycloak.models.KeycloakSession;

/**
 * One request of a caller who has been admitted: what the doors have in common.
 *
 * @param session Keycloak's, of this request
 * @param caller who asks
 * @param endpoint that is asked
 * @param answers to them
 * @param slots of this node
 * @param turns of this node
 */
record Door(
        KeycloakSession session,
        Caller caller,
        Endpoint endpoint,
        Answers answers,
        RequestSlots slots,
        HashingTurns turns) {

    /** Runs the work of the request, if the caller, and this node, have not too much under way. */
    Response serve(Supplier<Response> work) {
        return answers.unlessRefused(() -> slots.serve(caller, this::tooManyAtOnce, work));
    }

    private Refusal tooManyAtOnce() {
        ChangeEvents.of(session, caller).refused(Errors.NOT_ALLOWED, "conflict");
        return Refusal.conflict();
    }

    /** @throws Refusal if the body is none, or a field has not the shape that the parser demands */
    <T> T read(InputStream body, Function<ObjectNode, T> parser) {
        try {
            return parser.apply(JsonBody.read(body).orElseThrow(this::noBody));
        } catch (JsonBody.TooLargeException tooLarge) {
            ChangeEvents.of(session, caller).refused(Errors.INVALID_REQUEST, "size");
            throw Refusal.bodyTooLarge();
        } catch (IOException tooSlowOrDisconnected) {
            throw noBody();
        } catch (BodyFields.InvalidFieldsException invalid) {
            String error = invalid.passwordMissing() ? Errors.PASSWORD_MISSING : Errors.INVALID_REQUEST;
            ChangeEvents.of(session, caller).refused(error, "body");
            throw new Refusal(400, OAuthErrorException.INVALID_REQUEST, "changePassword.fields").with(invalid.faults());
        }
    }

    private Refusal noBody() {
        ChangeEvents.of(session, caller).refused(Errors.INVALID_REQUEST, "body");
        return new Refusal(400, OAuthErrorException.INVALID_REQUEST, "changePassword.body").about("body");
    }

    /**
     * @return when the new password was set
     * @throws Refusal if it was not
     */
    Instant change(Proof proof, String newPassword) {
        return decide(change -> change.with(proof, newPassword));
    }

    /** @throws Refusal if the caller is locked, and no change would be made */
    void requireUnlocked() {
        decide(change -> {
            change.requireUnlocked();
            return null;
        });
    }

    private <T> T decide(Function<PasswordChange, T> step) {
        try {
            return step.apply(new PasswordChange(session, caller, turns));
        } catch (ChangeRefusedException refused) {
            throw Refusal.of(refused, endpoint.errors(), new Challenge(session));
        }
    }
}
