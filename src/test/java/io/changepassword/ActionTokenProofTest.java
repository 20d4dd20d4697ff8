package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.MockedJaxRs;
import io.changepassword.fixture.MockedSession;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.keycloak.authentication.actiontoken.execactions.ExecuteActionsActionToken;
import org.keycloak.common.util.Time;
import org.keycloak.events.Errors;
import org.keycloak.models.UserModel;

@ExtendWith(MockedJaxRs.class)
class ActionTokenProofTest {

    private final MockedSession keycloak = new MockedSession();

    private String encoded;
    private ActionTokenProof proof;

    @BeforeEach
    void aTokenOfAnAdministratorsMail() {
        encoded = new ExecuteActionsActionToken(
                        "user",
                        "alice@example.com",
                        Math.toIntExact(Time.currentTimeMillis() / 1000 + 300),
                        List.of("UPDATE_PASSWORD", "VERIFY_EMAIL"),
                        null,
                        "account")
                .serialize(keycloak.session, keycloak.realm, keycloak.context.getUri());
        proof = proof(encoded);
    }

    @Test
    void faultWhenTheTokenServesThenEmpty() {
        assertThat(proof.fault(keycloak.session, keycloak.user)).isEmpty();
    }

    @Test
    void faultWhenItIsNoTokenThenInvalid() {
        assertThat(proof("no token").fault(keycloak.session, keycloak.user)).contains(Errors.INVALID_TOKEN);
    }

    @Test
    void faultWhenTheUserIsAnotherThenWhatIsWrong() {
        UserModel another = mock(UserModel.class);
        when(another.getId()).thenReturn("another-user");

        assertThat(proof.fault(keycloak.session, another)).contains(Errors.DIFFERENT_USER_AUTHENTICATED);
    }

    /** The proof looks at the session of the call, not at the session that read the token. */
    @Test
    void faultWhenSpentInAnotherSessionThenExpired() {
        MockedSession fresh = new MockedSession();
        assertThat(proof.fault(fresh.session, fresh.user)).isEmpty();

        proof.spend(fresh.session, fresh.user);

        assertThat(proof.fault(fresh.session, fresh.user)).contains(Errors.EXPIRED_CODE);
        assertThat(proof.fault(keycloak.session, keycloak.user)).isEmpty();
    }

    /** Our own token is good for the client that asked for it. */
    @Test
    void faultWhenOursIsPresentedWithAnotherClientThenInvalidClient() {
        Map<String, Object> claims = MockedSession.claimsOf(encoded);
        claims.put("typ", "change-password");
        claims.put("pwd_set_at", MockedSession.PASSWORD_SET_AT);
        claims.put("azp", "an-app");
        assertThat(proof(keycloak.sign(claims)).fault(keycloak.session, keycloak.user))
                .isEmpty();

        claims.put("azp", "account");
        assertThat(proof(keycloak.sign(claims)).fault(keycloak.session, keycloak.user))
                .contains(Errors.INVALID_CLIENT);
    }

    @Test
    void isGuessThenNever() {
        assertThat(proof.isGuess()).isFalse();
        assertThat(proof("no token").isGuess()).isFalse();
    }

    @Test
    void spendWhenFirstThenTrueAndTheUserOwesTheFurtherActions() {
        assertThat(proof.spend(keycloak.session, keycloak.user)).isTrue();
        verify(keycloak.user).addRequiredAction("VERIFY_EMAIL");

        assertThat(proof.spend(keycloak.session, keycloak.user)).isFalse();
    }

    @Test
    void spendWhenItIsNoTokenThenThrown() {
        ActionTokenProof none = proof("no token");

        assertThatThrownBy(() -> none.spend(keycloak.session, keycloak.user))
                .isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void eventDetailsThenTypeAndIdOfTheToken() {
        assertThat(proof.eventDetails())
                .isEqualTo(Map.of(
                        "action",
                        "execute-actions",
                        "token_id",
                        MockedSession.claimsOf(encoded).get("jti")));
    }

    @Test
    void eventDetailsWhenItIsNoTokenThenNone() {
        assertThat(proof("no token").eventDetails()).isEmpty();
    }

    private ActionTokenProof proof(String encoded) {
        return new ActionTokenProof(keycloak.session, keycloak.client, encoded);
    }
}
