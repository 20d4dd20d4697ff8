package io.changepassword;

import io.changepassword.credential.Caller;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * How many requests this node serves at once. Each holds a worker thread, and one with a slow body for long: without a limit
 * one user's slow bodies, or a rush of changes, freeze the node for all, the realm's logins too.
 */
final class RequestSlots {

    /** Whoever holds one token can hold two worker threads, and leaves room for the user's other sessions. */
    static final int A_SESSION = 2;

    static final int A_USER = 8;

    /** Of all users: a mail server that hangs holds each of them for Keycloak's timeout, and must not hold all slots. */
    static final int MAILS = 4;

    private final Map<String, Integer> taken = new ConcurrentHashMap<>();
    private final AtomicInteger serving = new AtomicInteger();
    private final int atOnce;

    /** @param atOnce how many in all */
    RequestSlots(int atOnce) {
        this.atOnce = atOnce;
    }

    /**
     * To be asked first: whoever is turned away has cost next to nothing, or a rush would starve the logins all the same. No
     * event tells of it, as none does of Keycloak's own {@code http-max-queued-requests}: each would be a write.
     *
     * @throws Refusal 503 if this node serves as many requests as it may
     */
    void requireRoom() {
        if (serving.get() >= atOnce) {
            throw Refusal.busy();
        }
    }

    /**
     * Runs the work of one request.
     *
     * @param tooManyOfCaller makes the refusal if the session or the user has as many under way as they may
     * @throws Refusal 503 if this node serves as many requests as it may
     */
    <T> T serve(Caller caller, Supplier<Refusal> tooManyOfCaller, Supplier<T> work) {
        String session = "session " + caller.session().getId();
        String user = "user " + caller.user().getId();
        return within(
                session, A_SESSION, tooManyOfCaller, () -> within(user, A_USER, tooManyOfCaller, () -> serve(work)));
    }

    /**
     * Runs the part of a request that waits for a mail server.
     *
     * @throws Refusal 503 if too many requests do
     */
    <T> T serveMail(Supplier<T> work) {
        return within("mail", MAILS, Refusal::busy, work);
    }

    private <T> T within(String key, int limit, Supplier<Refusal> tooMany, Supplier<T> work) {
        if (!take(key, limit)) {
            throw tooMany.get();
        }
        try {
            return work.get();
        } finally {
            give(key);
        }
    }

    private <T> T serve(Supplier<T> work) {
        try {
            if (serving.incrementAndGet() > atOnce) {
                throw Refusal.busy();
            }
            return work.get();
        } finally {
            serving.decrementAndGet();
        }
    }

    private boolean take(String key, int limit) {
        boolean[] mine = new boolean[1];
        taken.compute(key, (k, present) -> {
            int count = present == null ? 0 : present;
            mine[0] = count < limit;
            return mine[0] ? Integer.valueOf(count + 1) : present;
        });
        return mine[0];
    }

    /** An entry without requests goes, so that the map holds no more than is under way. */
    private void give(String key) {
        taken.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
    }
}
