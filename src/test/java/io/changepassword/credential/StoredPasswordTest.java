package io.changepassword.credential;

import static io.changepassword.fixture.MockedKeycloak.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.SubjectCredentialManager;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;

class StoredPasswordTest {

    private static final StoredPassword STORED = stored(row("id", 1L, "data", "secret"));

    static Stream<CredentialModel> others() {
        return Stream.of(
                row("other", 1L, "data", "secret"),
                row("id", 2L, "data", "secret"),
                row("id", null, "data", "secret"),
                row("id", 1L, "other", "secret"),
                row("id", 1L, "data", "other"),
                row("id", 1L, null, null));
    }

    @Test
    void ofWhenTheSameThenEqual() {
        assertThat(stored(row("id", 1L, "data", "secret"))).isEqualTo(STORED);
    }

    @ParameterizedTest
    @MethodSource("others")
    void ofWhenAnythingIsOtherThenNotEqual(CredentialModel other) {
        assertThat(stored(other)).isNotEqualTo(STORED);
    }

    @Test
    void idsWhenThereAreRowsThenTheirs() {
        assertThat(STORED.ids()).containsExactly("id");
    }

    @Test
    void isEmptyWhenNothingIsStoredThenTrue() {
        assertThat(stored().isEmpty()).isTrue();
        assertThat(STORED.isEmpty()).isFalse();
    }

    @Test
    void toStringWhenCalledThenNoSecret() {
        assertThat(STORED).hasToString("StoredPassword[*]");
    }

    private static StoredPassword stored(CredentialModel... rows) {
        SubjectCredentialManager credentials = mock(SubjectCredentialManager.class);
        when(credentials.getStoredCredentialsByTypeStream(PasswordCredentialModel.TYPE))
                .thenReturn(Stream.of(rows));
        UserModel user = mock(UserModel.class);
        when(user.credentialManager()).thenReturn(credentials);
        return StoredPassword.of(user);
    }
}
