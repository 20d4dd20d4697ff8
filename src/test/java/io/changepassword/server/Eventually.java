package io.changepassword.server;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.assertj.core.api.Assertions;

/** Polls what another thread of the server brings about. */
public final class Eventually {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Eventually() {}

    public static <T> void assertThat(Supplier<T> state, Predicate<T> expected) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        T last = state.get();
        while (!expected.test(last) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            last = state.get();
        }
        Assertions.assertThat(last).matches(expected, "as expected within " + LIMIT);
    }
}
