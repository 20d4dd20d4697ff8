package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.keycloak.credential.CredentialInput;
import org.keycloak.models.PasswordPolicy;

class CurrentPasswordTest {

    private static final CurrentPassword RIGHT = new CurrentPassword(MockedKeycloak.OLD);
    private static final CurrentPassword WRONG = new CurrentPassword("wrong");

    private final MockedKeycloak keycloak = new MockedKeycloak();

    @Test
    void proveWhenRightThenWhatIsStoredOfIt() {
        assertThat(RIGHT.prove(keycloak.session, keycloak.caller)).contains(StoredPassword.of(keycloak.databaseUser));
    }

    @Test
    void proveWhenRightThenNothingIsHashedAnew() {
        RIGHT.prove(keycloak.session, keycloak.caller);

        assertThat(keycloak.rehashed).isFalse();
    }

    @Test
    void proveWhenWrongThenNot() {
        assertThat(WRONG.prove(keycloak.session, keycloak.caller)).isEmpty();
    }

    @Test
    void proveWhenNoLongerSignedInThenNothingIsVerified() {
        keycloak.online.clear();

        assertThatThrownBy(() -> RIGHT.prove(keycloak.session, keycloak.caller))
                .isInstanceOf(ChangeRefusedException.class);
        verifyNothingIsVerified();
    }

    @Test
    void proveWhenItHasNoBytesThenNotAndNothingIsVerified() {
        assertThat(new CurrentPassword("\ud800").prove(keycloak.session, keycloak.caller))
                .isEmpty();
        verifyNothingIsVerified();
    }

    @Test
    void proveWhenThereIsNoPasswordThenHashedAllTheSame() {
        keycloak.password = null;

        assertThat(WRONG.prove(keycloak.session, keycloak.caller)).isEmpty();
        verify(keycloak.defaultHash).encodedCredential("wrong", -1);
        verifyNothingIsVerified();
    }

    @Test
    void proveWhenThereIsNoPasswordThenHashedAsTheRealmHashes() {
        keycloak.password = null;
        hashing("argon2");

        assertThat(WRONG.prove(keycloak.session, keycloak.caller)).isEmpty();
        verify(keycloak.argon2).encodedCredential("wrong", 7);
        verifyNoInteractions(keycloak.defaultHash);
    }

    @Test
    void proveWhenThereIsNoPasswordAndNoSuchHashThenNot() {
        keycloak.password = null;
        hashing("gone");

        assertThat(WRONG.prove(keycloak.session, keycloak.caller)).isEmpty();
    }

    @Test
    void proveWhenThePasswordIsADirectorysThenItIsAsked() {
        keycloak.federate();

        assertThat(RIGHT.prove(keycloak.session, keycloak.caller)).contains(new StoredPassword(List.of()));
        assertThat(WRONG.prove(keycloak.session, keycloak.caller)).isEmpty();
        verifyNoInteractions(keycloak.defaultHash);
    }

    @Test
    void proveWhenARowIsStoredThenItIsVerifiedWhateverIsConfigured() {
        when(keycloak.credentials.isConfiguredFor(any())).thenReturn(false);

        assertThat(RIGHT.prove(keycloak.session, keycloak.caller)).isPresent();
    }

    @Test
    void toStringWhenCalledThenNoSecret() {
        assertThat(RIGHT).hasToString("CurrentPassword[*]");
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
