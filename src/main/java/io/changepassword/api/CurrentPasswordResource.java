package io.changepassword.api;

import io.changepassword.admission.AdmittedRequest;
import io.changepassword.credential.ChangeEvents;
import io.changepassword.credential.PasswordChange;
import io.changepassword.http.Endpoint;
import io.changepassword.http.ErrorFormat;
import io.changepassword.http.JsonBody;
import io.changepassword.http.Refusal;
import io.changepassword.http.RequestRefusedException;
import io.changepassword.limits.HashingPermits;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import org.keycloak.models.UserModel;
import org.keycloak.models.utils.KeycloakModelUtils;

/** Changes the password of a caller who has been admitted, with the current password. */
public final class CurrentPasswordResource {

    static final String PATH = "api/svc/v1/users/change-password";

    public static final Endpoint ENDPOINT = new Endpoint(
            HttpMethod.POST,
            PATH,
            Endpoint.Credential.AUTHORIZATION,
            Endpoint.Body.JSON,
            ErrorFormat.OAUTH,
            ChangeEvents.Kind.CHANGE);

    private final AdmittedRequest request;
    private final HashingPermits hashing;

    CurrentPasswordResource(AdmittedRequest request, HashingPermits hashing) {
        this.request = request;
        this.hashing = hashing;
    }

    /** @param stream is read no further than the limit of a body */
    @POST
    public Response change(InputStream stream) {
        return request.serve(() -> {
            CurrentPasswordRequest body = CurrentPasswordRequest.of(JsonBody.read(stream));
            requireOwn(body.loginId());
            new PasswordChange(request.session(), request.caller(), hashing)
                    .change(body.oldPassword(), body.newPassword());
            return request.responses().with(200, Map.of());
        });
    }

    /** Compared with the caller alone: to look anybody up would disclose whether they exist. */
    private void requireOwn(String sent) {
        String loginId = KeycloakModelUtils.toLowerCaseSafe(sent);
        UserModel user = request.caller().user();
        boolean own = Objects.equals(loginId, KeycloakModelUtils.toLowerCaseSafe(user.getEmail()))
                || Objects.equals(loginId, KeycloakModelUtils.toLowerCaseSafe(user.getUsername()));
        if (!own) {
            throw new RequestRefusedException(Refusal.LOGIN_ID);
        }
    }
}
