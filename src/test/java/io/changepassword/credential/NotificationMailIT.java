package io.changepassword.credential;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMailUtil;
import io.changepassword.fixture.Mailbox;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import jakarta.mail.internet.MimeMessage;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mail with which Keycloak notifies the user of a change, where the realm's e-mail listener is on. */
@ExtendWith(KeycloakExtension.class)
class NotificationMailIT {

    private static final String NEW_PASSWORD = "Canary-New-4713";

    @RegisterExtension
    static final Mailbox MAILBOX = new Mailbox();

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .with("smtpServer", MAILBOX.smtpServer())
            .with("eventsListeners", List.of("email"))
            .with("internationalizationEnabled", true)
            .with("supportedLocales", List.of("en", "de"))
            .with("defaultLocale", "en");

    @RegisterExtension
    static final TestRealm OTHER_REALM = new TestRealm();

    @Test
    @DisplayName("S12 done: the user is notified at their address, as by Keycloak's own page, without a secret")
    void changeWhenDoneThenTheUserIsNotifiedByMail() throws Exception {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();

        user.change(tokens, user.password(), NEW_PASSWORD).then().statusCode(200);

        // One mail for each of the two success events: Keycloak's listener does not know that they belong together.
        assertThat(MAILBOX.mails())
                .extracting(MimeMessage::getSubject)
                .containsExactly("Update credential", "Update password");
        for (MimeMessage mail : MAILBOX.mails()) {
            assertThat(mail.getAllRecipients()).extracting(Object::toString).containsExactly(user.email());
            assertThat(GreenMailUtil.getWholeMessage(mail))
                    .contains("127.0.0.1")
                    .doesNotContain(NEW_PASSWORD)
                    .doesNotContain(user.password())
                    .doesNotContain(tokens.accessToken().split("\\.")[2])
                    .doesNotContain("http");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"de;q=2", "-"})
    @DisplayName("S12 W09 an Accept-Language that cannot be parsed does not prevent the notification")
    void changeWhenAcceptLanguageIsUnreadableThenTheUserIsNotifiedAllTheSame(String language) {
        TestUser user = REALM.user();

        given().auth()
                .oauth2(user.signIn().accessToken())
                .contentType("application/json")
                .header("Accept-Language", language)
                .body(user.body(user.password(), NEW_PASSWORD))
                .post(REALM.changeUrl())
                .then()
                .statusCode(200);

        assertThat(MAILBOX.mails()).hasSize(2);
    }

    @Test
    @DisplayName("R07 a mail server that hangs during notifications delays no other realm's changes")
    void changeWhenTheMailServerHangsThenOtherRealmsAreServed() throws Exception {
        // As many as the node has hashing permits.
        int permits = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        ExecutorService clients = Executors.newCachedThreadPool();
        TestRealm realm = REALM.another();
        List<Future<Integer>> changes = new ArrayList<>();
        try {
            try (ServerSocket silent = new ServerSocket(0, permits, InetAddress.getLoopbackAddress())) {
                Map<String, String> server = new HashMap<>(MAILBOX.smtpServer());
                server.put("port", String.valueOf(silent.getLocalPort()));
                realm.update(Map.of("smtpServer", server, "eventsListeners", List.of("email")));
                silent.setSoTimeout(60_000);
                List<Socket> mails = new ArrayList<>();
                for (int i = 0; i < permits; i++) {
                    TestUser user = realm.user();
                    Tokens tokens = user.signIn();
                    changes.add(clients.submit(() ->
                            user.change(tokens, user.password(), NEW_PASSWORD).statusCode()));
                    mails.add(silent.accept());
                }

                TestUser other = OTHER_REALM.user();
                other.change(other.signIn(), other.password(), NEW_PASSWORD)
                        .then()
                        .statusCode(200);

                assertThat(changes).noneMatch(Future::isDone);
                for (Socket mail : mails) {
                    mail.close();
                }
            }
            for (Future<Integer> status : changes) {
                assertThat(status.get(60, TimeUnit.SECONDS)).isEqualTo(200);
            }
        } finally {
            clients.shutdownNow();
            realm.delete();
        }
    }

    @Test
    @DisplayName("S12 refused: no mail is sent")
    void changeWhenRefusedThenNoMailIsSent() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();

        user.change(tokens, "wrong", NEW_PASSWORD).then().statusCode(400);
        user.change(tokens, user.password(), "short").then().statusCode(400);

        assertThat(MAILBOX.mails()).isEmpty();
    }

    @Test
    @DisplayName("W15 markup in the request or in the user's profile does not get into the mail")
    void changeWhenRequestAndProfileCarryMarkupThenNoneIsInTheMail() throws Exception {
        TestUser user =
                REALM.user("markup", Map.of("firstName", "Evil", "lastName", "O'Evil", "email", "evil'49@example.com"));
        Tokens tokens = user.signIn();

        given().auth()
                .oauth2(tokens.accessToken())
                .contentType("application/json")
                .header("X-Forwarded-Host", "evil.example")
                .header("X-Forwarded-For", "<script>evil</script>")
                .header("User-Agent", "<img src=evil>")
                .header("Accept-Language", "evil")
                .body(Map.of("loginId", "markup", "oldPassword", user.password(), "newPassword", NEW_PASSWORD))
                .post(REALM.changeUrl())
                .then()
                .statusCode(200);

        assertThat(MAILBOX.mails()).hasSize(2);
        for (MimeMessage mail : MAILBOX.mails()) {
            assertThat(mail.getAllRecipients()).extracting(Object::toString).containsExactly("evil'49@example.com");
            assertThat(GreenMailUtil.getBody(mail)).contains("127.0.0.1").doesNotContainIgnoringCase("evil");
        }
    }
}
