package io.changepassword.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.server.KeycloakExtension;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which events a refusal fires: of what kind, how many, and whether they name the caller. */
@ExtendWith(KeycloakExtension.class)
class RefusalEventsIT {

    @RegisterExtension
    static final TestRealm REALM = new TestRealm();

    @BeforeEach
    @AfterEach
    void forgetEvents() {
        REALM.admin().delete(REALM.adminUrl("/events")).then().statusCode(204);
    }

    @Test
    void requestWhenNobodyIsKnownThenOneEvent() {
        given().post(REALM.changeUrl()).then().statusCode(401);

        assertThat(errors())
                .singleElement()
                .satisfies(event -> assertThat(event)
                        .containsEntry("type", "UPDATE_CREDENTIAL_ERROR")
                        .containsEntry("error", "invalid_token")
                        .doesNotContainKey("userId")
                        .doesNotContainKey("sessionId"));
    }

    @Test
    void requestWhenTheCallerIsKnownThenTwinsThatNameThem() {
        TestUser user = REALM.user();
        var tokens = user.signIn();

        given().auth()
                .oauth2(tokens.accessToken())
                .contentType("text/plain")
                .body("{}")
                .post(REALM.changeUrl())
                .then()
                .statusCode(415);

        assertThat(errors())
                .extracting(event -> event.get("type"), event -> event.get("error"), event -> event.get("userId"))
                .containsExactlyInAnyOrder(
                        tuple("UPDATE_CREDENTIAL_ERROR", "invalid_request", user.id()),
                        tuple("UPDATE_PASSWORD_ERROR", "invalid_request", user.id()));
    }

    @Test
    void requestWhenTheMailIsRefusedToNobodyKnownThenOneEventOfItsKind() {
        given().post(REALM.tokenMailUrl()).then().statusCode(401);

        assertThat(errors())
                .extracting(event -> event.get("type"), event -> event.get("error"), event -> event.get("userId"))
                .containsExactly(tuple("SEND_RESET_PASSWORD_ERROR", "invalid_token", null));
    }

    @Test
    void requestWhenTheMailIsRefusedInAdmissionOrLaterThenOneEventOfItsKindThatNamesThem() {
        TestUser user = REALM.user();
        user.update(Map.of("emailVerified", false));
        var tokens = user.signIn();

        user.requestToken(tokens).then().statusCode(403);
        given().auth()
                .oauth2(tokens.accessToken())
                .header("Origin", "https://foreign.example")
                .post(REALM.tokenMailUrl())
                .then()
                .statusCode(403);

        assertThat(errors())
                .extracting(event -> event.get("type"), event -> event.get("error"), event -> event.get("userId"))
                .containsExactlyInAnyOrder(
                        tuple("SEND_RESET_PASSWORD_ERROR", "invalid_email", user.id()),
                        tuple("SEND_RESET_PASSWORD_ERROR", "not_allowed", user.id()));
    }

    @Test
    void requestWhenThereIsNoEndpointThenNoEvent() {
        given().post(REALM.url("/change-password/unknown")).then().statusCode(404);
        given().get(REALM.changeUrl()).then().statusCode(405);

        assertThat(errors()).isEmpty();
    }

    private static List<Map<String, Object>> errors() {
        List<Map<String, Object>> events = REALM.admin()
                .get(REALM.adminUrl("/events"))
                .then()
                .statusCode(200)
                .extract()
                .path("$");
        return events.stream()
                .filter(event -> event.get("type").toString().endsWith("_ERROR"))
                .toList();
    }
}
