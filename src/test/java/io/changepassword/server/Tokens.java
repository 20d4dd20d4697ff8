package io.changepassword.server;

import com.nimbusds.jwt.SignedJWT;
import io.restassured.response.Response;
import java.text.ParseException;

/**
 * What the token endpoint has issued.
 *
 * @param client to which
 */
public record Tokens(String client, String accessToken, String refreshToken, String idToken) {

    /** @param response of the token endpoint; anything but a success fails the test */
    public static Tokens of(String client, Response response) {
        var body = response.then().statusCode(200).extract();
        return new Tokens(client, body.path("access_token"), body.path("refresh_token"), body.path("id_token"));
    }

    /** @return the id of the user session they belong to */
    public String sessionId() {
        try {
            return SignedJWT.parse(accessToken).getJWTClaimsSet().getStringClaim("sid");
        } catch (ParseException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
