package io.changepassword.credential;

import io.changepassword.policy.NewPassword;
import io.changepassword.policy.Violation;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.keycloak.credential.hash.PasswordHashProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.PasswordPolicy;
import org.keycloak.models.UserCredentialModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;

/**
 * The proof of a change with the current password: the password the user has now. It is only ever verified, never judged by today's policy.
 *
 * @param value as sent
 */
public record CurrentPassword(String value) implements Proof {

    /** The name under which it is sent, for the violation. */
    public static final String FIELD = "oldPassword";

    @Override
    public Optional<ChangeRefusedException> fault(KeycloakSession fresh, UserModel user, StoredPassword stored) {
        return isOf(fresh, user, stored)
                ? Optional.empty()
                : Optional.of(ChangeRefusedException.wrongPassword(
                        Violation.of(FIELD, "currentPassword", "invalidPasswordExistingMessage")));
    }

    @Override
    public boolean countsAsLogin() {
        return true;
    }

    private boolean isOf(KeycloakSession fresh, UserModel user, StoredPassword stored) {
        // A lone surrogate has no bytes to be hashed: it is nobody's password, and the hash providers throw at it.
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            return false;
        }
        if (stored.isEmpty() && !user.credentialManager().isConfiguredFor(PasswordCredentialModel.TYPE)) {
            dummyHash(fresh);
            return false;
        }
        return user.credentialManager().isValid(UserCredentialModel.password(value));
    }

    /** So that an account without a password takes as long as one with another password. */
    private void dummyHash(KeycloakSession fresh) {
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
    public boolean isSameAs(NewPassword newPassword) {
        return value.replaceAll("\0+$", "").equals(newPassword.value());
    }

    /** Keeps the secret out of text. */
    @Override
    public String toString() {
        return "CurrentPassword[*]";
    }
}
