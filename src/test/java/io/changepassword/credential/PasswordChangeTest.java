package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.credential.ChangeRefusedException.Reason;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.keycloak.credential.CredentialInput;
import org.keycloak.events.Event;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.mockito.stubbing.Answer;

@SuppressWarnings("deprecation") // UPDATE_PASSWORD, as in the class tested
class PasswordChangeTest {

    private static final CurrentPassword RIGHT = new CurrentPassword(MockedKeycloak.OLD);
    private static final CurrentPassword WRONG = new CurrentPassword("wrong");
    private static final String NEW = "new-password";

    private final MockedKeycloak keycloak = new MockedKeycloak();

    @Test
    void withWhenProvedThenCommittedWithItsEvents() {
        change(RIGHT);

        assertThat(keycloak.password).isEqualTo(NEW);
        assertThat(keycloak.eventTypes()).containsExactly(EventType.UPDATE_CREDENTIAL, EventType.UPDATE_PASSWORD);
        assertThat(keycloak.locks).isEmpty();
        assertThat(keycloak.rehashed).isFalse();
    }

    @Test
    void withWhenDoneThenCountSessionsAndPendingActionAreGone() {
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
    void withWhenRealmSaysWhichSessionsEndThenThose() {
        when(keycloak.realm.getAttribute(RealmSettings.END_SESSIONS)).thenReturn("all");

        change(RIGHT);

        assertThat(keycloak.online).isEmpty();
    }

    @Test
    void withWhenWorkingThenTheLockIsHeldFromProofToCommitAndNoLonger() {
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
    void withWhenWrongThenCountedUnderTheLockAndNothingElse() {
        doAnswer(call -> {
                    assertThat(keycloak.locks).hasSize(1);
                    return ++keycloak.failures;
                })
                .when(keycloak.protector)
                .failedLogin(any(), any(), any(), any(), any());

        assertRefused(WRONG, NEW, Reason.NOT_PROVED);

        assertThat(keycloak.failures).isOne();
        assertThat(keycloak.locks).isEmpty();
    }

    @Test
    void withWhenWrongThenNothingOfTheNewOneIsTold() {
        assertRefused(WRONG, "short", Reason.NOT_PROVED);
    }

    @Test
    void withWhenLockedThenNothingIsVerifiedAndNobodyKeptWaiting() {
        when(keycloak.protector.isTemporarilyDisabled(any(), any(), any())).thenReturn(true);

        assertRefused(RIGHT, NEW, Reason.USER_LOCKED);

        verifyNothingIsVerified();
        verify(keycloak.singleUseObjects, never()).putIfAbsent(any(), anyLong());
    }

    @Test
    void withWhenLockedWhileWaitingThenNothingIsVerified() {
        when(keycloak.protector.isTemporarilyDisabled(any(), any(), any())).thenReturn(false, true);

        assertRefused(RIGHT, NEW, Reason.USER_LOCKED);

        verifyNothingIsVerified();
        assertThat(keycloak.locks).isEmpty();
    }

    @Test
    void withWhenChangedWhileWaitingThenConflictAndNoGuessIsCounted() {
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
    void withWhenResetAfterTheProofThenTheResetStands() {
        duringProof(call -> {
            keycloak.password = "a reset";
            keycloak.passwordSetAt = 2;
            return true;
        });

        assertRefused(RIGHT, NEW, Reason.CONFLICT);

        assertThat(keycloak.password).isEqualTo("a reset");
    }

    @Test
    void withWhenKeycloakHashesTheOldOneAnewDuringTheProofThenThatIsProvedAndChanged() {
        duringProof(call -> {
            keycloak.hashing = "anew";
            return true;
        });

        change(RIGHT);

        assertThat(keycloak.password).isEqualTo(NEW);
        verify(keycloak.credentials, times(2)).isValid(any(CredentialInput.class));
    }

    /** Of the same millisecond: it looks like a new hash, and does not verify. */
    @Test
    void withWhenResetAfterTheProofAtTheSameTimeThenTheResetStands() {
        duringProof(call -> {
            boolean first = !"a reset".equals(keycloak.password);
            keycloak.password = "a reset";
            return first;
        });

        assertRefused(RIGHT, NEW, Reason.NOT_PROVED);

        assertThat(keycloak.password).isEqualTo("a reset");
    }

    @Test
    void withWhenSignedOutWhileWaitingForATurnThenNoGuessIsCounted() {
        when(keycloak.realm.isEnabled()).thenReturn(true, true, false);

        assertRefused(WRONG, NEW, Reason.NOT_SIGNED_IN);

        assertThat(keycloak.failures).isZero();
        verifyNothingIsVerified();
    }

    @Test
    void withWhenSignedOutAfterTheProofThenNothingIsStored() {
        duringProof(call -> {
            keycloak.online.clear();
            return true;
        });

        assertRefused(RIGHT, NEW, Reason.NOT_SIGNED_IN);
        assertThat(keycloak.password).isEqualTo(MockedKeycloak.OLD);
    }

    @Test
    void withWhenNewBreaksARuleThenNothingIsStored() {
        assertRefused(RIGHT, "short", Reason.REJECTED);

        verify(keycloak.credentials, never()).updateCredential(any());
    }

    @Test
    void withWhenTheStoreDeclinesThenRejected() {
        when(keycloak.credentials.updateCredential(any())).thenReturn(false);

        assertRefused(RIGHT, NEW, Reason.REJECTED);
    }

    @Test
    void withWhenTheCommitLosesARaceThenConflictAndNoSuccessIsTold() {
        keycloak.failures = 2;
        keycloak.addSession("another", false);
        whenStored(() -> keycloak.failCommit(new OptimisticLockException()));

        assertRefused(RIGHT, NEW, Reason.CONFLICT);

        assertThat(keycloak.failures).isEqualTo(2);
        assertThat(keycloak.online).hasSize(2);
    }

    @Test
    void withWhenAStoreIsDownThenUnavailable() {
        whenStored(() -> keycloak.failCommit(new PersistenceException("down")));

        assertRefused(RIGHT, NEW, Reason.UNAVAILABLE);
    }

    @Test
    void withWhenADefectThenItselfAndNoEvent() {
        RuntimeException defect = new IllegalArgumentException();
        whenStored(() -> keycloak.failCommit(defect));

        assertThatThrownBy(() -> change(RIGHT)).isSameAs(defect);
        assertThat(keycloak.events).isEmpty();
        assertThat(keycloak.locks).isEmpty();
    }

    @Test
    void withWhenWhatFollowsFailsThenTheChangeStands() {
        doThrow(new IllegalStateException("down"))
                .when(keycloak.sessions)
                .getUserSessionsStream(any(), any(UserModel.class));

        change(RIGHT);

        assertThat(keycloak.password).isEqualTo(NEW);
        assertThat(keycloak.eventTypes()).containsExactly(EventType.UPDATE_CREDENTIAL, EventType.UPDATE_PASSWORD);
    }

    @Test
    void withWhenTheNodeIsBusyThenNothingIsVerified() {
        assertRefusedWhileBusy(RIGHT);

        verifyNothingIsVerified();
        assertThat(keycloak.locks).isEmpty();
    }

    @Test
    void withWhenTheNodeIsBusyAndThereIsNoPasswordThenNothingIsHashed() {
        keycloak.password = null;

        assertRefusedWhileBusy(WRONG);
    }

    @Test
    void withWhenTheNodeIsBusyAndADirectorysUserHasALocalPasswordThenNothingIsVerified() {
        keycloak.federate();
        when(keycloak.credentials.getStoredCredentialsByTypeStream(PasswordCredentialModel.TYPE))
                .thenAnswer(call -> Stream.of(MockedKeycloak.row("row", 1L, "data", "secret")));

        assertRefusedWhileBusy(RIGHT);
    }

    /** What follows the commit may take its time: a listener that mails waits for a mail server. */
    @Test
    void withWhenItIsCommittedThenTheTurnHasEnded() {
        HashingTurns turns = new HashingTurns(1, Duration.ZERO);
        AtomicBoolean free = new AtomicBoolean();
        whenStored(() -> keycloak.onCommit(() -> {
            turns.take().end();
            free.set(true);
        }));

        new PasswordChange(keycloak.session, keycloak.caller, turns).with(RIGHT, NEW);

        assertThat(free).isTrue();
        turns.take().end();
    }

    @Test
    void withWhenTheNodeIsBusyAndADirectoryHashesThenNoTurnIsTaken() {
        keycloak.federate();
        HashingTurns turns = new HashingTurns(1, Duration.ZERO);

        turns.take();

        assertThat(new PasswordChange(keycloak.session, keycloak.caller, turns).with(RIGHT, NEW))
                .isNotNull();

        assertThat(keycloak.password).isEqualTo(NEW);
    }

    /** A proof that is no guess of a password. */
    private final class Token implements Proof {
        private final String fault;
        private boolean spent;

        Token(String fault, boolean spent) {
            this.fault = fault;
            this.spent = spent;
        }

        @Override
        public Optional<String> fault(KeycloakSession fresh, UserModel user) {
            return Optional.ofNullable(fault);
        }

        @Override
        public boolean isGuess() {
            return false;
        }

        @Override
        public boolean spend(KeycloakSession unit, UserModel user) {
            boolean first = !spent;
            spent = true;
            return first;
        }

        @Override
        public Map<String, String> eventDetails() {
            return Map.of("action", "a-token");
        }
    }

    @Test
    void withWhenATokenHoldsThenItIsSpentAndTheEventsSaySo() {
        keycloak.failures = 2;
        Token token = new Token(null, false);

        keycloak.change().with(token, NEW);

        assertThat(token.spent).isTrue();
        assertThat(keycloak.password).isEqualTo(NEW);
        assertThat(keycloak.failures).isEqualTo(2);
        assertThat(keycloak.events)
                .extracting(event -> event.getDetails().get("action"))
                .containsExactly("a-token", "a-token");
    }

    @Test
    void withWhenATokenHasBeenSpentMeanwhileThenNothingIsStored() {
        assertRefused(keycloak.change(), new Token(null, true), NEW, Reason.NOT_PROVED);

        assertThat(keycloak.events).extracting(Event::getError).containsOnly("expired_code");
    }

    @Test
    void withWhenATokenDoesNotHoldThenThatIsNoGuessAndItIsNotSpent() {
        Token token = new Token("invalid_token", false);

        assertRefused(keycloak.change(), token, NEW, Reason.NOT_PROVED);

        assertThat(token.spent).isFalse();
        assertThat(keycloak.failures).isZero();
        assertThat(keycloak.events).extracting(Event::getError).containsOnly("invalid_token");
    }

    @Test
    void withWhenTheNewPasswordIsRefusedThenTheTokenIsNotSpent() {
        Token token = new Token(null, false);

        assertRefused(keycloak.change(), token, "short", Reason.REJECTED);

        assertThat(token.spent).isFalse();
    }

    @Test
    void withWhenDoneThenSaysWhenThePasswordWasSet() {
        assertThat(keycloak.change().with(RIGHT, NEW))
                .isEqualTo(StoredPassword.of(keycloak.databaseUser).setAt().orElseThrow());
    }

    @Test
    void requireUnlockedWhenLockedThenRefusedWithItsEvents() {
        keycloak.change().requireUnlocked();
        when(keycloak.protector.isTemporarilyDisabled(any(), any(), any())).thenReturn(true);

        assertThatThrownBy(() -> keycloak.change().requireUnlocked())
                .isInstanceOfSatisfying(
                        ChangeRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.USER_LOCKED));
        assertThat(keycloak.eventTypes())
                .containsExactly(EventType.UPDATE_CREDENTIAL_ERROR, EventType.UPDATE_PASSWORD_ERROR);
    }

    private void change(CurrentPassword current) {
        keycloak.change().with(current, NEW);
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
        HashingTurns turns = new HashingTurns(1, Duration.ZERO);
        turns.take();

        assertRefused(new PasswordChange(keycloak.session, keycloak.caller, turns), current, NEW, Reason.BUSY);
    }

    private void assertRefused(PasswordChange change, Proof current, String newPassword, Reason reason) {
        ChangeRefusedException refused =
                catchThrowableOfType(ChangeRefusedException.class, () -> change.with(current, newPassword));
        assertThat(refused.reason()).isEqualTo(reason);
        assertThat(keycloak.password).isNotEqualTo(newPassword);
        assertThat(keycloak.eventTypes())
                .containsExactly(EventType.UPDATE_CREDENTIAL_ERROR, EventType.UPDATE_PASSWORD_ERROR);
        assertThat(keycloak.events).extracting(Event::getError).containsOnly(refused.eventError());
        assertThat(keycloak.events)
                .extracting(event -> event.getDetails().get("reason"))
                .containsOnly(refused.eventReason());
    }

    private void verifyNothingIsVerified() {
        verify(keycloak.credentials, never()).isValid(any(CredentialInput.class));
    }
}
