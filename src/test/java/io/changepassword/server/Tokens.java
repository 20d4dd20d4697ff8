package io.changepassword.server;

import io.restassured.response.Response;

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
}
