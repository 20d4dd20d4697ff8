package io.changepassword.actiontoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.SubjectCredentialManager;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserProvider;

class TokenAgeTest {

    /** When the password was set, in milliseconds; the user is much older. */
    private static final long SET_AT = 1_000_500;

    private final KeycloakSession session = mock(KeycloakSession.class);
    private final KeycloakContext context = mock(KeycloakContext.class);
    private final RealmModel realm = mock(RealmModel.class);
    private final UserProvider users = mock(UserProvider.class);
    private final UserModel user = mock(UserModel.class);
    private final SubjectCredentialManager credentials = mock(SubjectCredentialManager.class);

    @BeforeEach
    void aUserWithAPassword() {
        when(session.getContext()).thenReturn(context);
        when(session.users()).thenReturn(users);
        when(context.getRealm()).thenReturn(realm);
        when(user.credentialManager()).thenReturn(credentials);
        when(user.getCreatedTimestamp()).thenReturn(500_000L);
        passwordSetAt(SET_AT);
    }

    @Test
    void isValidWhenIssuedAfterThePasswordThenTrueElseFalse() {
        assertThat(new TokenAge(1_001, null).isValid(session, user)).isTrue();
        assertThat(new TokenAge(1_000, null).isValid(session, user)).isFalse();
        assertThat(new TokenAge(999, null).isValid(session, user)).isFalse();
    }

    @Test
    void isValidWhenOfTheSecondOfTheFirstPasswordThenValid() {
        when(user.getCreatedTimestamp()).thenReturn(SET_AT - 1_999);
        assertThat(new TokenAge(1_000, null).isValid(session, user)).isTrue();
        assertThat(new TokenAge(999, null).isValid(session, user)).isFalse();

        when(user.getCreatedTimestamp()).thenReturn(SET_AT - 2_000);
        assertThat(new TokenAge(1_000, null).isValid(session, user)).isFalse();

        when(user.getCreatedTimestamp()).thenReturn(null);
        assertThat(new TokenAge(1_000, null).isValid(session, user)).isFalse();
    }

    @Test
    void isValidWhenItNamesItsPasswordThenOnlyForThatPassword() {
        assertThat(new TokenAge(1, SET_AT).isValid(session, user)).isTrue();
        assertThat(new TokenAge(2_000, SET_AT - 1).isValid(session, user)).isFalse();
        assertThat(new TokenAge(2_000, SET_AT + 1).isValid(session, user)).isFalse();
    }

    @Test
    void isValidWhenThereIsNoPasswordThenOnlyIfIssuedWithoutOne() {
        when(credentials.getStoredCredentialsByTypeStream("password")).thenAnswer(call -> Stream.empty());

        assertThat(TokenAge.passwordOf(user)).isZero();
        assertThat(new TokenAge(1, null).isValid(session, user)).isTrue();
        assertThat(new TokenAge(1, 0L).isValid(session, user)).isTrue();
        assertThat(new TokenAge(1, SET_AT).isValid(session, user)).isFalse();
    }

    @Test
    void passwordOfWhenItsDateIsNotStoredThenZero() {
        when(credentials.getStoredCredentialsByTypeStream("password")).thenAnswer(call -> Stream.of(password()));

        assertThat(TokenAge.passwordOf(user)).isZero();
    }

    @Test
    void isValidWhenIssuedBeforeANotBeforeThenNot() {
        when(realm.getNotBefore()).thenReturn(1_002);
        assertThat(new TokenAge(1_001, null).isValid(session, user)).isFalse();
        assertThat(new TokenAge(1_002, null).isValid(session, user)).isTrue();

        when(users.getNotBeforeOfUser(realm, user)).thenReturn(1_003);
        assertThat(new TokenAge(1_002, null).isValid(session, user)).isFalse();
        assertThat(new TokenAge(1_003, SET_AT).isValid(session, user)).isTrue();
        assertThat(new TokenAge(1_002, SET_AT).isValid(session, user)).isFalse();
    }

    private void passwordSetAt(long time) {
        when(credentials.getStoredCredentialsByTypeStream("password")).thenAnswer(call -> {
            CredentialModel password = password();
            password.setCreatedDate(time);
            return Stream.of(password);
        });
    }

    private static CredentialModel password() {
        CredentialModel password = new CredentialModel();
        password.setId("a-password");
        return password;
    }
}
