package io.changepassword;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.Mailbox;
import io.changepassword.server.OptimisedImage;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The image of {@code docker/Dockerfile}, on a real PostgreSQL, with the demo realm. */
@EnabledIfSystemProperty(
        named = "keycloak.server",
        matches = "container",
        disabledReason = "it wants a container engine: -Dkeycloak.server=container")
class DockerImageIT {

    @RegisterExtension
    static final Mailbox MAILBOX = new Mailbox();

    @RegisterExtension
    static final OptimisedImage IMAGE = new OptimisedImage(MAILBOX);

    @Test
    void imageRunsAsKeycloakAndNotAsRoot() throws Exception {
        assertThat(IMAGE.user()).isEqualTo("1000");
    }

    @Test
    void changeWithTheCurrentPasswordThenTheNewOneSignsIn() {
        String alice = token("alice", "Wonderland-1");

        given().auth()
                .oauth2(alice)
                .contentType(ContentType.JSON)
                .body(Map.of(
                        "loginId", "alice@example.com",
                        "oldPassword", "Wonderland-1",
                        "newPassword", "LookingGlass-2"))
                .post(IMAGE.url() + "/realms/demo/change-password/api/svc/v1/users/change-password")
                .then()
                .statusCode(200);

        assertThat(grant("alice", "LookingGlass-2").statusCode()).isEqualTo(200);
        assertThat(grant("alice", "Wonderland-1").<String>path("error")).isEqualTo("invalid_grant");
    }

    @Test
    void changeWithAMailedTokenThenTheNewOneSignsIn() {
        String bob = token("bob", "Builder-2026");
        String endpoint = IMAGE.url() + "/realms/demo/change-password/auth/change-password";

        given().header("x-access-token", bob).post(endpoint + "/token").then().statusCode(202);
        Response changed = given().header("x-access-token", bob)
                .contentType(ContentType.JSON)
                .body(Map.of("password", "Bulldozer-2027", "token", MAILBOX.token()))
                .post(endpoint);

        assertThat(changed.statusCode()).as(changed.asString()).isEqualTo(200);
        assertThat(changed.<String>path("username")).isEqualTo("bob");
        assertThat(grant("bob", "Bulldozer-2027").statusCode()).isEqualTo(200);
    }

    private static String token(String username, String password) {
        return grant(username, password).then().statusCode(200).extract().path("access_token");
    }

    private static Response grant(String username, String password) {
        return given().formParam("grant_type", "password")
                .formParam("client_id", "demo-app")
                .formParam("username", username)
                .formParam("password", password)
                .post(IMAGE.url() + "/realms/demo/protocol/openid-connect/token");
    }
}
