package io.changepassword.credential;

import java.util.Arrays;
import java.util.List;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.LDAPConstants;
import org.keycloak.models.ModelException;
import org.keycloak.models.PasswordPolicy;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserCredentialModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.cache.CachedUserModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.keycloak.storage.ReadOnlyException;
import org.keycloak.storage.StorageId;

/** Stores a new password by the one call that Keycloak's own pages make, for local and federated users alike. */
final class PasswordStore {

    private static final String HISTORY_MESSAGE = "invalidPasswordHistoryMessage";
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
    void update(String newPassword) {
        boolean localBefore = hasLocalPassword();
        boolean stored;
        try {
            requireThere();
            stored = user.credentialManager().updateCredential(UserCredentialModel.password(newPassword));
        } catch (ReadOnlyException readOnly) {
            throw refused("changePassword.readOnly");
        } catch (ModelException refusal) {
            throw explain(refusal);
        }
        // False without an exception: a storage that is disabled or gone, or whose directory does not know the user.
        if (!stored) {
            throw refused("changePassword.notStored");
        }
        // A directory that is to be written to, and has declined: Keycloak falls through to a password of its own.
        if (isHeldByWritableDirectory() && !localBefore && hasLocalPassword()) {
            throw refused("changePassword.notStored");
        }
    }

    /** Keycloak looks for a user whom the cache has once more before it writes, and throws where a directory has them no longer. */
    private void requireThere() {
        if (user instanceof CachedUserModel cached) {
            try {
                cached.getDelegateForUpdate();
            } catch (IllegalStateException removed) {
                throw ChangeRefusedException.because(ChangeRefusedException.Reason.NOT_SIGNED_IN);
            }
        }
    }

    private boolean hasLocalPassword() {
        return user.credentialManager()
                .getStoredCredentialsByTypeStream(PasswordCredentialModel.TYPE)
                .findAny()
                .isPresent();
    }

    private boolean isHeldByWritableDirectory() {
        String storage =
                StorageId.isLocalStorage(user.getId()) ? user.getFederationLink() : StorageId.providerId(user.getId());
        ComponentModel component = storage == null ? null : realm.getComponent(storage);
        return component != null && WRITABLE.equals(component.get(LDAPConstants.EDIT_MODE));
    }

    private RuntimeException explain(ModelException refusal) {
        if (refusal.getCause() == null) {
            return ChangeRefusedException.rejected(List.of(violation(refusal)));
        }
        return StoreFailure.isRefusalByDirectory(refusal) ? refused("changePassword.refusedByStore") : refusal;
    }

    private static ChangeRefusedException refused(String messageKey) {
        return ChangeRefusedException.rejected(List.of(new Violation(Violation.USER_STORAGE, messageKey)));
    }

    /** Which of the policies that only the store asks has spoken; all others have been asked before. */
    private Violation violation(ModelException refusal) {
        String key = refusal.getMessage();
        List<Object> params = refusal.getParameters() == null ? List.of() : Arrays.asList(refusal.getParameters());
        if (HISTORY_MESSAGE.equals(key)) {
            return new Violation(PasswordPolicy.PASSWORD_HISTORY_ID, params, key);
        }
        if (AGE_MESSAGE.equals(key) && realm.getPasswordPolicy().getPasswordAgeInDays() >= 0) {
            return new Violation(PasswordPolicy.PASSWORD_AGE, params, key);
        }
        // A storage's own text may name its hosts and entries, so only Keycloak's message keys pass.
        return key != null && key.startsWith("invalidPassword")
                ? new Violation(Violation.USER_STORAGE, params, key)
                : new Violation(Violation.USER_STORAGE, "changePassword.refusedByStore");
    }
}
