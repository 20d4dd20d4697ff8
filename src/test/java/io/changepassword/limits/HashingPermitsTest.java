package io.changepassword.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.changepassword.limits.HashingPermits.Permit;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HashingPermitsTest {

    private final HashingPermits permits = new HashingPermits(1, Duration.ZERO);

    @Test
    void acquireWhenTheLastIsReleasedThenTheNextIsAcquired() {
        permits.acquire().release();
        permits.acquire().release();
    }

    @Test
    void closeThenItIsReleased() {
        try (Permit permit = permits.acquire()) {
            assertThat(permit).isNotNull();
        }

        permits.acquire().release();
    }

    @Test
    void acquireWhenNoneIsReleasedThenRefused() {
        permits.acquire();

        assertRefused(permits);
    }

    @Test
    void closeWhenItIsReleasedThenNoOtherPermitIsReleased() {
        Permit released = permits.acquire();
        released.release();
        permits.acquire();

        released.release();

        assertRefused(permits);
    }

    @Test
    void noneThenNobodyWaits() {
        permits.acquire();

        Permit.none().release();

        assertRefused(permits);
    }

    @Test
    void acquireWhenInterruptedThenRefusedAndStillInterrupted() {
        Thread.currentThread().interrupt();

        assertRefused(new HashingPermits(1));

        assertThat(Thread.interrupted()).isTrue();
    }

    private static void assertRefused(HashingPermits permits) {
        NoPermitException refused = catchThrowableOfType(NoPermitException.class, permits::acquire);
        assertThat(refused.limit()).isEqualTo(NoPermitException.Limit.HASHING);
        assertThat(refused.getStackTrace()).isEmpty();
    }
}
