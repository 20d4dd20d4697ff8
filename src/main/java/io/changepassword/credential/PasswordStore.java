package io.changepassword.credential;

import java.util.Arrays;
import java.util.List;
import org.keycloak.models.ModelException;
import org.keycloak.models.PasswordPolicy;
import org.keycloak.models.UserCredentialModel;
import org.keycloak.models.UserModel;
import org.keycloak.storage.ReadOnlyException;

/** Stores a new password by the one call that Keycloak's own pages make, for local and federated users alike. */
final class PasswordStore {

    private static final String HISTORY_MESSAGE = "invalidPasswordHistoryMessage";
    private static final String AGE_MESSAGE = "invalidPasswordGenericMessage";

    private PasswordStore() {}

    /**
     * @param user as loaded in the unit of work that is to be committed
     * @throws ChangeRefusedException {@code REJECTED} if the store refuses the password, or takes none from this user
     */
    static void update(UserModel user, String newPassword, PasswordPolicy policy) {
        boolean stored;
        try {
            stored = user.credentialManager().updateCredential(UserCredentialModel.password(newPassword));
        } catch (ReadOnlyException readOnly) {
            throw refused("changePassword.readOnly");
        } catch (ModelException refusal) {
            if (refusal.getCause() == null) {
                throw ChangeRefusedException.rejected(List.of(violation(refusal, policy)));
            }
            if (StoreFailure.isRefusalByDirectory(refusal)) {
                throw refused("changePassword.refusedByStore");
            }
            throw refusal;
        }
        // False without an exception: a storage that is disabled or gone, or whose directory does not know the user.
        if (!stored) {
            throw refused("changePassword.notStored");
        }
    }

    private static ChangeRefusedException refused(String messageKey) {
        return ChangeRefusedException.rejected(List.of(new Violation(Violation.USER_STORAGE, messageKey)));
    }

    /** Which of the policies that only the store asks has spoken; all others have been asked before. */
    private static Violation violation(ModelException refusal, PasswordPolicy policy) {
        String key = refusal.getMessage();
        List<Object> params = refusal.getParameters() == null ? List.of() : Arrays.asList(refusal.getParameters());
        if (HISTORY_MESSAGE.equals(key)) {
            return new Violation(PasswordPolicy.PASSWORD_HISTORY_ID, params, key);
        }
        if (AGE_MESSAGE.equals(key) && policy.getPasswordAgeInDays() >= 0) {
            return new Violation(PasswordPolicy.PASSWORD_AGE, params, key);
        }
        // A storage's own text may name its hosts and entries, so only Keycloak's message keys pass.
        return key != null && key.startsWith("invalidPassword")
                ? new Violation(Violation.USER_STORAGE, params, key)
                : new Violation(Violation.USER_STORAGE, "changePassword.refusedByStore");
    }
}
