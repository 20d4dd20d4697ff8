package io.changepassword.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.common.ClientConnection;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakUriInfo;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.services.managers.BruteForceProtector;

class LoginFailuresTest {

    private static final Set<String> PASSWORD = Set.of("password");

    private final KeycloakSession session = mock(KeycloakSession.class);
    private final RealmModel realm = mock(RealmModel.class);
    private final UserModel user = mock(UserModel.class);
    private final ClientConnection connection = mock(ClientConnection.class);
    private final KeycloakUriInfo uri = mock(KeycloakUriInfo.class);
    private final BruteForceProtector protector = mock(BruteForceProtector.class);

    @BeforeEach
    void aRequest() {
        KeycloakContext context = mock(KeycloakContext.class);
        when(context.getConnection()).thenReturn(connection);
        when(context.getUri()).thenReturn(uri);
        when(session.getContext()).thenReturn(context);
        when(session.getProvider(BruteForceProtector.class)).thenReturn(protector);
    }

    @Test
    void failedWhenCalledThenOneWrongPasswordOfTheUserIsCounted() {
        LoginFailures.failed(session, realm, user);

        verify(protector).failedLogin(realm, user, connection, uri, PASSWORD);
        verifyNoMoreInteractions(protector);
    }

    @Test
    void isPermanentlyLockedOutWhenKeycloakSaysSoThenTrue() {
        when(protector.isPermanentlyLockedOut(session, realm, user)).thenReturn(true);

        assertThat(LoginFailures.isPermanentlyLockedOut(session, realm, user)).isTrue();
        assertThat(LoginFailures.isTemporarilyDisabled(session, realm, user)).isFalse();
    }

    @Test
    void isTemporarilyDisabledWhenKeycloakSaysSoThenTrue() {
        when(protector.isTemporarilyDisabled(session, realm, user)).thenReturn(true);

        assertThat(LoginFailures.isTemporarilyDisabled(session, realm, user)).isTrue();
        assertThat(LoginFailures.isPermanentlyLockedOut(session, realm, user)).isFalse();
    }

    @Test
    void succeededWhenCalledThenTheUsersWrongPasswordsAreCleared() {
        LoginFailures.succeeded(session, realm, user);

        verify(protector).successfulLogin(realm, user, connection, uri, PASSWORD);
        verifyNoMoreInteractions(protector);
    }
}
