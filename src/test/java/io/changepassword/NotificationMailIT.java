package io.changepassword;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMailUtil;
import io.changepassword.server.KeycloakExtension;
import io.changepassword.server.Mailbox;
import io.changepassword.server.TestRealm;
import io.changepassword.server.TestUser;
import io.changepassword.server.Tokens;
import jakarta.mail.internet.MimeMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The mail with which Keycloak tells the user of a change, where the realm's e-mail listener is on. */
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

    @Test
    @DisplayName("S12 done: the user is told, at their address, as by Keycloak's own page, without a secret")
    void changeWhenDoneThenTheUserIsToldByMail() throws Exception {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();

        user.change(tokens, user.password(), NEW_PASSWORD).then().statusCode(200);

        // One for each of the two success events: Keycloak's listener does not know that they are twins.
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

    @Test
    @DisplayName("S12 refused: nobody is told")
    void changeWhenRefusedThenNoMailIsSent() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();

        user.change(tokens, "wrong", NEW_PASSWORD).then().statusCode(400);
        user.change(tokens, user.password(), "short").then().statusCode(400);

        assertThat(MAILBOX.mails()).isEmpty();
    }

    @Test
    @DisplayName("W15 nothing that the request or the user's profile says of itself is in the mail")
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
