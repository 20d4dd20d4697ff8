package io.changepassword.settings;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.Eventually;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a realm's state and settings affect a request. */
@ExtendWith(KeycloakExtension.class)
class RealmStateIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";

    @RegisterExtension
    static final TestRealm REALM = new TestRealm();

    @Test
    @DisplayName("T30 realm requires HTTPS: 403")
    void changeWhenRealmDemandsHttpsThen403() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        REALM.update(Map.of("sslRequired", "all"));
        try {
            Response response = user.change(tokens, user.password(), NEW_PASSWORD);
            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(response.<String>path("error")).isEqualTo("invalid_request");
            assertThat(response.<String>path("error_description")).isEqualTo("HTTPS required");
            assertThat(REALM.anonymousErrors()).startsWith("ssl_required");
        } finally {
            REALM.update(Map.of("sslRequired", "external"));
        }
        assertThat(user.signsInWith(user.password())).isTrue();
    }

    @Test
    @DisplayName("T30 realm requires HTTPS, and the request uses it: accepted")
    void changeWhenRealmDemandsHttpsAndHasItThenAccepted() {
        TestUser user = REALM.user();
        String tls = REALM.server().tlsUrl() + "/realms/" + REALM.name();
        REALM.update(Map.of("sslRequired", "all"));
        try {
            Map<String, String> grant = Map.of(
                    "grant_type",
                    "password",
                    "client_id",
                    TestRealm.APP,
                    "username",
                    user.username(),
                    "password",
                    user.password(),
                    "scope",
                    "openid");
            String token = given().relaxedHTTPSValidation()
                    .formParams(grant)
                    .post(tls + "/protocol/openid-connect/token")
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("access_token");
            given().relaxedHTTPSValidation()
                    .auth()
                    .oauth2(token)
                    .contentType(ContentType.JSON)
                    .body(user.body(user.password(), NEW_PASSWORD))
                    .post(REALM.changeUrl()
                            .replace(
                                    REALM.server().url().toString(),
                                    REALM.server().tlsUrl().toString()))
                    .then()
                    .statusCode(200);
        } finally {
            REALM.update(Map.of("sslRequired", "external"));
        }
    }

    @Test
    @DisplayName("T30 realm is disabled: 403")
    void changeWhenRealmIsDisabledThen403() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        REALM.update(Map.of("enabled", false));
        try {
            Response response = user.change(tokens, user.password(), NEW_PASSWORD);
            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(response.<String>path("error")).isEqualTo("access_denied");
            assertThat(REALM.anonymousErrors()).startsWith("realm_disabled");
        } finally {
            REALM.update(Map.of("enabled", true));
        }
        assertThat(user.signsInWith(user.password())).isTrue();
    }

    @Test
    void changeWhenApiIsSwitchedOffThen404() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        REALM.attributes(Map.of("changePassword.enabled", "false"));
        try {
            Response response = user.change(tokens, user.password(), NEW_PASSWORD);
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.<String>path("error")).isEqualTo("not_found");
            assertThat(REALM.anonymousErrors()).startsWith("not_allowed");
        } finally {
            REALM.attributes(Map.of("changePassword.enabled", ""));
        }
        user.change(tokens, user.password(), NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    void changeWhenRealmDoesNotExistThen404() {
        given().post(REALM.server().url() + "/realms/none/change-password/api/svc/v1/users/change-password")
                .then()
                .statusCode(404);
    }

    @Test
    void changeWhenRealmWantsLongerPasswordsThenSettingHolds() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        REALM.attributes(Map.of("changePassword.minimumLength", "20"));
        try {
            Response response = user.change(tokens, user.password(), "x".repeat(19));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.<List<List<Integer>>>path("violations.params")).containsExactly(List.of(20));
            user.change(tokens, user.password(), "x".repeat(20)).then().statusCode(200);
        } finally {
            REALM.attributes(Map.of("changePassword.minimumLength", ""));
        }
    }

    @Test
    void changeWhenSettingIsBadThenDefaultHolds() {
        TestUser user = REALM.user();
        REALM.attributes(Map.of("changePassword.minimumLength", "3", "changePassword.endSessions", "nonsense"));
        try {
            Tokens tokens = user.signIn();
            user.change(tokens, user.password(), "short").then().statusCode(400);
            user.change(tokens, user.password(), NEW_PASSWORD).then().statusCode(200);
        } finally {
            REALM.attributes(Map.of("changePassword.minimumLength", "", "changePassword.endSessions", ""));
        }
    }

    @Test
    @DisplayName("T28 authentication is too old: 401 with max age")
    void changeWhenAuthenticationIsTooOldThen401WithMaxAge() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        REALM.attributes(Map.of("changePassword.maxAuthAge", "0"));
        try {
            Eventually.assertThat(
                    () -> user.change(tokens, "wrong", NEW_PASSWORD).statusCode(), status -> status == 401);
            Response response = user.change(tokens, user.password(), NEW_PASSWORD);
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.<String>path("error")).isEqualTo("insufficient_user_authentication");
            assertThat(user.events())
                    .first()
                    .extracting(event -> event.get("error"))
                    .isEqualTo("not_allowed");
            assertThat(response.header("WWW-Authenticate"))
                    .contains("error=\"insufficient_user_authentication\"")
                    .contains("max_age=\"0\"");
            REALM.attributes(Map.of("changePassword.maxAuthAge", "3600"));
            user.change(tokens, user.password(), NEW_PASSWORD).then().statusCode(200);
        } finally {
            REALM.attributes(Map.of("changePassword.maxAuthAge", ""));
        }
    }
}
