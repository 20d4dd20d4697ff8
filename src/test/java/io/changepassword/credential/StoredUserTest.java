package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.persistence.PersistenceException;
import org.junit.jupiter.api.Test;
import org.keycloak.models.UserModel;
import org.keycloak.models.cache.CachedUserModel;

/** Where a user is stored, and the user past Keycloak's cache. */
class StoredUserTest {

    private final CachedUserModel cached = mock(CachedUserModel.class);

    @Test
    void storageOfWhenKeycloaksDatabaseHasTheUserThenNone() {
        assertThat(StoredUser.storageOf(user("a-uuid", null))).isEmpty();
        assertThat(StoredUser.isLocal(user("a-uuid", null))).isTrue();
    }

    /** As from a directory: a row in the database, and the password elsewhere. */
    @Test
    void storageOfWhenImportedThenTheStorageOfTheLink() {
        assertThat(StoredUser.storageOf(user("a-uuid", "directory"))).contains("directory");
        assertThat(StoredUser.isLocal(user("a-uuid", "directory"))).isFalse();
    }

    /** The id of a user who is not imported names the storage. */
    @Test
    void storageOfWhenNotImportedThenTheStorageOfTheId() {
        assertThat(StoredUser.storageOf(user("f:directory:alice", null))).contains("directory");
        assertThat(StoredUser.isLocal(user("f:directory:alice", null))).isFalse();
    }

    @Test
    void pastTheCacheWhenNotCachedThenTheUser() {
        UserModel user = user("a-uuid", null);

        assertThat(StoredUser.pastTheCache(user)).containsSame(user);
    }

    @Test
    void pastTheCacheWhenCachedThenTheUserAsStored() {
        UserModel stored = mock(UserModel.class);
        when(cached.getDelegateForUpdate()).thenReturn(stored);

        assertThat(StoredUser.pastTheCache(cached)).containsSame(stored);
    }

    @Test
    void pastTheCacheWhenTheStoreHasThemNoLongerThenEmpty() {
        when(cached.getDelegateForUpdate()).thenThrow(new IllegalStateException("Not found in database"));

        assertThat(StoredUser.pastTheCache(cached)).isEmpty();
    }

    /** Or an outage would look like a user who is gone. */
    @Test
    void pastTheCacheWhenTheStoreIsDownThenThrown() {
        PersistenceException down = new PersistenceException();
        when(cached.getDelegateForUpdate()).thenThrow(down);

        assertThatThrownBy(() -> StoredUser.pastTheCache(cached)).isSameAs(down);
    }

    private static UserModel user(String id, String federationLink) {
        UserModel user = mock(UserModel.class);
        when(user.getId()).thenReturn(id);
        when(user.getFederationLink()).thenReturn(federationLink);
        return user;
    }
}
