package io.changepassword.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.changepassword.fixture.Json;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.server.KeycloakExtension;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A path without an endpoint gets our own 404, for every method. */
@ExtendWith(KeycloakExtension.class)
class UnknownPathIT {

    private static final List<String> PATHS = List.of(
            "/",
            "/unknown",
            "/unknown/path",
            "/api",
            "/api/svc/v1/users/change-password/more",
            "/api/svc/v1/users/change-passwords",
            "/auth/change-password/tokens",
            "/auth/change-password/token/more",
            "/auth/change-password/auth/change-password",
            "/API/svc/v1/users/change-password");

    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    @RegisterExtension
    static final TestRealm REALM =
            new TestRealm().with("internationalizationEnabled", true).with("supportedLocales", List.of("en", "de"));

    static Stream<Arguments> requests() {
        return PATHS.stream().flatMap(path -> METHODS.stream().map(method -> Arguments.of(method, path)));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void requestWhenThereIsNoEndpointThen404InJson(String method, String path) {
        Response response = given().urlEncodingEnabled(false)
                .header("Origin", "https://app.example")
                .request(method, REALM.url("/change-password" + path));

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.header("Content-Type")).isEqualTo("application/json;charset=UTF-8");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        assertThat(response.header("Access-Control-Allow-Origin")).isNotNull();
        if (!method.equals("HEAD")) {
            assertThat(response.jsonPath().<Map<String, Object>>get())
                    .isEqualTo(Map.of("error", "not_found", "error_description", "This address does not exist here."));
        }
    }

    /** JAX-RS finds a locator by the beginning of a path. A longer path must not reach the endpoint. */
    @ParameterizedTest
    @ValueSource(strings = {"/more", "/token", "/more/"})
    void changeWhenThereIsMoreBehindThePathThen404AndNothingIsChanged(String more) {
        TestUser user = REALM.user();
        String token = user.signIn().accessToken();

        Response response = given().urlEncodingEnabled(false)
                .header("Authorization", "Bearer " + token)
                .contentType("application/json")
                .body(Json.of(user.body(user.password(), "A-new-Password-1")))
                .post(REALM.changeUrl() + more);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(user.signsInWith(user.password())).isTrue();
        assertThat(user.events()).isEmpty();
    }

    @Test
    void requestWhenTheUserHasALanguageThenTheRequestsLanguageIsUsed() {
        given().header("Accept-Language", "de")
                .get(REALM.url("/change-password/unknown"))
                .then()
                .statusCode(404)
                .body("error_description", equalTo("Diese Adresse gibt es hier nicht."));
    }
}
