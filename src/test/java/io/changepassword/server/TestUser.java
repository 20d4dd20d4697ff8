package io.changepassword.server;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;

/**
 * A user of a test, with what an app, and an administrator, can do about them.
 *
 * @param password the one they were made with
 */
public record TestUser(TestRealm realm, String id, String username, String email, String password) {

    /** The same user, with the password they have now. */
    public TestUser with(String newPassword) {
        return new TestUser(realm, id, username, email, newPassword);
    }

    /** Signs in with the app that may call the API. */
    public Tokens signIn() {
        return signIn(TestRealm.APP, "openid");
    }

    public Tokens signIn(String client, String scope) {
        return Tokens.of(client, realm.grant(client, username, password, scope));
    }

    /** Whether this password signs in; a wrong one counts at the brute-force detection. */
    public boolean signsInWith(String candidate) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < deadline) {
            if (realm.grant(TestRealm.APP, username, candidate, "openid").statusCode() == 200) {
                return true;
            }
            if (!lastLoginWasStillUnderWay()) {
                return false;
            }
        }
        throw new AssertionError("Keycloak does not finish a login of " + username);
    }

    /** Keycloak refuses a login, as if the user were locked, while it has not quite finished the last one. */
    private boolean lastLoginWasStillUnderWay() {
        String error = realm.admin()
                .queryParam("user", id)
                .queryParam("type", "LOGIN_ERROR")
                .queryParam("max", 1)
                .get(realm.adminUrl("/events"))
                .path("[0].error");
        return "user_temporarily_disabled".equals(error) && !isLocked();
    }

    /** The body of door A, as a client would send it for this user. */
    public Map<String, Object> body(String oldPassword, String newPassword) {
        return new HashMap<>(Map.of("loginId", email, "oldPassword", oldPassword, "newPassword", newPassword));
    }

    /** Asks door A. */
    public Response change(Tokens tokens, String oldPassword, String newPassword) {
        return change(tokens, body(oldPassword, newPassword));
    }

    /** Asks door A. */
    public Response change(Tokens tokens, Object body) {
        return given().auth()
                .oauth2(tokens.accessToken())
                .contentType(ContentType.JSON)
                .body(body)
                .post(realm.changeUrl());
    }

    /** Asks door B. */
    public Response redeem(Tokens tokens, String token, String newPassword) {
        return redeem(tokens, Map.of("password", newPassword, "token", token));
    }

    /** Asks door B. */
    public Response redeem(Tokens tokens, Object body) {
        return given().auth()
                .oauth2(tokens.accessToken())
                .contentType(ContentType.JSON)
                .body(body)
                .post(realm.tokenUrl());
    }

    /** Asks for a token by mail. */
    public Response requestToken(Tokens tokens) {
        return given().auth().oauth2(tokens.accessToken()).post(realm.tokenMailUrl());
    }

    /** What the admin console's "Credential reset" does. */
    public void credentialReset(List<String> actions) {
        realm.admin()
                .body(actions)
                .put(realm.adminUrl("/users/" + id + "/execute-actions-email"))
                .then()
                .statusCode(204);
    }

    /** The stored password: its id, when it was made, and its data. */
    public List<Map<String, Object>> credentials() {
        return realm.admin()
                .get(realm.adminUrl("/users/" + id + "/credentials"))
                .then()
                .statusCode(200)
                .extract()
                .path("$");
    }

    /** As an administrator does, and as it is of users of an identity provider, or of a passkey. */
    public void deletePassword() {
        realm.admin()
                .delete(realm.adminUrl(
                        "/users/" + id + "/credentials/" + credentials().get(0).get("id")))
                .then()
                .statusCode(204);
    }

    /** Keycloak's count of this user's failed logins. */
    public int failures() {
        return bruteForce().path("numFailures");
    }

    /** Whether Keycloak has locked this user for a time. */
    public boolean isLocked() {
        return bruteForce().path("disabled");
    }

    private Response bruteForce() {
        return realm.admin().get(realm.adminUrl("/attack-detection/brute-force/users/" + id));
    }

    /** Changes fields of the user. */
    public void update(Map<String, Object> fields) {
        Map<String, Object> user = realm.admin()
                .get(realm.adminUrl("/users/" + id))
                .then()
                .extract()
                .path("$");
        Map<String, Object> changed = new HashMap<>(user);
        changed.putAll(fields);
        realm.admin().body(changed).put(realm.adminUrl("/users/" + id)).then().statusCode(204);
    }

    public List<String> requiredActions() {
        return realm.admin()
                .get(realm.adminUrl("/users/" + id))
                .then()
                .statusCode(200)
                .extract()
                .path("requiredActions");
    }

    /** The user's events about credentials and logouts, the newest first. */
    public List<Map<String, Object>> events() {
        return realm.admin()
                .queryParam("user", id)
                .queryParam(
                        "type",
                        "UPDATE_CREDENTIAL",
                        "UPDATE_CREDENTIAL_ERROR",
                        "UPDATE_PASSWORD",
                        "UPDATE_PASSWORD_ERROR",
                        "LOGOUT")
                .get(realm.adminUrl("/events"))
                .then()
                .statusCode(200)
                .extract()
                .path("$");
    }

    /** Asserts that nothing has happened: what is stored, what signs in, and the two error events. */
    public void assertRefused(List<Map<String, Object>> credentialsBefore, String error) {
        assertThat(credentials()).isEqualTo(credentialsBefore);
        assertThat(signsInWith(password)).as("the old password signs in").isTrue();
        assertEvents(error);
    }

    /** Asserts that exactly one pair of error events has been fired, with this error. */
    public void assertEvents(String error) {
        assertThat(events())
                .extracting(event -> event.get("type"), event -> event.get("error"))
                .containsExactlyInAnyOrder(
                        Tuple.tuple("UPDATE_CREDENTIAL_ERROR", error), Tuple.tuple("UPDATE_PASSWORD_ERROR", error));
    }
}
