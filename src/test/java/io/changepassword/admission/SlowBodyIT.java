package io.changepassword.admission;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.Eventually;
import io.changepassword.fixture.Json;
import io.changepassword.fixture.RawRequest;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.http.JsonBody;
import io.changepassword.limits.RequestPermits;
import io.changepassword.server.KeycloakExtension;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bodies that come slowly, or after the realm or the session has changed. */
@ExtendWith(KeycloakExtension.class)
class SlowBodyIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";
    private static final String LEAVER = "leaver";

    /** More than Keycloak has worker threads. */
    private static final int CONNECTIONS = 60;

    @RegisterExtension
    static final TestRealm REALM = new TestRealm().client(LEAVER, Map.of());

    @Test
    @DisplayName("R11 slow bodies without a token get 401 at once, and the node stays live")
    void changeWhenManyBodiesAreSlowAndUnauthenticatedThenOthersAreServed() throws Exception {
        TestUser other = REALM.user();
        Tokens tokens = other.signIn();
        List<RawRequest> slow = open("", "{\"loginId\"");
        try {
            for (RawRequest request : slow) {
                assertThat(request.status()).isEqualTo(401);
            }
            assertServed(other, tokens);
        } finally {
            RawRequest.closeAll(slow);
        }
    }

    @Test
    @DisplayName("R12 slow bodies of one user do not keep the node from serving another")
    void changeWhenManyBodiesOfOneUserAreSlowThenOthersAreServed() throws Exception {
        TestUser user = REALM.user();
        TestUser other = REALM.user();
        Tokens tokens = other.signIn();
        List<RawRequest> slow = new ArrayList<>();
        try {
            slow.addAll(open(user.signIn().accessToken(), "{\"loginId\""));
            assertServed(other, tokens);
            // All requests beyond the session's limit get a response at once; the few that wait for a body block
            // nobody.
            Eventually.assertThat(
                    () -> slow.stream().filter(RawRequest::isRespondedTo).count(),
                    responded -> responded == CONNECTIONS - RequestPermits.PER_SESSION);
            assertThat(user.events()).extracting(event -> event.get("error")).contains("not_allowed");
        } finally {
            RawRequest.closeAll(slow);
        }
        // The permits are released.
        Eventually.assertThat(
                () -> user.change(user.signIn(), "wrong", NEW_PASSWORD).statusCode(), status -> status == 400);
    }

    @Test
    void changeWhenTheNodeHasItsShareThenEverybodyGets503AtOnce() throws Exception {
        List<RawRequest> slow = new ArrayList<>();
        try {
            // More requests than the node serves at once; no user and no session exceeds their own limit.
            for (int users = 0; users < 3; users++) {
                TestUser user = REALM.user();
                for (int sessions = 0; sessions < RequestPermits.PER_USER / RequestPermits.PER_SESSION; sessions++) {
                    String token = user.signIn().accessToken();
                    for (int requests = 0; requests < RequestPermits.PER_SESSION; requests++) {
                        slow.add(RawRequest.post(REALM, token, 200));
                    }
                }
            }
            Eventually.assertThat(() -> given().post(REALM.changeUrl()).statusCode(), status -> status == 503);
            Response response = given().post(REALM.changeUrl());
            assertThat(response.<String>path("error")).isEqualTo("temporarily_unavailable");
            assertThat(Integer.parseInt(response.header("Retry-After"))).isBetween(5, 15);
            given().get(REALM.url("/.well-known/openid-configuration")).then().statusCode(200);
        } finally {
            RawRequest.closeAll(slow);
        }
        Eventually.assertThat(() -> given().post(REALM.changeUrl()).statusCode(), status -> status == 401);
    }

    @Test
    @DisplayName("R12 a body that comes byte by byte gets no more than ten seconds")
    void changeWhenABodyComesByteByByteThenItIsNotWaitedFor() throws Exception {
        TestUser user = REALM.user();
        try (RawRequest request = RawRequest.post(REALM, user.signIn().accessToken(), JsonBody.MAXIMUM_BYTES)) {
            Eventually.assertThat(
                    () -> {
                        send(request, " ");
                        return request.isRespondedTo();
                    },
                    responded -> responded);
            assertThat(request.status()).isEqualTo(400);
        }
        user.assertEvents("invalid_request");
    }

    @Test
    @DisplayName("T12 T16 the session, client or realm ended while the body was on its way: refused")
    void changeWhenTheSessionEndsBeforeTheBodyHasComeThenRefused() throws Exception {
        Map<String, Runnable> endings = Map.of(
                "logout", () -> REALM.admin().post(REALM.adminUrl("/logout-all")),
                "client disabled", () -> REALM.updateClient(LEAVER, Map.of("enabled", false)),
                "API off", () -> REALM.attributes(Map.of("changePassword.enabled", "false")),
                "realm disabled", () -> REALM.update(Map.of("enabled", false)));
        for (var ending : endings.entrySet()) {
            TestUser user = REALM.user();
            Tokens tokens = user.signIn(LEAVER, "openid");
            var before = user.credentials();
            try {
                // The limit may refuse this very request. Then nothing has ended yet, and the request is sent again.
                int status = 409;
                while (status == 409) {
                    status = changeAround(ending.getValue(), user, tokens);
                }
                assertThat(status).as(ending.getKey()).isEqualTo(401);
            } finally {
                REALM.update(Map.of("enabled", true));
                REALM.attributes(Map.of("changePassword.enabled", ""));
                REALM.updateClient(LEAVER, Map.of("enabled", true));
            }
            assertThat(user.credentials()).as(ending.getKey()).isEqualTo(before);
        }
    }

    @Test
    @DisplayName("R14 the client disconnects before the response: the change is made once, and no lock is left")
    void changeWhenTheClientIsGoneBeforeTheResponseThenItIsMadeOnce() throws Exception {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        String body = Json.of(user.body(user.password(), NEW_PASSWORD));
        try (RawRequest request = RawRequest.post(REALM, tokens.accessToken(), body.length())) {
            request.send(body);
            Eventually.assertThat(() -> user.events().size(), events -> events >= 2);
        }
        assertThat(user.credentials()).hasSize(1);
        Tokens again = Tokens.of(TestRealm.APP, REALM.grant(TestRealm.APP, user.username(), NEW_PASSWORD, "openid"));
        user.change(again, NEW_PASSWORD, "Yet-another-Password-2").then().statusCode(200);
    }

    @Test
    @DisplayName("R15 the realm is gone when the body comes: refused, and no server error")
    void changeWhenTheRealmIsDeletedMeanwhileThenRefused() throws Exception {
        TestRealm realm = REALM.another();
        TestUser user = realm.user();
        String body = Json.of(user.body(user.password(), NEW_PASSWORD));
        try (RawRequest request = RawRequest.post(realm, user.signIn().accessToken(), body.length())) {
            Eventually.assertThat(
                    () -> user.change(user.signIn(), "wrong", NEW_PASSWORD).statusCode(), status -> status == 400);
            realm.delete();
            request.send(body);
            assertThat(request.status()).isBetween(400, 499);
        }
    }

    /**
     * Sends a change whose body comes only after {@code ending} has run.
     *
     * @return the status; 409 if the limit refused the request, and {@code ending} did not run
     */
    private static int changeAround(Runnable ending, TestUser user, Tokens tokens) throws IOException {
        String body = Json.of(user.body(user.password(), NEW_PASSWORD));
        try (RawRequest request = RawRequest.post(REALM, tokens.accessToken(), body.length());
                RawRequest second = RawRequest.post(REALM, tokens.accessToken(), 10);
                RawRequest third = RawRequest.post(REALM, tokens.accessToken(), 10)) {
            // A session may have two requests at once: once one of the three is refused, the other two are admitted.
            Eventually.assertThat(
                    () -> request.isRespondedTo() || second.isRespondedTo() || third.isRespondedTo(),
                    responded -> responded);
            if (!request.isRespondedTo()) {
                ending.run();
                request.send(body);
            }
            return request.status();
        }
    }

    private static void send(RawRequest request, String text) {
        try {
            request.send(text);
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    private static List<RawRequest> open(String token, String start) throws IOException {
        List<RawRequest> requests = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            RawRequest request = RawRequest.post(REALM, token, 200);
            request.send(start);
            requests.add(request);
        }
        return requests;
    }

    /** Within a time that only a frozen node would exceed. */
    private static void assertServed(TestUser user, Tokens tokens) {
        org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            given().get(REALM.url("/.well-known/openid-configuration")).then().statusCode(200);
            given().auth()
                    .oauth2(tokens.accessToken())
                    .contentType(ContentType.JSON)
                    .body(user.body("wrong", NEW_PASSWORD))
                    .post(REALM.changeUrl())
                    .then()
                    .statusCode(400);
        });
    }
}
