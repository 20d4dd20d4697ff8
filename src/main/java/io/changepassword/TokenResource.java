package io.changepassword;

import io.changepassword.credential.Proof;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Instant;

/** Door B, to a caller who has been admitted: change with a single-use token. */
public final class TokenResource {

    static final String PATH = "auth/change-password";

    static final Endpoint ENDPOINT = new Endpoint(
            HttpMethod.POST,
            PATH,
            Endpoint.Credential.AUTHORIZATION_OR_X_ACCESS_TOKEN,
            Endpoint.Body.JSON,
            Contract.TOKEN);

    private final Door door;

    TokenResource(Door door) {
        this.door = door;
    }

    /** @param body is read no further than the limit */
    @POST
    public Response change(InputStream body) {
        return door.serve(() -> {
            TokenRequest request = door.read(body, TokenRequest::of);
            Proof proof = new ActionTokenProof(door.session(), door.caller().client(), request.token());
            Instant changedAt = door.change(proof, request.password());
            return door.answers().with(200, new UserView(door.session(), door.caller(), changedAt).json());
        });
    }
}
