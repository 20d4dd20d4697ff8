package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.ActionTokens;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.server.KeycloakProcess;
import io.changepassword.server.TracedKeycloak;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What survives a restart of the server. */
class RestartIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";

    @Order(1)
    @RegisterExtension
    static final TracedKeycloak TRACED = TracedKeycloak.withQuietLog();

    @Order(2)
    @RegisterExtension
    static final TestRealm REALM = new TestRealm(TRACED);

    @Test
    @DisplayName("B18 after a restart a used token stays consumed, and an unused token works")
    void changeWhenTheServerWasRestartedThenUsedTokensAreStillUsedUp() throws KeycloakProcess.StartException {
        ActionTokens signer = ActionTokens.of(REALM);
        TestUser user = REALM.user();
        TestUser other = REALM.user();
        String used = signer.sign(signer.executeActions(user));
        String unused = signer.sign(signer.executeActions(other));
        user.redeem(user.signIn(), used, NEW_PASSWORD).then().statusCode(200);

        TRACED.restart();

        assertThat(user.redeem(user.with(NEW_PASSWORD).signIn(), used, "Another-Password-2")
                        .statusCode())
                .isEqualTo(401);
        assertThat(user.events().get(0)).containsEntry("error", "expired_code");
        assertThat(user.signsInWith(NEW_PASSWORD)).isTrue();
        other.redeem(other.signIn(), unused, NEW_PASSWORD).then().statusCode(200);
    }
}
