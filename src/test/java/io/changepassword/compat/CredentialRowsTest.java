package io.changepassword.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.jpa.entities.CredentialEntity;
import org.keycloak.storage.jpa.entity.FederatedUserCredentialEntity;

/** {@code RacesIT} on 26.0 and 26.1, whose rows have no version, tests that a lock protects an administrator's reset. */
class CredentialRowsTest {

    private final KeycloakSession session = mock(KeycloakSession.class);
    private final EntityManager database = mock(EntityManager.class);
    private final UserModel user = mock(UserModel.class);

    @BeforeEach
    void aDatabase() {
        JpaConnectionProvider connection = mock(JpaConnectionProvider.class);
        when(connection.getEntityManager()).thenReturn(database);
        when(session.getProvider(JpaConnectionProvider.class)).thenReturn(connection);
        when(user.getId()).thenReturn("f:provider:name");
    }

    @Test
    void lockWhenRowsHaveAVersionThenTheyAreNotLocked() {
        when(user.getId()).thenReturn("local");

        assertThat(CredentialRows.lock(session, user, List.of("1"))).isEmpty();

        verify(session, never()).getProvider(any());
    }

    /** The credentials of imported users come from the cache. No row is read, so a version would not help. */
    @Test
    void lockWhenRowsHaveAVersionButTheUserIsImportedThenTheyAreLocked() {
        CredentialEntity row = row();
        when(user.getId()).thenReturn("local");
        when(user.getFederationLink()).thenReturn("directory");
        when(database.find(CredentialEntity.class, "1", LockModeType.PESSIMISTIC_WRITE))
                .thenReturn(row);

        assertReturned(CredentialRows.lock(session, user, List.of("1"), true));
    }

    /** Keycloak 26.0 and 26.1 have no version. */
    @Test
    void lockWhenRowsOfKeycloaksOwnUsersHaveNoVersionThenEachIsLockedAndReturned() {
        CredentialEntity row = row();
        when(user.getId()).thenReturn("local");
        when(database.find(CredentialEntity.class, "1", LockModeType.PESSIMISTIC_WRITE))
                .thenReturn(row);

        assertReturned(CredentialRows.lock(session, user, List.of("1"), false));
    }

    @Test
    void lockWhenRowsOfFederatedUsersHaveNoVersionThenEachIsLockedAndReturned() {
        FederatedUserCredentialEntity row = new FederatedUserCredentialEntity();
        row.setCreatedDate(5L);
        row.setCredentialData("data");
        row.setSecretData("secret");
        when(database.find(FederatedUserCredentialEntity.class, "1", LockModeType.PESSIMISTIC_WRITE))
                .thenReturn(row);

        assertReturned(CredentialRows.lock(session, user, List.of("1")));
    }

    private static CredentialEntity row() {
        CredentialEntity row = new CredentialEntity();
        row.setCreatedDate(5L);
        row.setCredentialData("data");
        row.setSecretData("secret");
        return row;
    }

    private static void assertReturned(Optional<List<CredentialModel>> locked) {
        assertThat(locked.orElseThrow()).singleElement().satisfies(model -> {
            assertThat(model.getId()).isEqualTo("1");
            assertThat(model.getCreatedDate()).isEqualTo(5L);
            assertThat(model.getCredentialData()).isEqualTo("data");
            assertThat(model.getSecretData()).isEqualTo("secret");
        });
    }

    @Test
    void hasVersionWhenAFieldIsTheVersionThenTrue() {
        assertThat(CredentialRows.hasVersion(CredentialEntity.class)).isTrue();
        assertThat(CredentialRows.hasVersion(FederatedUserCredentialEntity.class))
                .isFalse();
    }

    @Test
    void lockWhenARowIsGoneThenItIsNotReturned() {
        assertThat(CredentialRows.lock(session, user, List.of("1"))).hasValue(List.of());

        verify(database).find(FederatedUserCredentialEntity.class, "1", LockModeType.PESSIMISTIC_WRITE);
    }

    @Test
    void lockWhenADirectoryHasThePasswordThenThereIsNothingToLock() {
        assertThat(CredentialRows.lock(session, user, List.of())).isEmpty();

        verify(session, never()).getProvider(any());
    }
}
