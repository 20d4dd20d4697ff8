package io.changepassword.credential;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How many changes this node hashes for at once. To hash a password takes a core and, with Argon2, a place among Keycloak's own
 * {@code cpu-cores}: the logins want both as well.
 */
public final class HashingTurns {

    /** Longer than those before it in the row take, well within the lock's lifespan. */
    private static final Duration WAIT = Duration.ofSeconds(10);

    private final Semaphore turns;
    private final Duration wait;

    public HashingTurns(int atOnce) {
        this(atOnce, WAIT);
    }

    HashingTurns(int atOnce, Duration wait) {
        // Fair: who came first is not passed by until their time is over.
        turns = new Semaphore(atOnce, true);
        this.wait = wait;
    }

    /** A turn, until it is ended; to end it again has no effect. */
    static final class Turn implements AutoCloseable {

        private static final Runnable NOTHING = () -> {};

        private final AtomicReference<Runnable> atEnd;

        private Turn(Runnable atEnd) {
            this.atEnd = new AtomicReference<>(atEnd);
        }

        /** @return that of somebody who needs none */
        static Turn none() {
            return new Turn(NOTHING);
        }

        void end() {
            atEnd.getAndSet(NOTHING).run();
        }

        @Override
        public void close() {
            end();
        }
    }

    /** @throws ChangeRefusedException {@code BUSY} if no turn comes in time */
    Turn take() {
        if (!await()) {
            throw ChangeRefusedException.because(ChangeRefusedException.Reason.BUSY);
        }
        return new Turn(turns::release);
    }

    private boolean await() {
        try {
            return turns.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException shuttingDown) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
