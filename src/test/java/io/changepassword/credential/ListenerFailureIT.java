package io.changepassword.credential;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.provider.FailingAfterCommit;
import io.changepassword.server.KeycloakExtension;
import io.restassured.http.ContentType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A failing event listener does not change the response. */
@ExtendWith(KeycloakExtension.class)
class ListenerFailureIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";

    @RegisterExtension
    static final TestRealm REALM = new TestRealm().with("eventsListeners", List.of("jboss-logging"));

    @Test
    @DisplayName(
            "R08 a listener fails after the commit: the change stands, the response is 200, and all effects happen")
    void changeWhenAListenerFailsAfterTheCommitThenTheChangeStands() {
        TestUser user = REALM.user();
        Tokens own = user.signIn();
        Tokens other = user.signIn();
        withFailingListener(
                () -> assertThat(user.change(own, user.password(), NEW_PASSWORD).statusCode())
                        .isEqualTo(200));

        REALM.refresh(other).then().statusCode(400);
        assertThat(user.signsInWith(NEW_PASSWORD)).isTrue();
        assertThat(user.events())
                .extracting(event -> event.get("type"))
                .contains("UPDATE_CREDENTIAL", "UPDATE_PASSWORD")
                .doesNotContain("UPDATE_CREDENTIAL_ERROR");
    }

    @Test
    @DisplayName("R08 a listener fails at a refusal: the response is the same")
    void changeWhenAListenerFailsAtARefusalThenTheResponseIsTheSame() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        withFailingListener(() -> {
            assertThat(user.change(tokens, "wrong", NEW_PASSWORD).statusCode()).isEqualTo(400);
            assertThat(user.change(tokens, List.of()).statusCode()).isEqualTo(400);
            var stranger = user.body(user.password(), NEW_PASSWORD);
            stranger.put("loginId", "somebody@example.com");
            assertThat(user.change(tokens, stranger).statusCode()).isEqualTo(403);
            assertThat(given().contentType(ContentType.JSON)
                            .body("{}")
                            .post(REALM.changeUrl())
                            .statusCode())
                    .isEqualTo(401);
        });
        assertThat(user.signsInWith(user.password())).isTrue();
    }

    private static void withFailingListener(Runnable requests) {
        REALM.update(Map.of("eventsListeners", List.of("jboss-logging", FailingAfterCommit.ID)));
        try {
            requests.run();
        } finally {
            REALM.update(Map.of("eventsListeners", List.of("jboss-logging")));
        }
    }
}
