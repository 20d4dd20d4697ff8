package io.changepassword.limits;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Limits how many requests this node serves at once. Each holds a worker thread, and a request with a slow body holds it for long:
 * without a limit the slow bodies of one user, or a rush of changes, freeze the node for all, the realm's logins too.
 */
public final class RequestPermits {

    /** Whoever holds one token can hold two worker threads, and leaves room for the user's other sessions. */
    public static final int PER_SESSION = 2;

    public static final int PER_USER = 8;

    /** The limit of all users together: a hanging mail server holds a permit for Keycloak's timeout, and must not hold all of them. */
    static final int MAILS = 4;

    private static final String NODE = "node";

    /** The number of permits in use, by user and by session. Entries without a permit are removed, so the map stays small. */
    private final Map<String, Integer> inUse = new ConcurrentHashMap<>();

    private final int ofNode;

    /** @param ofNode how many in all */
    public RequestPermits(int ofNode) {
        this.ofNode = ofNode;
    }

    /**
     * To be called first, so that a refused request costs almost nothing. Otherwise a rush of requests would starve the logins.
     *
     * @throws NoPermitException {@code NODE} if this node serves as many requests as it may
     */
    public void requireRoom() {
        if (inUse.getOrDefault(NODE, 0) >= ofNode) {
            throw new NoPermitException(NoPermitException.Limit.NODE);
        }
    }

    /**
     * Runs the work of one request.
     *
     * @param sessionId the caller's user session
     * @param userId the caller
     * @throws NoPermitException {@code CALLER} if the session or the user has as many requests under way as they may;
     *     {@code NODE} if this node serves as many as it may
     */
    public <T> T serve(String sessionId, String userId, Supplier<T> work) {
        return within(
                "session " + sessionId,
                PER_SESSION,
                NoPermitException.Limit.CALLER,
                () -> within(
                        "user " + userId,
                        PER_USER,
                        NoPermitException.Limit.CALLER,
                        () -> within(NODE, ofNode, NoPermitException.Limit.NODE, work)));
    }

    /**
     * Runs the part of a request that waits for a mail server.
     *
     * @throws NoPermitException {@code NODE} if too many requests do
     */
    public <T> T sendMail(Supplier<T> work) {
        return within("mail", MAILS, NoPermitException.Limit.NODE, work);
    }

    private <T> T within(String who, int limit, NoPermitException.Limit reached, Supplier<T> work) {
        if (!acquire(who, limit)) {
            throw new NoPermitException(reached);
        }
        try {
            return work.get();
        } finally {
            release(who);
        }
    }

    /** Exact: a count that went above the limit for a moment would let refused requests crowd out others. */
    private boolean acquire(String who, int limit) {
        boolean[] acquired = new boolean[1];
        inUse.compute(who, (key, present) -> {
            int count = present == null ? 0 : present;
            acquired[0] = count < limit;
            return acquired[0] ? Integer.valueOf(count + 1) : present;
        });
        return acquired[0];
    }

    private void release(String who) {
        inUse.computeIfPresent(who, (key, count) -> count == 1 ? null : count - 1);
    }
}
