package io.changepassword.actiontoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.credential.ChangeRefusedException;
import io.changepassword.credential.StoredPassword;
import io.changepassword.fixture.MockedJaxRs;
import io.changepassword.fixture.MockedSession;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
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
        assertThat(fault(proof, keycloak, keycloak.user)).isEmpty();
    }

    @Test
    void faultWhenItIsNoTokenThenInvalid() {
        assertThat(fault(proof("no token"), keycloak, keycloak.user)).contains(Errors.INVALID_TOKEN);
    }

    @Test
    void faultWhenTheUserIsAnotherThenTheFault() {
        UserModel another = mock(UserModel.class);
        when(another.getId()).thenReturn("another-user");

        assertThat(fault(proof, keycloak, another)).contains(Errors.DIFFERENT_USER_AUTHENTICATED);
    }

    /** The proof uses the Keycloak session of the call, not the session that read the token. */
    @Test
    void faultWhenConsumedInAnotherSessionThenExpired() {
        MockedSession fresh = new MockedSession();
        assertThat(fault(proof, fresh, fresh.user)).isEmpty();

        proof.consume(fresh.session, fresh.user);

        assertThat(fault(proof, fresh, fresh.user)).contains(Errors.EXPIRED_CODE);
        assertThat(fault(proof, keycloak, keycloak.user)).isEmpty();
    }

    /** Our own token is valid only for the client that requested it. */
    @Test
    void faultWhenOursIsPresentedWithAnotherClientThenInvalidClient() {
        Map<String, Object> claims = MockedSession.claimsOf(encoded);
        claims.put("typ", "change-password");
        claims.put("pwd_set_at", MockedSession.PASSWORD_SET_AT);
        claims.put("azp", "an-app");
        assertThat(fault(proof(keycloak.sign(claims)), keycloak, keycloak.user)).isEmpty();

        claims.put("azp", "account");
        assertThat(fault(proof(keycloak.sign(claims)), keycloak, keycloak.user)).contains(Errors.INVALID_CLIENT);
    }

    @Test
    void countsAsLoginThenNever() {
        assertThat(proof.countsAsLogin()).isFalse();
        assertThat(proof("no token").countsAsLogin()).isFalse();
    }

    @Test
    void consumeWhenFirstThenTheUserOwesTheFurtherActions() {
        proof.consume(keycloak.session, keycloak.user);
        verify(keycloak.user).addRequiredAction("VERIFY_EMAIL");

        ChangeRefusedException refused = catchThrowableOfType(
                ChangeRefusedException.class, () -> proof.consume(keycloak.session, keycloak.user));
        assertThat(refused.reason()).isEqualTo(ChangeRefusedException.Reason.INVALID_ACTION_TOKEN);
        assertThat(refused.actionTokenFault()).contains(Errors.EXPIRED_CODE);
    }

    @Test
    void consumeWhenItIsNoTokenThenThrown() {
        ActionTokenProof none = proof("no token");

        assertThatThrownBy(() -> none.consume(keycloak.session, keycloak.user))
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

    private static Optional<String> fault(ActionTokenProof proof, MockedSession keycloak, UserModel user) {
        return proof.fault(keycloak.session, user, StoredPassword.of(keycloak.user))
                .flatMap(ChangeRefusedException::actionTokenFault);
    }
}
