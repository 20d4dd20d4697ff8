package io.changepassword.credential;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;

/**
 * What Keycloak has stored of a user's password at one moment, to compare it with what is stored later. Nothing is
 * stored of a password that a directory has.
 *
 * @param rows each as id, date and data
 */
public record StoredPassword(List<List<Object>> rows) {

    /** @param user as loaded in a session of its own */
    public static StoredPassword of(UserModel user) {
        return of(user.credentialManager()
                .getStoredCredentialsByTypeStream(PasswordCredentialModel.TYPE)
                .toList());
    }

    static StoredPassword of(List<CredentialModel> rows) {
        return new StoredPassword(rows.stream().map(StoredPassword::row).toList());
    }

    private static List<Object> row(CredentialModel stored) {
        return List.of(
                stored.getId(),
                stored.getCreatedDate() == null ? 0L : stored.getCreatedDate(),
                String.valueOf(stored.getCredentialData()),
                String.valueOf(stored.getSecretData()));
    }

    /** @return when the password was set; empty if a directory has it */
    public Optional<Instant> setAt() {
        return rows.stream().map(row -> Instant.ofEpochMilli((Long) row.get(1))).findFirst();
    }

    List<String> ids() {
        return rows.stream().map(row -> (String) row.get(0)).toList();
    }

    /** @return whether the password is the same, and only its hash another one */
    boolean isRehashOf(StoredPassword other) {
        return !equals(other) && idsAndDates().equals(other.idsAndDates());
    }

    private List<List<Object>> idsAndDates() {
        return rows.stream().map(row -> row.subList(0, 2)).toList();
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Keeps the hash out of text. */
    @Override
    public String toString() {
        return "StoredPassword[*]";
    }
}
