package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.credential.ChangeRefusedException.Reason;
import io.changepassword.fixture.MockedKeycloak;
import io.changepassword.limits.HashingPermits;
import io.changepassword.limits.NoPermitException;
import io.changepassword.policy.NewPassword;
import io.changepassword.policy.Violation;
import io.changepassword.settings.RealmSettings;
import jakarta.persistence.LockModeType;
import jakarta.persistence.OptimisticLockException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.keycloak.credential.CredentialInput;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.keycloak.models.jpa.entities.CredentialEntity;
import org.mockito.stubbing.Answer;

@SuppressWarnings("deprecation") // UPDATE_PASSWORD, as in the class tested
class PasswordChangeTest {

    private static final CurrentPassword RIGHT = new CurrentPassword(MockedKeycloak.OLD);
    private static final CurrentPassword WRONG = new CurrentPassword("wrong");
    private static final String NEW = "new-password";
    private static final NewPassword NEW_PASSWORD = newPassword(NEW);

    private final MockedKeycloak keycloak = new MockedKeycloak();

    @Test
    void changeWhenProvedThenCommittedWithItsEvents() {
        change(RIGHT);

        assertThat(keycloak.password).isEqualTo(NEW);
        assertThat(keycloak.eventTypes()).containsExactly(EventType.UPDATE_CREDENTIAL, EventType.UPDATE_PASSWORD);
        assertThat(keycloak.locks).isEmpty();
        assertThat(keycloak.rehashed).isFalse();
    }

    @Test
    void changeWhenDoneThenCountSessionsAndPendingActionAreGone() {
        keycloak.failures = 2;
        keycloak.addSession("another", false);
        keycloak.requiredActions.add(UserModel.RequiredAction.UPDATE_PASSWORD);
        keycloak.requiredActions.add(UserModel.RequiredAction.VERIFY_EMAIL);

        change(RIGHT);

        assertThat(keycloak.failures).isZero();
        assertThat(keycloak.online).containsOnlyKeys("session");
        assertThat(keycloak.requiredActions).containsExactly(UserModel.RequiredAction.VERIFY_EMAIL);
    }

    @Test
    void changeWhenTheSettingNamesSessionsThenTheseSessionsEnd() {
        when(keycloak.realm.getAttribute(RealmSettings.END_SESSIONS)).thenReturn("all");

        change(RIGHT);

        assertThat(keycloak.online).isEmpty();
    }

    @Test
    void changeWhenWorkingThenTheLockIsHeldFromProofToCommitAndNoLonger() {
        duringProof(call -> {
            assertThat(keycloak.locks).hasSize(1);
            return true;
        });
        whenStored(() -> assertThat(keycloak.locks).hasSize(1));
        doAnswer(call -> {
                    assertThat(keycloak.locks).isEmpty();
                    keycloak.failures = 0;
                    return null;
                })
                .when(keycloak.protector)
                .successfulLogin(any(), any(), any(), any(), any());
        keycloak.failures = 1;

        change(RIGHT);

        assertThat(keycloak.password).isEqualTo(NEW);
        assertThat(keycloak.failures).isZero();
    }

    @Test
    void changeWhenWrongThenCountedUnderTheLockAndNothingElse() {
        doAnswer(call -> {
                    assertThat(keycloak.locks).hasSize(1);
                    return ++keycloak.failures;
                })
                .when(keycloak.protector)
                .failedLogin(any(), any(), any(), any(), any());

        assertRefused(WRONG, NEW, Reason.WRONG_PASSWORD);

        assertThat(keycloak.failures).isOne();
        assertThat(keycloak.locks).isEmpty();
    }

    @Test
    void changeWhenWrongThenNoViolationOfTheNewOneIsDisclosed() {
        assertRefused(WRONG, "short", Reason.WRONG_PASSWORD);
    }

    @Test
    void changeWhenLockedThenNothingIsVerifiedAndNobodyKeptWaiting() {
        when(keycloak.protector.isTemporarilyDisabled(any(), any(), any())).thenReturn(true);

        assertRefused(RIGHT, NEW, Reason.USER_LOCKED);

        verifyNothingIsVerified();
        verify(keycloak.singleUseObjects, never()).putIfAbsent(any(), anyLong());
    }

    @Test
    void changeWhenLockedWhileWaitingThenNothingIsVerified() {
        when(keycloak.protector.isTemporarilyDisabled(any(), any(), any())).thenReturn(false, true);

        assertRefused(RIGHT, NEW, Reason.USER_LOCKED);

        verifyNothingIsVerified();
        assertThat(keycloak.locks).isEmpty();
    }

    @Test
    void changeWhenChangedWhileWaitingThenConflictAndNoGuessIsCounted() {
        when(keycloak.singleUseObjects.putIfAbsent(any(), anyLong())).thenAnswer(call -> {
            keycloak.password = "another's";
            return true;
        });

        assertRefused(RIGHT, NEW, Reason.CONFLICT);

        verifyNothingIsVerified();
        assertThat(keycloak.failures).isZero();
        assertThat(keycloak.password).isEqualTo("another's");
    }

    @Test
    void changeWhenResetAfterTheProofThenTheResetStands() {
        duringProof(call -> {
            keycloak.password = "a reset";
            keycloak.passwordSetAt = 2;
            return true;
        });

        assertRefused(RIGHT, NEW, Reason.CONFLICT);

        assertThat(keycloak.password).isEqualTo("a reset");
    }

    /** The cache has the credentials of a user from a directory, and may not know of a reset yet. The locked row does. */
    @Test
    void changeWhenTheLockedRowOfADirectorysUserIsAnotherThenTheResetStands() {
        keycloak.federate();
        when(keycloak.credentials.getStoredCredentialsByTypeStream(PasswordCredentialModel.TYPE))
                .thenAnswer(call -> Stream.of(MockedKeycloak.row("row", 1L, "data", "secret")));
        CredentialEntity reset = new CredentialEntity();
        reset.setCreatedDate(2L);
        reset.setCredentialData("data");
        reset.setSecretData("a reset");
        when(keycloak.database.find(CredentialEntity.class, "row", LockModeType.PESSIMISTIC_WRITE))
                .thenReturn(reset);

        assertRefused(RIGHT, NEW, Reason.CONFLICT);

        verify(keycloak.credentials, never()).updateCredential(any());
    }

    @Test
    void changeWhenKeycloakRehashesTheOldPasswordDuringTheProofThenChanged() {
        duringProof(call -> {
            keycloak.hashing = "anew";
            return true;
        });

        change(RIGHT);

        assertThat(keycloak.password).isEqualTo(NEW);
        verify(keycloak.credentials, times(2)).isValid(any(CredentialInput.class));
    }

    /** A reset in the same millisecond looks like a rehash, but the old password does not verify. */
    @Test
    void changeWhenResetAfterTheProofAtTheSameTimeThenTheResetStands() {
        duringProof(call -> {
            boolean first = !"a reset".equals(keycloak.password);
            keycloak.password = "a reset";
            return first;
        });

        assertRefused(RIGHT, NEW, Reason.WRONG_PASSWORD);

        assertThat(keycloak.password).isEqualTo("a reset");
    }

    @Test
    void changeWhenSignedOutWhileWaitingForAPermitThenNoGuessIsCounted() {
        when(keycloak.realm.isEnabled()).thenReturn(true, true, false);

        assertRefused(WRONG, NEW, Reason.NOT_SIGNED_IN);

        assertThat(keycloak.failures).isZero();
        verifyNothingIsVerified();
    }

    @Test
    void changeWhenSignedOutAfterTheProofThenNothingIsStored() {
        duringProof(call -> {
            keycloak.online.clear();
            return true;
        });

        assertRefused(RIGHT, NEW, Reason.NOT_SIGNED_IN);
        assertThat(keycloak.password).isEqualTo(MockedKeycloak.OLD);
    }

    @Test
    void changeWhenNewBreaksARuleThenNothingIsStored() {
        assertRefused(RIGHT, "short", Reason.REJECTED);

        verify(keycloak.credentials, never()).updateCredential(any());
    }

    @Test
    void changeWhenTheStoreDeclinesThenRejected() {
        when(keycloak.credentials.updateCredential(any())).thenReturn(false);

        assertRefused(RIGHT, NEW, Reason.REJECTED);
    }

    @Test
    void changeWhenTheCommitLosesARaceThenTheConflictIsThrownAndNoSuccessIsFired() {
        keycloak.failures = 2;
        keycloak.addSession("another", false);
        OptimisticLockException lost = new OptimisticLockException();
        whenStored(() -> keycloak.failCommit(lost));

        assertThatThrownBy(() -> change(RIGHT)).isSameAs(lost);

        assertThat(keycloak.events).isEmpty();
        assertThat(keycloak.failures).isEqualTo(2);
        assertThat(keycloak.online).hasSize(2);
    }

    @Test
    void changeWhenTheCommitFailsThenTheFailureIsThrownAndNoEventIsFired() {
        RuntimeException defect = new IllegalArgumentException();
        whenStored(() -> keycloak.failCommit(defect));

        assertThatThrownBy(() -> change(RIGHT)).isSameAs(defect);
        assertThat(keycloak.events).isEmpty();
        assertThat(keycloak.locks).isEmpty();
    }

    @Test
    void changeWhenWhatFollowsFailsThenTheChangeStands() {
        doThrow(new IllegalStateException("down"))
                .when(keycloak.sessions)
                .getUserSessionsStream(any(), any(UserModel.class));

        change(RIGHT);

        assertThat(keycloak.password).isEqualTo(NEW);
        assertThat(keycloak.eventTypes()).containsExactly(EventType.UPDATE_CREDENTIAL, EventType.UPDATE_PASSWORD);
    }

    @Test
    void changeWhenTheNodeIsBusyThenNothingIsVerified() {
        assertRefusedWhileBusy(RIGHT);

        verifyNothingIsVerified();
        assertThat(keycloak.locks).isEmpty();
    }

    @Test
    void changeWhenTheNodeIsBusyAndThereIsNoPasswordThenNothingIsHashed() {
        keycloak.password = null;

        assertRefusedWhileBusy(WRONG);
    }

    @Test
    void changeWhenTheNodeIsBusyAndADirectorysUserHasALocalPasswordThenNothingIsVerified() {
        keycloak.federate();
        when(keycloak.credentials.getStoredCredentialsByTypeStream(PasswordCredentialModel.TYPE))
                .thenAnswer(call -> Stream.of(MockedKeycloak.row("row", 1L, "data", "secret")));

        assertRefusedWhileBusy(RIGHT);
    }

    /** The steps after the commit may take long: a listener that mails waits for a mail server. */
    @Test
    void changeWhenItIsCommittedThenThePermitIsReleased() {
        HashingPermits permits = new HashingPermits(1, Duration.ZERO);
        AtomicBoolean free = new AtomicBoolean();
        whenStored(() -> keycloak.onCommit(() -> {
            permits.acquire().release();
            free.set(true);
        }));

        new PasswordChange(keycloak.session, keycloak.caller, permits).change(RIGHT, NEW_PASSWORD);

        assertThat(free).isTrue();
        permits.acquire().release();
    }

    @Test
    void changeWhenTheNodeIsBusyAndADirectoryHashesThenNoPermitIsAcquired() {
        keycloak.federate();
        HashingPermits permits = new HashingPermits(1, Duration.ZERO);

        permits.acquire();

        assertThat(new PasswordChange(keycloak.session, keycloak.caller, permits).change(RIGHT, NEW_PASSWORD))
                .isNotNull();

        assertThat(keycloak.password).isEqualTo(NEW);
    }

    /** A proof that does not count as a login. */
    private final class Token implements Proof {
        private final String fault;
        private boolean consumed;

        Token(String fault, boolean consumed) {
            this.fault = fault;
            this.consumed = consumed;
        }

        @Override
        public Optional<ChangeRefusedException> fault(KeycloakSession fresh, UserModel user, StoredPassword stored) {
            return Optional.ofNullable(fault).map(ChangeRefusedException::invalidActionToken);
        }

        @Override
        public void consume(KeycloakSession unit, UserModel user) {
            if (consumed) {
                throw ChangeRefusedException.invalidActionToken("expired_code");
            }
            consumed = true;
        }

        @Override
        public Map<String, String> eventDetails() {
            return Map.of("action", "a-token");
        }
    }

    @Test
    void changeWhenATokenIsValidThenItIsConsumedAndTheEventsNameIt() {
        keycloak.failures = 2;
        Token token = new Token(null, false);

        keycloak.change().change(token, NEW_PASSWORD);

        assertThat(token.consumed).isTrue();
        assertThat(keycloak.password).isEqualTo(NEW);
        assertThat(keycloak.failures).isEqualTo(2);
        assertThat(keycloak.events)
                .extracting(event -> event.getDetails().get("action"))
                .containsExactly("a-token", "a-token");
    }

    @Test
    void changeWhenATokenHasBeenConsumedMeanwhileThenNothingIsStored() {
        assertRefused(keycloak.change(), new Token(null, true), NEW, Reason.INVALID_ACTION_TOKEN);
    }

    @Test
    void changeWhenATokenIsInvalidThenNoGuessIsCountedAndItIsNotConsumed() {
        Token token = new Token("invalid_token", false);

        assertRefused(keycloak.change(), token, NEW, Reason.INVALID_ACTION_TOKEN);

        assertThat(token.consumed).isFalse();
        assertThat(keycloak.failures).isZero();
    }

    @Test
    void changeWhenTheNewPasswordIsRefusedThenTheTokenIsNotConsumed() {
        Token token = new Token(null, false);

        assertRefused(keycloak.change(), token, "short", Reason.REJECTED);

        assertThat(token.consumed).isFalse();
    }

    @Test
    void changeWhenDoneThenSaysWhenThePasswordWasSet() {
        assertThat(keycloak.change().change(RIGHT, NEW_PASSWORD))
                .isEqualTo(StoredPassword.of(keycloak.databaseUser).setAt().orElseThrow());
    }

    @Test
    void changeWhenNewIsTheCurrentOneThenRejectedBesideWhatElseIsViolated() {
        keycloak.password = "current";

        ChangeRefusedException refused = catchThrowableOfType(
                ChangeRefusedException.class,
                () -> keycloak.change().change(new CurrentPassword("current"), newPassword("current")));

        assertThat(refused.violations())
                .extracting(Violation::field, Violation::policy)
                .containsExactly(tuple("aField", "length"), tuple("aField", "notCurrentPassword"));
    }

    private void change(CurrentPassword current) {
        keycloak.change().change(current, NEW_PASSWORD);
    }

    private void duringProof(Answer<Boolean> proof) {
        when(keycloak.credentials.isValid(any(CredentialInput.class))).thenAnswer(proof);
    }

    private void whenStored(Runnable then) {
        when(keycloak.credentials.updateCredential(any())).thenAnswer(call -> {
            CredentialInput input = call.getArgument(0);
            keycloak.onCommit(() -> keycloak.password = input.getChallengeResponse());
            then.run();
            return true;
        });
    }

    private void assertRefused(CurrentPassword current, String newPassword, Reason reason) {
        assertRefused(keycloak.change(), current, newPassword, reason);
    }

    private void assertRefusedWhileBusy(CurrentPassword current) {
        HashingPermits permits = new HashingPermits(1, Duration.ZERO);
        permits.acquire();

        assertThatThrownBy(() ->
                        new PasswordChange(keycloak.session, keycloak.caller, permits).change(current, NEW_PASSWORD))
                .isInstanceOf(NoPermitException.class);
        assertThat(keycloak.password).isNotEqualTo(NEW);
        assertThat(keycloak.events).isEmpty();
    }

    private void assertRefused(PasswordChange change, Proof current, String newPassword, Reason reason) {
        ChangeRefusedException refused = catchThrowableOfType(
                ChangeRefusedException.class, () -> change.change(current, newPassword(newPassword)));
        assertThat(refused.reason()).isEqualTo(reason);
        assertThat(keycloak.password).isNotEqualTo(newPassword);
        // The error events are fired where the response is written.
        assertThat(keycloak.events).isEmpty();
    }

    private static NewPassword newPassword(String value) {
        return new NewPassword("aField", value);
    }

    private void verifyNothingIsVerified() {
        verify(keycloak.credentials, never()).isValid(any(CredentialInput.class));
    }
}
