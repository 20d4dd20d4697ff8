package io.changepassword;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.changepassword.credential.ChangeEvents;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Objects;
import org.keycloak.events.Errors;
import org.keycloak.models.UserModel;
import org.keycloak.models.utils.KeycloakModelUtils;

/** Door A, to a caller who has been admitted: change with the current password. */
public final class CurrentPasswordResource {

    static final String PATH = "api/svc/v1/users/change-password";

    static final Endpoint ENDPOINT = new Endpoint(
            HttpMethod.POST, PATH, Endpoint.Credential.AUTHORIZATION, Endpoint.Body.JSON, Contract.CURRENT_PASSWORD);

    private final Door door;

    CurrentPasswordResource(Door door) {
        this.door = door;
    }

    /** @param body is read no further than the limit */
    @POST
    public Response change(InputStream body) {
        return door.serve(() -> {
            CurrentPasswordRequest request = door.read(body, CurrentPasswordRequest::of);
            requireOwnLoginId(request);
            door.change(request.oldPassword(), request.newPassword());
            return door.answers().with(200, JsonNodeFactory.instance.objectNode());
        });
    }

    /** Decided on the caller alone: to look anybody up would tell whether they exist. */
    private void requireOwnLoginId(CurrentPasswordRequest request) {
        String loginId = KeycloakModelUtils.toLowerCaseSafe(request.loginId());
        UserModel user = door.caller().user();
        boolean own = Objects.equals(loginId, KeycloakModelUtils.toLowerCaseSafe(user.getEmail()))
                || Objects.equals(loginId, KeycloakModelUtils.toLowerCaseSafe(user.getUsername()));
        if (!own) {
            ChangeEvents.of(door.session(), door.caller()).refused(Errors.DIFFERENT_USER_AUTHENTICATED, "loginId");
            throw new Refusal(403, Errors.NOT_ALLOWED, "changePassword.loginId");
        }
    }
}
