package io.changepassword.limits;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Limits for how many changes this node hashes at once. A hash takes a core and, with Argon2, one of Keycloak's own
 * {@code cpu-cores} permits. The logins need both as well.
 */
public final class HashingPermits {

    /** Longer than the changes in front of this one take, and well within the lifespan of the change's lock. */
    private static final Duration WAIT = Duration.ofSeconds(10);

    private final Semaphore permits;
    private final Duration wait;

    public HashingPermits(int atOnce) {
        this(atOnce, WAIT);
    }

    public HashingPermits(int atOnce, Duration wait) {
        // Fair: first come, first served.
        permits = new Semaphore(atOnce, true);
        this.wait = wait;
    }

    /** One permit, until it is released; to release it again has no effect. */
    public static final class Permit implements AutoCloseable {

        private static final Runnable NOTHING = () -> {};

        private final AtomicReference<Runnable> atRelease;

        private Permit(Runnable atRelease) {
            this.atRelease = new AtomicReference<>(atRelease);
        }

        /** @return the permit of a change for which this node hashes nothing */
        public static Permit none() {
            return new Permit(NOTHING);
        }

        public void release() {
            atRelease.getAndSet(NOTHING).run();
        }

        @Override
        public void close() {
            release();
        }
    }

    /** @throws NoPermitException {@code HASHING} if none is released in time */
    public Permit acquire() {
        if (!await()) {
            throw new NoPermitException(NoPermitException.Limit.HASHING);
        }
        return new Permit(permits::release);
    }

    private boolean await() {
        try {
            return permits.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException shuttingDown) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
