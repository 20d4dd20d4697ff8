package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a change does to the user's sessions and required actions. */
@ExtendWith(KeycloakExtension.class)
class SessionsIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";

    @RegisterExtension
    static final TestRealm REALM = new TestRealm();

    @AfterEach
    void byDefault() {
        REALM.attributes(Map.of("changePassword.endSessions", ""));
    }

    @Test
    @DisplayName("S05 S06 done: other sessions end, and the caller's stays")
    void changeWhenDoneThenOtherSessionsEndAndTheCallersStays() {
        TestUser user = REALM.user();
        Tokens own = user.signIn();
        Tokens online = user.signIn();
        Tokens offline = user.signIn(TestRealm.APP, "openid offline_access");
        TestUser bystander = REALM.user();
        Tokens bystanders = bystander.signIn();

        user.change(own, user.password(), NEW_PASSWORD).then().statusCode(200);

        REALM.refresh(own).then().statusCode(200);
        REALM.refresh(online).then().statusCode(400);
        REALM.refresh(offline).then().statusCode(400);
        REALM.refresh(bystanders).then().statusCode(200);
        assertThat(user.change(online, NEW_PASSWORD, "Yet-another-1").statusCode())
                .as("an access token of an ended session")
                .isEqualTo(401);
        assertThat(user.events())
                .filteredOn(event -> event.get("type").equals("LOGOUT"))
                .extracting(event -> event.get("sessionId"))
                // 26.0 makes an online session beside the offline one, of the same id.
                .containsOnly(online.sessionId(), offline.sessionId());
    }

    @Test
    void changeWhenRealmEndsAllSessionsThenTheCallersToo() {
        REALM.attributes(Map.of("changePassword.endSessions", "all"));
        TestUser user = REALM.user();
        Tokens own = user.signIn();
        Tokens online = user.signIn();

        user.change(own, user.password(), NEW_PASSWORD).then().statusCode(200);

        REALM.refresh(own).then().statusCode(400);
        REALM.refresh(online).then().statusCode(400);
    }

    @Test
    void changeWhenRealmEndsNoSessionsThenAllStay() {
        REALM.attributes(Map.of("changePassword.endSessions", "none"));
        TestUser user = REALM.user();
        Tokens own = user.signIn();
        Tokens online = user.signIn();
        Tokens offline = user.signIn(TestRealm.APP, "openid offline_access");

        user.change(own, user.password(), NEW_PASSWORD).then().statusCode(200);

        for (Tokens tokens : List.of(own, online, offline)) {
            REALM.refresh(tokens).then().statusCode(200);
        }
    }

    @Test
    @DisplayName("S07 a client that hangs at its back-channel logout delays neither the change nor the other logouts")
    void changeWhenAClientHangsAtLogoutThenAllSessionsEndAllTheSame() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        AtomicInteger notified = new AtomicInteger();
        HttpServer hanging = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hanging.setExecutor(Executors.newCachedThreadPool());
        hanging.createContext("/", exchange -> {
            notified.incrementAndGet();
            try {
                done.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
        hanging.start();
        try {
            REALM.admin()
                    .body(Map.of(
                            "clientId",
                            "hanging",
                            "publicClient",
                            true,
                            "directAccessGrantsEnabled",
                            true,
                            "attributes",
                            Map.of(
                                    "backchannel.logout.url",
                                    "http://127.0.0.1:" + hanging.getAddress().getPort() + "/logout")))
                    .post(REALM.adminUrl("/clients"))
                    .then()
                    .statusCode(201);
            TestUser user = REALM.user();
            Tokens own = user.signIn();
            List<Tokens> others = Stream.generate(() -> user.signIn("hanging", "openid"))
                    .limit(5)
                    .toList();

            user.change(own, user.password(), NEW_PASSWORD).then().statusCode(200);

            assertThat(notified.get())
                    .as("clients notified before the time was up")
                    .isBetween(1, 4);
            others.forEach(tokens -> REALM.refresh(tokens).then().statusCode(400));
            assertThat(user.signsInWith(NEW_PASSWORD)).isTrue();
        } finally {
            done.countDown();
            hanging.stop(0);
        }
    }

    @Test
    @DisplayName("S03 S04 A19 the password gets a new date, and the address stays verified or unverified")
    void changeWhenDoneThenPasswordIsDatedAnewAndTheAddressIsAsVerifiedAsBefore() {
        for (boolean verified : new boolean[] {true, false}) {
            TestUser user = REALM.user("dated-" + verified, Map.of("emailVerified", verified));
            long made = (long) user.credentials().get(0).get("createdDate");

            user.change(user.signIn(), user.password(), NEW_PASSWORD).then().statusCode(200);

            assertThat((long) user.credentials().get(0).get("createdDate")).isGreaterThan(made);
            assertThat(REALM.admin().get(REALM.adminUrl("/users/" + user.id())).<Boolean>path("emailVerified"))
                    .isEqualTo(verified);
        }
    }

    @Test
    @DisplayName("S09 the history keeps as many passwords as the policy says")
    void changeWhenDoneTenTimesThenTheHistoryIsAsLongAsThePolicySays() {
        REALM.update(Map.of("passwordPolicy", "passwordHistory(3)"));
        try {
            REALM.attributes(Map.of("changePassword.endSessions", "none"));
            TestUser user = REALM.user();
            Tokens tokens = user.signIn();
            String current = user.password();
            for (int change = 1; change <= 10; change++) {
                user.change(tokens, current, "Password-number-" + change).then().statusCode(200);
                current = "Password-number-" + change;
            }
            for (int recent = 8; recent <= 10; recent++) {
                user.change(tokens, current, "Password-number-" + recent).then().statusCode(400);
            }
            user.change(tokens, current, "Password-number-7").then().statusCode(200);
        } finally {
            REALM.update(Map.of("passwordPolicy", ""));
        }
    }

    @Test
    void changeWhenRefusedThenNoSessionEnds() {
        TestUser user = REALM.user();
        Tokens own = user.signIn();
        Tokens online = user.signIn();
        user.update(Map.of("requiredActions", List.of("UPDATE_PASSWORD")));

        user.change(own, "wrong", NEW_PASSWORD).then().statusCode(400);
        user.change(own, user.password(), "short").then().statusCode(400);

        REALM.refresh(own).then().statusCode(200);
        REALM.refresh(online).then().statusCode(200);
        assertThat(user.requiredActions()).containsExactly("UPDATE_PASSWORD");
    }

    @Test
    @DisplayName("S01 done: the required action UPDATE_PASSWORD is removed, and other actions stay")
    void changeWhenDoneThenPendingUpdatePasswordIsGoneAndOtherActionsStay() {
        TestUser user = REALM.user();
        Tokens own = user.signIn();
        user.update(Map.of("requiredActions", List.of("UPDATE_PASSWORD", "UPDATE_PROFILE")));

        user.change(own, user.password(), NEW_PASSWORD).then().statusCode(200);

        assertThat(user.requiredActions()).containsExactly("UPDATE_PROFILE");
    }
}
