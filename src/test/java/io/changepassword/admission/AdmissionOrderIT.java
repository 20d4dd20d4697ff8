package io.changepassword.admission;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.Eventually;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.http.JsonBody;
import io.changepassword.server.KeycloakExtension;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The order of the admission checks: the response to a request with several faults names the first one only. */
@ExtendWith(KeycloakExtension.class)
class AdmissionOrderIT {

    private static final String NO_SCOPE = "no-scope";
    private static final String NO_ROLE = "no-role";
    private static final String SERVICE = "service";
    private static final String SECRET = "s3cr3t-of-the-service";

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .client(NO_SCOPE, Map.of("fullScopeAllowed", false))
            .client(NO_ROLE, Map.of("fullScopeAllowed", false))
            .client(
                    SERVICE,
                    Map.of(
                            "publicClient", false,
                            "secret", SECRET,
                            "serviceAccountsEnabled", true,
                            "fullScopeAllowed", false))
            .with(
                    "clientScopeMappings",
                    Map.of("account", List.of(Map.of("client", NO_ROLE, "roles", List.of("view-profile")))));

    @Test
    void changeWhenManyThingsAreWrongThenTheFirstIsReported() {
        TestUser user = REALM.user();
        String app = user.signIn().accessToken();
        String noScope = user.signIn(NO_SCOPE, "openid").accessToken();
        String noRole = user.signIn(NO_ROLE, "openid").accessToken();
        String service = serviceToken();
        REALM.attributes(Map.of("changePassword.enabled", "false", "changePassword.maxAuthAge", "0"));
        REALM.update(Map.of("sslRequired", "all", "enabled", false));

        assertRefused(twoCredentials().get(REALM.changeUrl()), 405, "This method is not allowed");
        assertRefused(twoCredentials().post(REALM.changeUrl()), 403, "HTTPS required");
        REALM.update(Map.of("sslRequired", "external"));
        assertRefused(twoCredentials().post(REALM.changeUrl()), 403, "This realm");
        REALM.update(Map.of("enabled", true));
        assertRefused(twoCredentials().post(REALM.changeUrl()), 404, "not_found");
        REALM.attributes(Map.of("changePassword.enabled", "true"));
        assertRefused(twoCredentials().post(REALM.changeUrl()), 400, "credential");
        assertRefused(
                crossOrigin().header("Authorization", "Bearer e30.e30.e30").post(REALM.changeUrl()),
                401,
                "invalid_token");
        assertRefused(crossOrigin().auth().oauth2(service).post(REALM.changeUrl()), 403, "origin");
        assertRefused(wrongBody().auth().oauth2(service).post(REALM.changeUrl()), 403, "service account");
        assertRefused(wrongBody().auth().oauth2(noScope).post(REALM.changeUrl()), 401, "not issued");
        Eventually.assertThat(
                () -> wrongBody().auth().oauth2(app).post(REALM.changeUrl()).statusCode(), status -> status == 401);
        assertRefused(wrongBody().auth().oauth2(noRole).post(REALM.changeUrl()), 403, "insufficient_scope");
        assertRefused(wrongBody().auth().oauth2(app).post(REALM.changeUrl()), 401, "insufficient_user_authentication");
        REALM.attributes(Map.of("changePassword.maxAuthAge", ""));
        assertRefused(wrongBody().auth().oauth2(app).post(REALM.changeUrl()), 415, "application/json");
    }

    private static void assertRefused(Response response, int status, String text) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
        assertThat(response.asString()).containsIgnoringCase(text);
    }

    /** A body of the wrong type, and too large to be read. */
    private static RequestSpecification wrongBody() {
        return given().contentType("text/plain").body("x".repeat(JsonBody.MAXIMUM_BYTES + 1));
    }

    private static RequestSpecification crossOrigin() {
        return wrongBody().header("Origin", "http://evil.example");
    }

    private static RequestSpecification twoCredentials() {
        return crossOrigin().header("Authorization", "Bearer a", "Bearer b");
    }

    private static String serviceToken() {
        Map<String, String> grant =
                Map.of("grant_type", "client_credentials", "client_id", SERVICE, "client_secret", SECRET);
        return given().formParams(grant)
                .post(REALM.url("/protocol/openid-connect/token"))
                .then()
                .statusCode(200)
                .extract()
                .path("access_token");
    }
}
