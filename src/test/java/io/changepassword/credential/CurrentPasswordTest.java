package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.MockedKeycloak;
import io.changepassword.policy.NewPassword;
import io.changepassword.policy.Violation;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.keycloak.credential.CredentialInput;
import org.keycloak.models.PasswordPolicy;
import org.keycloak.models.UserModel;

class CurrentPasswordTest {

    private static final CurrentPassword RIGHT = new CurrentPassword(MockedKeycloak.OLD);
    private static final CurrentPassword WRONG = new CurrentPassword("wrong");

    private final MockedKeycloak keycloak = new MockedKeycloak();

    @Test
    void faultWhenRightThenNone() {
        assertThat(faultOf(RIGHT)).isEmpty();
    }

    @Test
    void faultWhenWrongThenWrongPassword() {
        assertThat(faultOf(WRONG)).hasValueSatisfying(CurrentPasswordTest::isWrongPassword);
    }

    @Test
    void faultWhenItHasNoBytesThenWrongPasswordAndNothingIsVerified() {
        assertThat(faultOf(new CurrentPassword("\ud800"))).hasValueSatisfying(CurrentPasswordTest::isWrongPassword);
        verifyNothingIsVerified();
    }

    @Test
    void faultWhenThereIsNoPasswordThenHashedAllTheSame() {
        keycloak.password = null;

        assertThat(faultOf(WRONG)).hasValueSatisfying(CurrentPasswordTest::isWrongPassword);
        verify(keycloak.defaultHash).encodedCredential("wrong", -1);
        verifyNothingIsVerified();
    }

    @Test
    void faultWhenThereIsNoPasswordThenHashedAsTheRealmHashes() {
        keycloak.password = null;
        hashing("argon2");

        assertThat(faultOf(WRONG)).hasValueSatisfying(CurrentPasswordTest::isWrongPassword);
        verify(keycloak.argon2).encodedCredential("wrong", 7);
        verifyNoInteractions(keycloak.defaultHash);
    }

    @Test
    void faultWhenThereIsNoPasswordAndNoSuchHashThenWrongPassword() {
        keycloak.password = null;
        hashing("gone");

        assertThat(faultOf(WRONG)).hasValueSatisfying(CurrentPasswordTest::isWrongPassword);
    }

    @Test
    void faultWhenThePasswordIsADirectorysThenTheDirectoryVerifiesIt() {
        keycloak.federate();

        assertThat(faultOf(RIGHT)).isEmpty();
        assertThat(faultOf(WRONG)).hasValueSatisfying(CurrentPasswordTest::isWrongPassword);
        verifyNoInteractions(keycloak.defaultHash);
    }

    @Test
    void faultWhenARowIsStoredThenItIsVerifiedWhateverIsConfigured() {
        when(keycloak.credentials.isConfiguredFor(any())).thenReturn(false);

        assertThat(faultOf(RIGHT)).isEmpty();
    }

    /** PBKDF2 proves the old password with NULs behind it too. Then the password without them is the current one. */
    @Test
    void isSameAsThenNulsBehindTheProvedPasswordDoNotCount() {
        NewPassword chosen = new NewPassword("aField", "old");

        assertThat(new CurrentPassword("old").isSameAs(chosen)).isTrue();
        assertThat(new CurrentPassword("old\0\0").isSameAs(chosen)).isTrue();
        assertThat(new CurrentPassword("o\0ld").isSameAs(chosen)).isFalse();
        assertThat(new CurrentPassword("new").isSameAs(chosen)).isFalse();
    }

    @Test
    void toStringWhenCalledThenNoSecret() {
        assertThat(RIGHT).hasToString("CurrentPassword[*]");
    }

    private static void isWrongPassword(ChangeRefusedException refused) {
        assertThat(refused.reason()).isEqualTo(ChangeRefusedException.Reason.WRONG_PASSWORD);
        assertThat(refused.violations())
                .containsExactly(Violation.of("oldPassword", "currentPassword", "invalidPasswordExistingMessage"));
    }

    private Optional<ChangeRefusedException> faultOf(CurrentPassword password) {
        return UnitOfWork.rollBack(keycloak.session, fresh -> {
            UserModel user = keycloak.caller.requireSignedInPastTheCache(fresh);
            return password.fault(fresh, user, StoredPassword.of(user));
        });
    }

    private void hashing(String algorithm) {
        PasswordPolicy policy = mock(PasswordPolicy.class);
        when(policy.getHashAlgorithm()).thenReturn(algorithm);
        when(policy.getHashIterations()).thenReturn(7);
        when(keycloak.realm.getPasswordPolicy()).thenReturn(policy);
    }

    private void verifyNothingIsVerified() {
        verify(keycloak.credentials, never()).isValid(any(CredentialInput.class));
    }
}
