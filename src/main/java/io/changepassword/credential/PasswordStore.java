package io.changepassword.credential;

import io.changepassword.policy.NewPassword;
import io.changepassword.policy.Violation;
import java.util.Arrays;
import java.util.List;
import org.keycloak.models.LDAPConstants;
import org.keycloak.models.ModelException;
import org.keycloak.models.PasswordPolicy;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserCredentialModel;
import org.keycloak.models.UserModel;
import org.keycloak.storage.ReadOnlyException;

/** Stores a new password by the one call that Keycloak's own pages make, for local and federated users alike. */
final class PasswordStore {

    private static final String HISTORY_MESSAGE = "invalidPasswordHistoryMessage";
    /** Id of a refusal by the rules of a user storage, such as a directory. */
    private static final String USER_STORAGE = "userStorage";

    private static final String AGE_MESSAGE = "invalidPasswordGenericMessage";

    /** Value of {@link LDAPConstants#EDIT_MODE}, {@code UserStorageProvider.EditMode}. */
    private static final String WRITABLE = "WRITABLE";

    private final RealmModel realm;
    private final UserModel user;

    /** @param user as loaded in the unit of work that is to be committed */
    PasswordStore(RealmModel realm, UserModel user) {
        this.realm = realm;
        this.user = user;
    }

    /**
     * @throws ChangeRefusedException {@code REJECTED} if the store refuses the password, or takes none from this user;
     *     {@code NOT_SIGNED_IN} if it has the user no longer
     */
    void update(NewPassword newPassword) {
        String field = newPassword.field();
        boolean localBefore = hasLocalPassword();
        boolean stored;
        try {
            requireThere();
            stored = user.credentialManager().updateCredential(UserCredentialModel.password(newPassword.value()));
        } catch (ReadOnlyException readOnly) {
            throw refused(field, "changePassword.readOnly");
        } catch (ModelException refusal) {
            throw translate(field, refusal);
        }
        // False without an exception: a storage that is disabled or gone, or whose directory does not know the user.
        if (!stored) {
            throw refused(field, "changePassword.notStored");
        }
        // A writable directory has declined: Keycloak falls back to a local password.
        if (isHeldByWritableDirectory() && !localBefore && hasLocalPassword()) {
            throw refused(field, "changePassword.notStored");
        }
    }

    /** Before it writes, Keycloak loads a cached user again, and throws if the directory has deleted the user. */
    private void requireThere() {
        if (StoredUser.pastTheCache(user).isEmpty()) {
            throw ChangeRefusedException.because(ChangeRefusedException.Reason.NOT_SIGNED_IN);
        }
    }

    private boolean hasLocalPassword() {
        return !StoredPassword.of(user).isEmpty();
    }

    private boolean isHeldByWritableDirectory() {
        return StoredUser.storageOf(user)
                .map(realm::getComponent)
                .map(storage -> storage.get(LDAPConstants.EDIT_MODE))
                .filter(WRITABLE::equals)
                .isPresent();
    }

    private RuntimeException translate(String field, ModelException refusal) {
        if (refusal.getCause() == null) {
            return ChangeRefusedException.rejected(List.of(violation(field, refusal)));
        }
        return StoreFailure.isRefusalByDirectory(refusal) ? refused(field, "changePassword.refusedByStore") : refusal;
    }

    private static ChangeRefusedException refused(String field, String messageKey) {
        return ChangeRefusedException.rejected(List.of(Violation.of(field, USER_STORAGE, messageKey)));
    }

    /** The violated policy, one of those that only the store checks. */
    private Violation violation(String field, ModelException refusal) {
        String key = refusal.getMessage();
        List<Object> params = refusal.getParameters() == null ? List.of() : Arrays.asList(refusal.getParameters());
        if (HISTORY_MESSAGE.equals(key)) {
            return new Violation(field, PasswordPolicy.PASSWORD_HISTORY_ID, key, params);
        }
        if (AGE_MESSAGE.equals(key) && realm.getPasswordPolicy().getPasswordAgeInDays() >= 0) {
            return new Violation(field, PasswordPolicy.PASSWORD_AGE, key, params);
        }
        // A storage's own text may name its hosts and entries, so only Keycloak's message keys pass.
        return key != null && key.startsWith("invalidPassword")
                ? new Violation(field, USER_STORAGE, key, params)
                : Violation.of(field, USER_STORAGE, "changePassword.refusedByStore");
    }
}
