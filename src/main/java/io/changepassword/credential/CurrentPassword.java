package io.changepassword.credential;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.keycloak.credential.hash.PasswordHashProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.PasswordPolicy;
import org.keycloak.models.UserCredentialModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;

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
     *
     * @return what is stored of the password that was proved; empty if it was not
     */
    Optional<StoredPassword> prove(KeycloakSession session, Caller caller) {
        return UnitOfWork.discard(session, fresh -> {
            UserModel user = caller.requireSignedInPastTheCache(fresh);
            StoredPassword stored = StoredPassword.of(user);
            return isOf(fresh, user, stored) ? Optional.of(stored) : Optional.empty();
        });
    }

    private boolean isOf(KeycloakSession fresh, UserModel user, StoredPassword stored) {
        // A lone surrogate has no bytes to be hashed: it is nobody's password, and the hash providers throw at it.
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            return false;
        }
        if (stored.isEmpty() && !user.credentialManager().isConfiguredFor(PasswordCredentialModel.TYPE)) {
            hashForNothing(fresh);
            return false;
        }
        return user.credentialManager().isValid(UserCredentialModel.password(value));
    }

    /** So that an account without a password takes as long as one with another password. */
    private void hashForNothing(KeycloakSession fresh) {
        PasswordPolicy policy = fresh.getContext().getRealm().getPasswordPolicy();
        PasswordHashProvider hash = policy.getHashAlgorithm() == null
                ? fresh.getProvider(PasswordHashProvider.class)
                : fresh.getProvider(PasswordHashProvider.class, policy.getHashAlgorithm());
        if (hash != null) {
            hash.encodedCredential(value, policy.getHashIterations());
        }
    }

    /**
     * Whether the new password is the old one; asked only once this one is proved. HMAC pads its key with NUL, so PBKDF2
     * proves the old password with NULs behind it as well.
     */
    boolean is(String newPassword) {
        return value.replaceAll("\0+$", "").equals(newPassword);
    }

    /** Keeps the secret out of text. */
    @Override
    public String toString() {
        return "CurrentPassword[*]";
    }
}
