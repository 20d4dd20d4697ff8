package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.changepassword.credential.Caller;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.keycloak.models.ClientModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;

class RequestSlotsTest {

    private static final int AT_ONCE = 12;

    private final RequestSlots slots = new RequestSlots(AT_ONCE);

    @Test
    void serveWhenASessionHasItsShareThenNoMoreIsRun() {
        Caller caller = caller("user", "session");

        assertThat(nested(caller, RequestSlots.A_SESSION)).isEmpty();
        assertThat(nested(caller, RequestSlots.A_SESSION + 1)).contains(409);
    }

    @Test
    void serveWhenAUserAndASessionHaveTheSameIdThenTheyAreCountedApart() {
        assertThat(nested(caller("same", "same"), RequestSlots.A_SESSION)).isEmpty();
    }

    @Test
    void serveWhenAUserHasTheirShareThenNoOtherSessionIsServedButOtherUsersAre() {
        assertThat(nestedSessions("user", RequestSlots.A_USER, caller("user", "another")))
                .contains(409);
        assertThat(nestedSessions("user", RequestSlots.A_USER, caller("other", "another")))
                .isEmpty();
    }

    @Test
    void serveWhenTheNodeHasItsShareThenNobodyIsServed() {
        assertThat(nestedUsers(AT_ONCE - 1, caller("another", "another"))).isEmpty();
        assertThat(nestedUsers(AT_ONCE, caller("another", "another"))).contains(503);
    }

    @Test
    void requireRoomWhenTheNodeHasItsShareThenRefusedUntilOneIsDone() {
        AtomicReference<Optional<Integer>> full = new AtomicReference<>();

        nestedUsers(AT_ONCE - 1, caller("last", "last"), () -> full.set(refusal(slots::requireRoom)));

        assertThat(full.get()).contains(503);
        assertThat(refusal(slots::requireRoom)).isEmpty();
    }

    @Test
    void serveMailWhenMailsHaveTheirShareThenNoMoreWaitsForTheMailServer() {
        assertThat(nestedMails(RequestSlots.MAILS)).isEmpty();
        assertThat(nestedMails(RequestSlots.MAILS + 1)).contains(503);
        assertThat(nestedMails(RequestSlots.MAILS)).isEmpty();
    }

    /** What the innermost of so many mails at once is refused with. */
    private Optional<Integer> nestedMails(int depth) {
        return depth == 0
                ? Optional.empty()
                : refusal(() -> slots.serveMail(() -> {
                    rethrow(nestedMails(depth - 1));
                    return null;
                }));
    }

    @Test
    void serveWhenTheWorkFailsThenThePlaceIsGivenBack() {
        Caller caller = caller("user", "session");
        for (int i = 0; i <= AT_ONCE; i++) {
            assertThatThrownBy(() -> serve(caller, () -> {
                        throw new IllegalStateException();
                    }))
                    .isInstanceOf(IllegalStateException.class);
        }

        assertThat(nested(caller, 1)).isEmpty();
    }

    @Test
    void serveWhenRefusedThenThePlaceIsGivenBack() {
        Caller caller = caller("user", "session");
        for (int i = 0; i <= AT_ONCE; i++) {
            nested(caller, RequestSlots.A_SESSION + 1);
            nestedUsers(AT_ONCE, caller);
        }

        assertThat(nestedUsers(AT_ONCE - 1, caller)).isEmpty();
    }

    /** The status the innermost of so many requests of the caller at once is refused with. */
    private Optional<Integer> nested(Caller caller, int depth) {
        return depth == 0 ? Optional.empty() : refusal(() -> serve(caller, () -> rethrow(nested(caller, depth - 1))));
    }

    /** What the last is refused with while so many sessions of the user are served. */
    private Optional<Integer> nestedSessions(String user, int depth, Caller last) {
        return depth == 0
                ? refusal(() -> serve(last, () -> {}))
                : refusal(() ->
                        serve(caller(user, "session-" + depth), () -> rethrow(nestedSessions(user, depth - 1, last))));
    }

    private Optional<Integer> nestedUsers(int depth, Caller last) {
        return nestedUsers(depth, last, () -> {});
    }

    /** What the last is refused with while so many users are served. */
    private Optional<Integer> nestedUsers(int depth, Caller last, Runnable work) {
        return depth == 0
                ? refusal(() -> serve(last, work))
                : refusal(() -> serve(
                        caller("user-" + depth, "session-" + depth),
                        () -> rethrow(nestedUsers(depth - 1, last, work))));
    }

    private void serve(Caller caller, Runnable work) {
        slots.serve(caller, Refusal::conflict, () -> {
            work.run();
            return null;
        });
    }

    private static void rethrow(Optional<Integer> status) {
        status.ifPresent(known -> {
            throw new Refusal(known, null, null);
        });
    }

    private static Optional<Integer> refusal(Runnable work) {
        try {
            work.run();
            return Optional.empty();
        } catch (Refusal refusal) {
            return Optional.of(refusal.status());
        }
    }

    private static Caller caller(String userId, String sessionId) {
        UserModel user = mock(UserModel.class);
        when(user.getId()).thenReturn(userId);
        UserSessionModel session = mock(UserSessionModel.class);
        when(session.getId()).thenReturn(sessionId);
        return new Caller(user, session, mock(ClientModel.class));
    }
}
