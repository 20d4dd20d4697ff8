package io.changepassword.compat;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Version;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.jpa.entities.CredentialEntity;
import org.keycloak.storage.StorageId;
import org.keycloak.storage.jpa.entity.FederatedUserCredentialEntity;

/**
 * The rows in which Keycloak keeps passwords. From 26.2 on the rows of its own users have a version, and of two transactions that
 * change one the second fails. Where there is none, as for federated users in all versions, the second overwrites the first.
 */
public final class CredentialRows {

    private static final boolean OWN_HAVE_A_VERSION = hasVersion(CredentialEntity.class);

    private CredentialRows() {}

    /** @return for the log, what keeps one writer from overwriting another */
    static String guard() {
        return "rows of passwords " + (OWN_HAVE_A_VERSION ? "have a version" : "are locked");
    }

    /**
     * Makes sure that nobody else changes these rows between now and the commit: by their version, or else by a row lock
     * (pessimistic locking).
     *
     * @param unit whose transaction has read nothing of them yet
     * @return what the locked rows hold, which the user's cache may not know yet; empty if their versions do
     */
    public static Optional<List<CredentialModel>> lock(KeycloakSession unit, UserModel user, List<String> ids) {
        return lock(unit, user, ids, OWN_HAVE_A_VERSION);
    }

    static Optional<List<CredentialModel>> lock(
            KeycloakSession unit, UserModel user, List<String> ids, boolean ownHaveAVersion) {
        boolean own = StorageId.isLocalStorage(user.getId());
        // Not for a user whom a storage provider has imported: their credentials come from the cache, and no row is
        // read.
        boolean readWithVersion = own && ownHaveAVersion && user.getFederationLink() == null;
        if (ids.isEmpty() || readWithVersion) {
            return Optional.empty();
        }
        EntityManager database = unit.getProvider(JpaConnectionProvider.class).getEntityManager();
        return Optional.of(ids.stream()
                .flatMap(id -> (own ? lockOwn(database, id) : lockFederated(database, id)).stream())
                .toList());
    }

    static boolean hasVersion(Class<?> entity) {
        return Arrays.stream(entity.getDeclaredFields()).anyMatch(field -> field.isAnnotationPresent(Version.class));
    }

    private static Optional<CredentialModel> lockOwn(EntityManager database, String id) {
        return Optional.ofNullable(database.find(CredentialEntity.class, id, LockModeType.PESSIMISTIC_WRITE))
                .map(row -> model(id, row.getCreatedDate(), row.getCredentialData(), row.getSecretData()));
    }

    private static Optional<CredentialModel> lockFederated(EntityManager database, String id) {
        return Optional.ofNullable(
                        database.find(FederatedUserCredentialEntity.class, id, LockModeType.PESSIMISTIC_WRITE))
                .map(row -> model(id, row.getCreatedDate(), row.getCredentialData(), row.getSecretData()));
    }

    private static CredentialModel model(String id, Long createdDate, String data, String secret) {
        CredentialModel model = new CredentialModel();
        model.setId(id);
        model.setCreatedDate(createdDate);
        model.setCredentialData(data);
        model.setSecretData(secret);
        return model;
    }
}
