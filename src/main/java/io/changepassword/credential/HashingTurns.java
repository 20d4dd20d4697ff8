package io.changepassword.credential;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

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

    /** @throws ChangeRefusedException {@code BUSY} if no turn comes in time; the work has not been run */
    <T> T run(Supplier<T> work) {
        if (!await()) {
            throw ChangeRefusedException.because(ChangeRefusedException.Reason.BUSY);
        }
        try {
            return work.get();
        } finally {
            turns.release();
        }
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
