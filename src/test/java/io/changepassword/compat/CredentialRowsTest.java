package io.changepassword.compat;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.storage.jpa.entity.FederatedUserCredentialEntity;

/** That a lock keeps an administrator's reset needs a database without versions: {@code RacesIT} on 26.0 and 26.1. */
class CredentialRowsTest {

    private final KeycloakSession session = mock(KeycloakSession.class);
    private final EntityManager database = mock(EntityManager.class);
    private final UserModel user = mock(UserModel.class);

    /** As in 26.0. */
    static final class Unversioned {}

    @BeforeEach
    void aDatabase() {
        JpaConnectionProvider connection = mock(JpaConnectionProvider.class);
        when(connection.getEntityManager()).thenReturn(database);
        when(session.getProvider(JpaConnectionProvider.class)).thenReturn(connection);
    }

    @Test
    void lockWhenRowsHaveAVersionThenTheyAreNotLocked() {
        when(user.getId()).thenReturn("local");

        CredentialRows.lock(session, user, List.of("1"));

        verify(session, never()).getProvider(any());
    }

    @Test
    void lockWhenRowsHaveNoneThenEachIsLocked() {
        CredentialRows.lock(session, Unversioned.class, List.of("1", "2"));

        verify(database).find(Unversioned.class, "1", LockModeType.PESSIMISTIC_WRITE);
        verify(database).find(Unversioned.class, "2", LockModeType.PESSIMISTIC_WRITE);
        verifyNoMoreInteractions(database);
    }

    @Test
    void lockWhenTheUserIsFederatedThenTheirRowsAreLocked() {
        when(user.getId()).thenReturn("f:provider:name");

        CredentialRows.lock(session, user, List.of("1"));

        verify(database).find(FederatedUserCredentialEntity.class, "1", LockModeType.PESSIMISTIC_WRITE);
    }

    @Test
    void lockWhenADirectoryHasThePasswordThenThereIsNothingToLock() {
        when(user.getId()).thenReturn("f:provider:name");

        CredentialRows.lock(session, user, List.of());

        verify(session, never()).getProvider(any());
    }
}
