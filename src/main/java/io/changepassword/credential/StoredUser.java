package io.changepassword.credential;

import java.util.Optional;
import org.keycloak.models.UserModel;
import org.keycloak.models.cache.CachedUserModel;
import org.keycloak.storage.StorageId;

/** Where a user is stored, and the user as stored there. */
final class StoredUser {

    private StoredUser() {}

    /** @return the id of the user storage, a directory for one, that has the user's password; empty if Keycloak's database has it */
    static Optional<String> storageOf(UserModel user) {
        return StorageId.isLocalStorage(user.getId())
                ? Optional.ofNullable(user.getFederationLink())
                : Optional.of(StorageId.providerId(user.getId()));
    }

    static boolean isLocal(UserModel user) {
        return storageOf(user).isEmpty();
    }

    /** @return the user from the store instead of the cache, as a write gets it; empty if the store has deleted the user */
    static Optional<UserModel> pastTheCache(UserModel found) {
        if (!(found instanceof CachedUserModel cached)) {
            return Optional.of(found);
        }
        try {
            return Optional.of(cached.getDelegateForUpdate());
        } catch (IllegalStateException deletedMeanwhile) {
            return Optional.empty();
        }
    }
}
