package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.keycloak.credential.CredentialInput;
import org.keycloak.events.Errors;
import org.keycloak.models.PasswordPolicy;

class CurrentPasswordTest {

    private static final CurrentPassword RIGHT = new CurrentPassword(MockedKeycloak.OLD);
    private static final CurrentPassword WRONG = new CurrentPassword("wrong");

    private final MockedKeycloak keycloak = new MockedKeycloak();

    @Test
    void faultWhenRightThenNone() {
        assertThat(faultOf(RIGHT)).isEmpty();
    }

    @Test
    void faultWhenWrongThenNot() {
        assertThat(faultOf(WRONG)).contains(Errors.INVALID_USER_CREDENTIALS);
    }

    @Test
    void faultWhenItHasNoBytesThenNotAndNothingIsVerified() {
        assertThat(faultOf(new CurrentPassword("\ud800"))).contains(Errors.INVALID_USER_CREDENTIALS);
        verifyNothingIsVerified();
    }

    @Test
    void faultWhenThereIsNoPasswordThenHashedAllTheSame() {
        keycloak.password = null;

        assertThat(faultOf(WRONG)).contains(Errors.INVALID_USER_CREDENTIALS);
        verify(keycloak.defaultHash).encodedCredential("wrong", -1);
        verifyNothingIsVerified();
    }

    @Test
    void faultWhenThereIsNoPasswordThenHashedAsTheRealmHashes() {
        keycloak.password = null;
        hashing("argon2");

        assertThat(faultOf(WRONG)).contains(Errors.INVALID_USER_CREDENTIALS);
        verify(keycloak.argon2).encodedCredential("wrong", 7);
        verifyNoInteractions(keycloak.defaultHash);
    }

    @Test
    void faultWhenThereIsNoPasswordAndNoSuchHashThenNot() {
        keycloak.password = null;
        hashing("gone");

        assertThat(faultOf(WRONG)).contains(Errors.INVALID_USER_CREDENTIALS);
    }

    @Test
    void faultWhenThePasswordIsADirectorysThenItIsAsked() {
        keycloak.federate();

        assertThat(faultOf(RIGHT)).isEmpty();
        assertThat(faultOf(WRONG)).contains(Errors.INVALID_USER_CREDENTIALS);
        verifyNoInteractions(keycloak.defaultHash);
    }

    @Test
    void faultWhenARowIsStoredThenItIsVerifiedWhateverIsConfigured() {
        when(keycloak.credentials.isConfiguredFor(any())).thenReturn(false);

        assertThat(faultOf(RIGHT)).isEmpty();
    }

    @Test
    void toStringWhenCalledThenNoSecret() {
        assertThat(RIGHT).hasToString("CurrentPassword[*]");
    }

    private Optional<String> faultOf(CurrentPassword password) {
        return UnitOfWork.discard(
                keycloak.session, fresh -> password.fault(fresh, keycloak.caller.requireSignedInPastTheCache(fresh)));
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
