package io.changepassword.credential;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.keycloak.credential.hash.PasswordHashProvider;
import org.keycloak.events.Errors;
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
public record CurrentPassword(String value) implements Proof {

    @Override
    public Optional<String> fault(KeycloakSession fresh, UserModel user) {
        return isOf(fresh, user) ? Optional.empty() : Optional.of(Errors.INVALID_USER_CREDENTIALS);
    }

    @Override
    public boolean isGuess() {
        return true;
    }

    private boolean isOf(KeycloakSession fresh, UserModel user) {
        // A lone surrogate has no bytes to be hashed: it is nobody's password, and the hash providers throw at it.
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            return false;
        }
        if (StoredPassword.of(user).isEmpty()
                && !user.credentialManager().isConfiguredFor(PasswordCredentialModel.TYPE)) {
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

    /** HMAC pads its key with NUL, so PBKDF2 proves the old password with NULs behind it as well. */
    @Override
    public boolean isSameAs(String newPassword) {
        return value.replaceAll("\0+$", "").equals(newPassword);
    }

    /** Keeps the secret out of text. */
    @Override
    public String toString() {
        return "CurrentPassword[*]";
    }
}
