package io.changepassword.actiontoken;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.ActionTokens;
import io.changepassword.fixture.Burst;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import io.restassured.response.Response;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many requests with one token; a token does not circumvent brute-force detection. */
@ExtendWith(KeycloakExtension.class)
class ActionTokenRacesIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";
    private static final int FAILURE_FACTOR = 3;

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .with("bruteForceProtected", true)
            .with("failureFactor", FAILURE_FACTOR)
            .with("waitIncrementSeconds", 300)
            .with("quickLoginCheckMilliSeconds", 0);

    private static ActionTokens signer;

    @BeforeAll
    static void giveTheRealmAKeyOfOurs() {
        signer = ActionTokens.of(REALM);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 100})
    @DisplayName("B16 of parallel posts of one token exactly one wins")
    void changeWhenOneTokenIsPostedInParallelThenExactlyOneWins(int posts) {
        TestUser user = REALM.user();
        // Several sessions: within one session the limit would refuse most requests.
        List<Tokens> sessions = Stream.generate(user::signIn).limit(4).toList();
        String token = signer.sign(signer.executeActions(user));

        List<Integer> statuses = Burst.of(IntStream.range(0, posts)
                .mapToObj(i -> post(sessions.get(i % sessions.size()), token, "New-Password-of-" + i))
                .toList());

        assertThat(statuses)
                .containsOnlyOnce(200)
                .allMatch(status -> List.of(200, 401, 409).contains(status));
        assertThat(user.credentials()).hasSize(1);
        assertThat(user.signsInWith("New-Password-of-" + statuses.indexOf(200))).isTrue();
    }

    @Test
    @DisplayName("S10 a change with the old password and a change with a token at once: exactly one succeeds")
    void changeWhenBothEndpointsAreUsedAtOnceThenExactlyOneWins() {
        for (int round = 0; round < 5; round++) {
            TestUser user = REALM.user();
            Tokens tokens = user.signIn();
            String token = signer.sign(signer.executeActions(user));

            List<Integer> statuses = Burst.of(List.of(
                    Burst.change(user, tokens, user.password(), "By-the-old-one-1"),
                    post(tokens, token, "By-the-token-1")));

            // After a change with the old password the token is too old; after a change with the token the old password
            // is wrong.
            assertThat(statuses)
                    .containsOnlyOnce(200)
                    .allMatch(status -> List.of(200, 400, 401, 409).contains(status));
            assertThat(user.credentials()).hasSize(1);
            assertThat(user.signsInWith(statuses.get(0) == 200 ? "By-the-old-one-1" : "By-the-token-1"))
                    .isTrue();
        }
    }

    @Test
    @DisplayName("B25 a locked user's token is refused with 429, and works after the lockout")
    void changeWhenUserIsLockedThen429AndTheTokenStaysGood() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        String token = signer.sign(signer.executeActions(user));
        for (int guess = 1; guess <= FAILURE_FACTOR; guess++) {
            user.change(tokens, "wrong-" + guess, NEW_PASSWORD).then().statusCode(400);
        }

        Response locked = user.redeem(tokens, token, NEW_PASSWORD);
        assertThat(locked.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(locked.header("Retry-After"))).isPositive();
        assertThat(locked.<List<String>>path("apiError"))
                .containsExactly("Too many failed attempts. Please try again later.");
        assertThat(user.requestToken(tokens).statusCode()).isEqualTo(429);
        REALM.admin()
                .delete(REALM.adminUrl("/attack-detection/brute-force/users/" + user.id()))
                .then()
                .statusCode(204);

        user.redeem(tokens, token, NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    @DisplayName("B22 wrong tokens do not lock the user")
    void changeWhenManyTokensAreWrongThenTheUserIsNotLocked() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        for (int i = 0; i < 3 * FAILURE_FACTOR; i++) {
            assertThat(user.redeem(tokens, "e30.e30.e30", NEW_PASSWORD).statusCode())
                    .isEqualTo(401);
        }

        assertThat(user.failures()).isZero();
        assertThat(user.signsInWith(user.password())).isTrue();
    }

    private static HttpRequest post(Tokens tokens, String token, String newPassword) {
        return Burst.request(
                "POST", REALM.tokenUrl(), tokens.accessToken(), Map.of("password", newPassword, "token", token));
    }
}
