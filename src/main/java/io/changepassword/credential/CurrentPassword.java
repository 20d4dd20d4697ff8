package io.changepassword.credential;

import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserCredentialModel;
import org.keycloak.models.UserModel;

/**
 * The proof of door A: the password the user has now. It is only ever verified, never judged by today's policy.
 *
 * @param value as sent
 */
public record CurrentPassword(String value) {

    /**
     * Verifies in a transaction that is rolled back. A password stored with another algorithm than the realm's would be
     * hashed anew after the commit (see {@code PasswordCredentialProvider.rehashPasswordIfRequired}), and so come back over
     * the one just set.
     */
    boolean isOf(KeycloakSession session, UserModel user) {
        return UnitOfWork.discard(session, fresh -> {
            UserModel current = fresh.users().getUserById(fresh.getContext().getRealm(), user.getId());
            return current != null && current.credentialManager().isValid(UserCredentialModel.password(value));
        });
    }

    /** Whether the new password is the old one, letter for letter; asked only once this one is proved. */
    boolean is(String newPassword) {
        return value.equals(newPassword);
    }

    /** Keeps the secret out of text. */
    @Override
    public String toString() {
        return "CurrentPassword[*]";
    }
}
