package io.changepassword.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changepassword.limits.NoPermitException.Limit;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RequestPermitsTest {

    private static final int AT_ONCE = 12;

    private final RequestPermits permits = new RequestPermits(AT_ONCE);

    @Test
    void serveWhenASessionHasItsShareThenNoMoreIsRun() {
        Request caller = new Request("user", "session");

        assertThat(nested(caller, RequestPermits.PER_SESSION)).isEmpty();
        assertThat(nested(caller, RequestPermits.PER_SESSION + 1)).contains(Limit.CALLER);
    }

    @Test
    void serveWhenAUserAndASessionHaveTheSameIdThenTheyAreCountedApart() {
        assertThat(nested(new Request("same", "same"), RequestPermits.PER_SESSION))
                .isEmpty();
    }

    @Test
    void serveWhenAUserHasTheirShareThenNoOtherSessionIsServedButOtherUsersAre() {
        assertThat(nestedSessions("user", RequestPermits.PER_USER, new Request("user", "another")))
                .contains(Limit.CALLER);
        assertThat(nestedSessions("user", RequestPermits.PER_USER, new Request("other", "another")))
                .isEmpty();
    }

    @Test
    void serveWhenTheNodeHasItsShareThenNobodyIsServed() {
        assertThat(nestedUsers(AT_ONCE - 1, new Request("another", "another"))).isEmpty();
        assertThat(nestedUsers(AT_ONCE, new Request("another", "another"))).contains(Limit.NODE);
    }

    @Test
    void requireRoomWhenTheNodeHasItsShareThenRefusedUntilOneIsDone() {
        AtomicReference<Optional<Limit>> full = new AtomicReference<>();

        nestedUsers(AT_ONCE - 1, new Request("last", "last"), () -> full.set(refusal(permits::requireRoom)));

        assertThat(full.get()).contains(Limit.NODE);
        assertThat(refusal(permits::requireRoom)).isEmpty();
    }

    @Test
    void sendMailWhenMailsHaveTheirShareThenNoMoreWaitsForTheMailServer() {
        assertThat(nestedMails(RequestPermits.MAILS)).isEmpty();
        assertThat(nestedMails(RequestPermits.MAILS + 1)).contains(Limit.NODE);
        assertThat(nestedMails(RequestPermits.MAILS)).isEmpty();
    }

    /** The limit that refuses the innermost of {@code depth} mails at once. */
    private Optional<Limit> nestedMails(int depth) {
        return depth == 0
                ? Optional.empty()
                : refusal(() -> permits.sendMail(() -> {
                    rethrow(nestedMails(depth - 1));
                    return null;
                }));
    }

    @Test
    void serveWhenTheWorkFailsThenThePermitIsReleased() {
        Request caller = new Request("user", "session");
        for (int i = 0; i <= AT_ONCE; i++) {
            assertThatThrownBy(() -> serve(caller, () -> {
                        throw new IllegalStateException();
                    }))
                    .isInstanceOf(IllegalStateException.class);
        }

        assertThat(nested(caller, 1)).isEmpty();
    }

    @Test
    void serveWhenRefusedThenThePermitIsReleased() {
        Request caller = new Request("user", "session");
        for (int i = 0; i <= AT_ONCE; i++) {
            nested(caller, RequestPermits.PER_SESSION + 1);
            nestedUsers(AT_ONCE, caller);
        }

        assertThat(nestedUsers(AT_ONCE - 1, caller)).isEmpty();
    }

    @Test
    void serveWhenTheWorkHasAResultThenItIsReturned() {
        assertThat(permits.<String>serve("session", "user", () -> "a result")).isEqualTo("a result");
        assertThat(permits.<String>sendMail(() -> "another")).isEqualTo("another");
    }

    @Test
    void serveWhenOneOfSeveralIsDoneThenTheOthersStillCount() {
        Request caller = new Request("user", "session");

        serve(caller, () -> {
            serve(caller, () -> {});

            assertThat(nested(caller, RequestPermits.PER_SESSION - 1)).isEmpty();
            assertThat(nested(caller, RequestPermits.PER_SESSION)).contains(Limit.CALLER);
        });
    }

    /** Nothing else shows it: a node that kept an entry of every session would run out of memory in the end. */
    @Test
    void serveWhenAllAreDoneThenNothingIsKeptOfThem() throws ReflectiveOperationException {
        nestedUsers(AT_ONCE, new Request("refused", "refused"));
        nested(new Request("user", "session"), RequestPermits.PER_SESSION + 1);

        Field inUse = RequestPermits.class.getDeclaredField("inUse");
        inUse.setAccessible(true);

        assertThat((Map<?, ?>) inUse.get(permits)).isEmpty();
    }

    /** The limit for which the innermost of so many requests of the caller at once is refused. */
    private Optional<Limit> nested(Request caller, int depth) {
        return depth == 0 ? Optional.empty() : refusal(() -> serve(caller, () -> rethrow(nested(caller, depth - 1))));
    }

    /** The limit that refuses the last request while so many sessions of the user are served. */
    private Optional<Limit> nestedSessions(String user, int depth, Request last) {
        return depth == 0
                ? refusal(() -> serve(last, () -> {}))
                : refusal(() -> serve(
                        new Request(user, "session-" + depth), () -> rethrow(nestedSessions(user, depth - 1, last))));
    }

    private Optional<Limit> nestedUsers(int depth, Request last) {
        return nestedUsers(depth, last, () -> {});
    }

    /** The limit that refuses the last request while so many users are served. */
    private Optional<Limit> nestedUsers(int depth, Request last, Runnable work) {
        return depth == 0
                ? refusal(() -> serve(last, work))
                : refusal(() -> serve(
                        new Request("user-" + depth, "session-" + depth),
                        () -> rethrow(nestedUsers(depth - 1, last, work))));
    }

    private void serve(Request request, Runnable work) {
        permits.serve(request.session(), request.user(), () -> {
            work.run();
            return null;
        });
    }

    private static void rethrow(Optional<Limit> limit) {
        limit.ifPresent(reached -> {
            throw new NoPermitException(reached);
        });
    }

    private static Optional<Limit> refusal(Runnable work) {
        try {
            work.run();
            return Optional.empty();
        } catch (NoPermitException refused) {
            return Optional.of(refused.limit());
        }
    }

    private record Request(String user, String session) {}
}
