package io.changepassword.credential;

import static io.changepassword.fixture.MockedKeycloak.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.policy.NewPassword;
import io.changepassword.policy.Violation;
import java.util.List;
import java.util.stream.Stream;
import javax.naming.CommunicationException;
import javax.naming.OperationNotSupportedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.ModelException;
import org.keycloak.models.PasswordPolicy;
import org.keycloak.models.RealmModel;
import org.keycloak.models.SubjectCredentialManager;
import org.keycloak.models.UserModel;
import org.keycloak.models.cache.CachedUserModel;
import org.keycloak.storage.ReadOnlyException;

class PasswordStoreTest {

    private static final NewPassword NEW = new NewPassword("aField", "new-password");

    private final RealmModel realm = mock(RealmModel.class);
    private final UserModel user = mock(UserModel.class);
    private final SubjectCredentialManager credentials = mock(SubjectCredentialManager.class);
    private final PasswordStore store = new PasswordStore(realm, user);

    /** The policy of a realm with a password age: a new password must differ from those of the last days. */
    private final PasswordPolicy aged = mock(PasswordPolicy.class);

    @BeforeEach
    void aLocalUser() {
        when(user.getId()).thenReturn("an-id");
        when(user.credentialManager()).thenReturn(credentials);
        when(realm.getPasswordPolicy()).thenReturn(PasswordPolicy.empty());
        when(credentials.getStoredCredentialsByTypeStream(any())).thenAnswer(call -> Stream.empty());
        when(realm.getComponent(null)).thenThrow(new IllegalArgumentException("no id"));
    }

    @Test
    void updateWhenStoredThenDone() {
        when(credentials.updateCredential(any())).thenReturn(true);

        store.update(NEW);
    }

    /** Keycloak's own call would throw halfway. */
    @Test
    void updateWhenTheCacheHasAUserWhoIsGoneThenNotSignedIn() {
        CachedUserModel gone = mock(CachedUserModel.class);
        when(gone.credentialManager()).thenReturn(credentials);
        when(gone.getDelegateForUpdate()).thenThrow(new IllegalStateException("Not found in database"));

        ChangeRefusedException refused =
                catchThrowableOfType(ChangeRefusedException.class, () -> new PasswordStore(realm, gone).update(NEW));

        assertThat(refused.reason()).isEqualTo(ChangeRefusedException.Reason.NOT_SIGNED_IN);
        verify(credentials, never()).updateCredential(any());
    }

    @Test
    void updateWhenNothingStoresItThenRejected() {
        when(credentials.updateCredential(any())).thenReturn(false);

        assertRejected("userStorage", "changePassword.notStored");
    }

    @Test
    void updateWhenReadOnlyThenRejected() {
        when(credentials.updateCredential(any())).thenThrow(new ReadOnlyException("no"));

        assertRejected("userStorage", "changePassword.readOnly");
    }

    @Test
    void updateWhenAWritableDirectoryDeclinesThenNoLocalPasswordStands() {
        keycloakFallsThroughToALocalPasswordOf("WRITABLE");

        assertRejected("userStorage", "changePassword.notStored");
    }

    @Test
    void updateWhenStorageIsUnsyncedThenALocalPasswordIsStored() {
        keycloakFallsThroughToALocalPasswordOf("UNSYNCED");

        store.update(NEW);
    }

    @Test
    void updateWhenAStorageOfItsOwnUsersDeclinesThenNoLocalPasswordStands() {
        keycloakFallsThroughToALocalPasswordOf("WRITABLE");
        when(user.getFederationLink()).thenReturn(null);
        when(user.getId()).thenReturn("f:directory:alice");

        assertRejected("userStorage", "changePassword.notStored");
    }

    @Test
    void updateWhenAWritableDirectoryStoresThenDone() {
        directory("WRITABLE");
        when(credentials.updateCredential(any())).thenReturn(true);

        store.update(NEW);
    }

    @Test
    void updateWhenAWritableDirectorysUserHadALocalPasswordBeforeThenItMayBeTheOneUpdated() {
        keycloakFallsThroughToALocalPasswordOf("WRITABLE");
        when(credentials.getStoredCredentialsByTypeStream(any()))
                .thenAnswer(call -> Stream.of(row("row", 1L, "data", "secret")));

        store.update(NEW);
    }

    @Test
    void updateWhenTheDirectoryIsGoneThenNotTakenForWritable() {
        keycloakFallsThroughToALocalPasswordOf("WRITABLE");
        when(realm.getComponent("directory")).thenReturn(null);

        store.update(NEW);
    }

    private void directory(String editMode) {
        ComponentModel directory = new ComponentModel();
        directory.put("editMode", editMode);
        when(user.getFederationLink()).thenReturn("directory");
        when(realm.getComponent("directory")).thenReturn(directory);
    }

    private void keycloakFallsThroughToALocalPasswordOf(String editMode) {
        directory(editMode);
        when(credentials.updateCredential(any())).thenReturn(true);
        when(credentials.getStoredCredentialsByTypeStream(any()))
                .thenReturn(Stream.empty())
                .thenReturn(Stream.of(row("row", 1L, "data", "secret")));
    }

    @Test
    void updateWhenHistoryRefusesThenItsPolicyAndParameters() {
        when(credentials.updateCredential(any())).thenThrow(new ModelException("invalidPasswordHistoryMessage", 3));

        Violation violation = assertRejected("passwordHistory", "invalidPasswordHistoryMessage");
        assertThat(violation.params()).isEqualTo(List.of(3));
    }

    @Test
    void updateWhenAgeRefusesThenItsPolicyWhereTheRealmHasIt() {
        when(credentials.updateCredential(any())).thenThrow(new ModelException("invalidPasswordGenericMessage"));
        assertRejected("userStorage", "invalidPasswordGenericMessage");

        when(realm.getPasswordPolicy()).thenReturn(aged);
        assertRejected("passwordAge", "invalidPasswordGenericMessage");
    }

    @Test
    void updateWhenStorageRefusesByAMessageOfKeycloaksThenItPasses() {
        when(realm.getPasswordPolicy()).thenReturn(aged);
        when(credentials.updateCredential(any())).thenThrow(new ModelException("invalidPasswordMinLengthMessage", 12));

        Violation violation = assertRejected("userStorage", "invalidPasswordMinLengthMessage");
        assertThat(violation.params()).isEqualTo(List.of(12));
    }

    @Test
    void updateWhenStorageRefusesWithoutAWordThenRejected() {
        when(credentials.updateCredential(any())).thenThrow(new ModelException());

        assertRejected("userStorage", "changePassword.refusedByStore");
    }

    @Test
    void updateWhenStorageRefusesInItsOwnWordsThenTheyAreKept() {
        when(credentials.updateCredential(any())).thenThrow(new ModelException("host ldap.internal says no"));

        assertRejected("userStorage", "changePassword.refusedByStore");
    }

    @Test
    void updateWhenDirectoryIsUnwillingThenRejected() {
        when(credentials.updateCredential(any()))
                .thenThrow(new ModelException("store", new OperationNotSupportedException("error code 53")));

        assertRejected("userStorage", "changePassword.refusedByStore");
    }

    @Test
    void updateWhenDirectoryIsDownThenNotTheUsersMistake() {
        ModelException outage = new ModelException("store", new CommunicationException("down"));
        when(credentials.updateCredential(any())).thenThrow(outage);

        assertThatThrownBy(() -> store.update(NEW)).isSameAs(outage);
    }

    private Violation assertRejected(String policy, String messageKey) {
        ChangeRefusedException refused = catchThrowableOfType(ChangeRefusedException.class, () -> store.update(NEW));
        assertThat(refused.reason()).isEqualTo(ChangeRefusedException.Reason.REJECTED);
        assertThat(refused.violations())
                .extracting(Violation::field, Violation::policy, Violation::messageKey)
                .containsExactly(tuple("aField", policy, messageKey));
        return refused.violations().get(0);
    }
}
