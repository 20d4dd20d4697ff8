package io.changepassword;

import io.changepassword.credential.Caller;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * How many requests of one user this node serves at once. A body is read on a worker thread, and a slow one holds it: without a
 * limit, one user's slow bodies freeze the node for all.
 */
final class BodySlots {

    /** Whoever holds one token can hold two worker threads, and leaves room for the user's other sessions. */
    static final int A_SESSION = 2;

    /** Well below Keycloak's least number of worker threads, 50. */
    static final int A_USER = 8;

    private final Map<String, Integer> taken = new ConcurrentHashMap<>();

    /**
     * Runs the work of one request.
     *
     * @return its result; empty if it was not run, because the session or the user has as many under way as allowed
     */
    <T> Optional<T> serve(Caller caller, Supplier<T> work) {
        String session = "session " + caller.session().getId();
        String user = "user " + caller.user().getId();
        if (!take(session, A_SESSION)) {
            return Optional.empty();
        }
        try {
            if (!take(user, A_USER)) {
                return Optional.empty();
            }
            try {
                return Optional.of(work.get());
            } finally {
                give(user);
            }
        } finally {
            give(session);
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
