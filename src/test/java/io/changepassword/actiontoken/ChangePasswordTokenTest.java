package io.changepassword.actiontoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.MockedJaxRs;
import io.changepassword.fixture.MockedSession;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.keycloak.common.util.Time;

@ExtendWith(MockedJaxRs.class)
class ChangePasswordTokenTest {

    private static final long SET_AT = MockedSession.PASSWORD_SET_AT;

    private final MockedSession keycloak = new MockedSession();
    private final int expiration = Math.toIntExact(Time.currentTimeMillis() / 1000 + 300);

    @Test
    void newTokenThenItNamesUserClientAddressAndPassword() {
        assertThat(MockedSession.claimsOf(issued()))
                .containsEntry("typ", "change-password")
                .containsEntry("sub", "user")
                .containsEntry("azp", "an-app")
                .containsEntry("eml", "alice@example.com")
                .containsEntry("exp", expiration)
                .containsEntry("iss", MockedSession.ISSUER)
                .containsEntry("aud", MockedSession.ISSUER)
                .containsEntry("pwd_set_at", SET_AT)
                .containsKeys("jti", "nonce", "iat");
    }

    @Test
    void newTokenWhenNoPasswordIsStoredThenItsPasswordDateIsZero() {
        keycloak.noStoredPassword();

        assertThat(MockedSession.claimsOf(issued())).containsEntry("pwd_set_at", 0);
    }

    @Test
    void isUsableWhenThePasswordIsTheSameThenTrue() {
        assertThat(isUsable(issued())).isTrue();
    }

    @Test
    void isUsableWhenThePasswordHasChangedThenFalse() {
        String issued = issued();
        keycloak.passwordSetAt(SET_AT + 1);

        assertThat(isUsable(issued)).isFalse();
    }

    @Test
    void isUsableWhenIssuedWithoutAPasswordThenUntilThereIsOne() {
        keycloak.noStoredPassword();
        String issued = issued();
        assertThat(isUsable(issued)).isTrue();

        keycloak.passwordSetAt(SET_AT);
        assertThat(isUsable(issued)).isFalse();
    }

    /** This extension issues no such token; it must not match a user without a password either. */
    @Test
    void isUsableWhenItNamesNoPasswordThenFalse() {
        keycloak.noStoredPassword();
        Map<String, Object> claims = MockedSession.claimsOf(issued());
        claims.remove("pwd_set_at");

        assertThat(isUsable(keycloak.sign(claims))).isFalse();
    }

    @Test
    void isUsableWhenIssuedBeforeANotBeforeThenFalse() {
        String issued = issued();
        int issuedAt = (Integer) MockedSession.claimsOf(issued).get("iat");

        when(keycloak.realm.getNotBefore()).thenReturn(issuedAt);
        assertThat(isUsable(issued)).isTrue();

        when(keycloak.realm.getNotBefore()).thenReturn(issuedAt + 1);
        assertThat(isUsable(issued)).isFalse();
    }

    @Test
    void isUsableWhenTheRealmHasDisabledOrRemovedTheActionThenFalse() {
        String issued = issued();
        keycloak.updatePassword.setEnabled(false);
        assertThat(isUsable(issued)).isFalse();

        when(keycloak.realm.getRequiredActionProviderByAlias("UPDATE_PASSWORD")).thenReturn(null);
        assertThat(isUsable(issued)).isFalse();
    }

    /** The REST API and Keycloak's page have one list of used tokens. */
    @Test
    void consumeWhenFirstThenTrueAndNeverAgain() {
        ChangePasswordToken token = read(issued());
        assertThat(token.consume(keycloak.session)).isTrue();
        assertThat(keycloak.consumed).containsExactly(token.serializeKey());

        assertThat(token.consume(keycloak.session)).isFalse();
        assertThat(read(issued()).consume(keycloak.session)).isTrue();
    }

    private String issued() {
        return new ChangePasswordToken(keycloak.user, expiration, "an-app")
                .serialize(keycloak.session, keycloak.realm, keycloak.context.getUri());
    }

    private boolean isUsable(String encoded) {
        return read(encoded).isUsable(keycloak.session, keycloak.user);
    }

    private ChangePasswordToken read(String encoded) {
        return keycloak.session.tokens().decode(encoded, ChangePasswordToken.class);
    }
}
