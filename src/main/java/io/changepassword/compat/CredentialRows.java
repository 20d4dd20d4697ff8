package io.changepassword.compat;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Version;
import java.util.Arrays;
import java.util.List;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.jpa.entities.CredentialEntity;
import org.keycloak.storage.StorageId;
import org.keycloak.storage.jpa.entity.FederatedUserCredentialEntity;

/**
 * The rows in which Keycloak keeps passwords. From 26.2 on those of its own users have a version, and of two transactions that
 * change one the second fails. Where there is none, as for federated users in all versions, the second overwrites the first.
 */
public final class CredentialRows {

    private CredentialRows() {}

    /**
     * Makes sure that between what is read of these rows now and the commit nobody else changes them: by their version, or else
     * by waiting for whoever is about to, and having others wait.
     *
     * @param unit whose transaction has read nothing of them yet
     */
    public static void lock(KeycloakSession unit, UserModel user, List<String> ids) {
        Class<?> entity =
                StorageId.isLocalStorage(user.getId()) ? CredentialEntity.class : FederatedUserCredentialEntity.class;
        lock(unit, entity, ids);
    }

    static void lock(KeycloakSession unit, Class<?> entity, List<String> ids) {
        if (!ids.isEmpty() && !hasVersion(entity)) {
            EntityManager database =
                    unit.getProvider(JpaConnectionProvider.class).getEntityManager();
            ids.forEach(id -> database.find(entity, id, LockModeType.PESSIMISTIC_WRITE));
        }
    }

    private static boolean hasVersion(Class<?> entity) {
        return Arrays.stream(entity.getDeclaredFields()).anyMatch(field -> field.isAnnotationPresent(Version.class));
    }
}
