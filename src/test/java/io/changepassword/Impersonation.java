package io.changepassword;

import static io.restassured.RestAssured.given;

import io.changepassword.server.TestRealm;
import io.changepassword.server.TestUser;
import io.restassured.http.Cookies;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;

/** An administrator who acts as a user: the admin console's "Impersonate", then the app's own login in that session. */
final class Impersonation {

    private Impersonation() {}

    static String accessToken(TestRealm realm, TestUser user) {
        Cookies cookies = realm.admin()
                .post(realm.adminUrl("/users/" + user.id() + "/impersonation"))
                .then()
                .statusCode(200)
                .extract()
                .detailedCookies();
        String redirectUri = TestRealm.ORIGIN + "/callback";
        String location = given().redirects()
                .follow(false)
                .cookies(cookies)
                .queryParams(Map.of(
                        "client_id",
                        TestRealm.APP,
                        "response_type",
                        "code",
                        "scope",
                        "openid",
                        "redirect_uri",
                        redirectUri))
                .get(realm.url("/protocol/openid-connect/auth"))
                .then()
                .statusCode(302)
                .extract()
                .header("Location");
        String code = Arrays.stream(URI.create(location).getQuery().split("&"))
                .filter(parameter -> parameter.startsWith("code="))
                .map(parameter -> parameter.substring("code=".length()))
                .findFirst()
                .orElseThrow();
        return given().formParam("grant_type", "authorization_code")
                .formParam("client_id", TestRealm.APP)
                .formParam("code", code)
                .formParam("redirect_uri", redirectUri)
                .post(realm.url("/protocol/openid-connect/token"))
                .then()
                .statusCode(200)
                .extract()
                .path("access_token");
    }
}
