package io.changepassword.api;

import io.changepassword.actiontoken.ActionTokenProof;
import io.changepassword.admission.AdmittedRequest;
import io.changepassword.credential.ChangeEvents;
import io.changepassword.credential.PasswordChange;
import io.changepassword.credential.Proof;
import io.changepassword.http.Endpoint;
import io.changepassword.http.ErrorFormat;
import io.changepassword.http.JsonBody;
import io.changepassword.limits.HashingPermits;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Instant;

/** Changes the password of a caller who has been admitted, with a single-use action token. */
public final class ActionTokenResource {

    static final String PATH = "auth/change-password";

    public static final Endpoint ENDPOINT = new Endpoint(
            HttpMethod.POST,
            PATH,
            Endpoint.Credential.AUTHORIZATION_OR_X_ACCESS_TOKEN,
            Endpoint.Body.JSON,
            ErrorFormat.VALIDATION,
            ChangeEvents.Kind.CHANGE);

    private final AdmittedRequest request;
    private final HashingPermits hashing;

    ActionTokenResource(AdmittedRequest request, HashingPermits hashing) {
        this.request = request;
        this.hashing = hashing;
    }

    /** @param stream is read no further than the limit of a body */
    @POST
    public Response change(InputStream stream) {
        return request.serve(() -> {
            ActionTokenRequest body = ActionTokenRequest.of(JsonBody.read(stream));
            Proof proof =
                    new ActionTokenProof(request.session(), request.caller().client(), body.token());
            Instant changedAt =
                    new PasswordChange(request.session(), request.caller(), hashing).change(proof, body.password());
            return request.responses().with(200, new UserView(request.session(), request.caller(), changedAt).json());
        });
    }
}
