package io.changepassword.actiontoken;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.oneOf;

import io.changepassword.fixture.Browser;
import io.changepassword.fixture.Burst;
import io.changepassword.fixture.Mailbox;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The mailed link in a browser: a token works once, either on Keycloak's page or over REST. */
@ExtendWith(KeycloakExtension.class)
class ActionTokenPageIT {

    private static final String BY_REST = "Set-by-REST-1";
    private static final String BY_PAGE = "Set-on-the-page-1";

    @RegisterExtension
    static final Mailbox MAILBOX = new Mailbox();

    @RegisterExtension
    static final Browser BROWSER = new Browser();

    @RegisterExtension
    static final TestRealm REALM = new TestRealm().with("smtpServer", MAILBOX.smtpServer());

    @Test
    @DisplayName(
            "B15 B26 self-requested: the link opens many times, sets the password once, and the token is invalid over REST then")
    void openWhenSelfRequestedThenPasswordIsSetOnThePageAndTheTokenIsConsumed() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        user.requestToken(tokens).then().statusCode(202);
        String link = MAILBOX.link();
        // Keycloak 26.0 does not support HEAD for this page.
        given().head(link).then().statusCode(oneOf(200, 405));
        given().get(link).then().statusCode(200);

        BROWSER.open(link);
        assertThat(BROWSER.page("1-link")).containsIgnoringCase("Update Password");
        BROWSER.proceed();
        assertThat(BROWSER.page("2-form")).contains("New Password");
        BROWSER.updatePassword(BY_PAGE);
        assertThat(BROWSER.page("3-done")).contains("Your account has been updated");

        assertThat(user.signsInWith(BY_PAGE)).isTrue();
        assertThat(user.redeem(user.with(BY_PAGE).signIn(), MAILBOX.token(), BY_REST)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    @DisplayName("B15 self-requested, used over REST: the page rejects the token")
    void openWhenSelfRequestedAndUsedOverRestThenThePageSaysSo() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        user.requestToken(tokens).then().statusCode(202);
        user.redeem(tokens, MAILBOX.token(), BY_REST).then().statusCode(200);

        BROWSER.open(MAILBOX.link());

        assertThat(BROWSER.page("consumed")).contains("Action expired");
        assertThat(user.signsInWith(BY_REST)).isTrue();
    }

    @Test
    @DisplayName("B15 the administrator's mail, used over REST: the page rejects the token")
    void openWhenAdministratorsAndUsedOverRestThenThePageSaysSo() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        user.credentialReset(List.of("UPDATE_PASSWORD"));
        user.redeem(tokens, MAILBOX.token(), BY_REST).then().statusCode(200);

        BROWSER.open(MAILBOX.link());

        assertThat(BROWSER.page("consumed")).contains("Action expired");
    }

    @Test
    @DisplayName("B12 self-requested, and the password was changed since: the page rejects the token")
    void openWhenThePasswordWasChangedSinceThenThePageSaysSo() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        user.requestToken(tokens).then().statusCode(202);
        user.change(tokens, user.password(), BY_REST).then().statusCode(200);

        BROWSER.open(MAILBOX.link());

        assertThat(BROWSER.page("stale")).contains("Action expired");
    }

    @Test
    @DisplayName("B15 another action is pending: the token is consumed when the form opens")
    void openWhenAnotherActionIsPendingThenTheTokenIsDeadOverRestAllTheSame() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        user.requestToken(tokens).then().statusCode(202);
        user.update(Map.of("requiredActions", List.of("webauthn-register")));

        BROWSER.open(MAILBOX.link());
        BROWSER.proceed();
        assertThat(user.redeem(tokens, MAILBOX.token(), BY_REST).statusCode()).isEqualTo(401);
        BROWSER.updatePassword(BY_PAGE);
        BROWSER.page("next-action");

        user.update(Map.of("requiredActions", List.of()));
        assertThat(user.signsInWith(BY_PAGE)).isTrue();
    }

    @Test
    @DisplayName("B13 the API, or the required action, is switched off: the page rejects the token")
    void openWhenSwitchedOffThenThePageSaysSo() {
        TestRealm realm = REALM.another();
        try {
            realm.update(Map.of("smtpServer", MAILBOX.smtpServer()));
            TestUser user = realm.user();
            user.requestToken(user.signIn()).then().statusCode(202);

            realm.attributes(Map.of("changePassword.enabled", "false"));
            BROWSER.open(MAILBOX.link());
            assertThat(BROWSER.page("api-off")).contains("This service is not enabled.");

            realm.attributes(Map.of("changePassword.enabled", ""));
            realm.switchOffRequiredAction("UPDATE_PASSWORD");
            BROWSER.open(MAILBOX.link());
            assertThat(BROWSER.page("action-off")).contains("Action expired");
        } finally {
            realm.delete();
        }
    }

    @Test
    @DisplayName("B17 a post races the page: exactly one wins")
    void openWhenAPostRacesThePageThenExactlyOneWins() {
        for (int round = 0; round < 3; round++) {
            TestUser user = REALM.user();
            Tokens tokens = user.signIn();
            user.requestToken(tokens).then().statusCode(202);
            String token = MAILBOX.token();
            BROWSER.open(MAILBOX.link());
            BROWSER.proceed();
            CompletableFuture<Integer> post = Burst.send(Burst.request(
                    "POST", REALM.tokenUrl(), tokens.accessToken(), Map.of("password", BY_REST, "token", token)));
            BROWSER.updatePassword(BY_PAGE);

            boolean pageWon = BROWSER.page("race-" + round).contains("Your account has been updated");
            assertThat(post.join()).isEqualTo(pageWon ? 401 : 200);
            assertThat(user.signsInWith(pageWon ? BY_PAGE : BY_REST)).isTrue();
            assertThat(user.credentials()).hasSize(1);
        }
    }
}
