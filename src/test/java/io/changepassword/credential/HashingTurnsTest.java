package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HashingTurnsTest {

    private final HashingTurns turns = new HashingTurns(1, Duration.ZERO);

    @Test
    void runWhenItIsTheirTurnThenRun() {
        AtomicInteger runs = new AtomicInteger();

        turns.run(runs::incrementAndGet);
        turns.run(runs::incrementAndGet);

        assertThat(runs).hasValue(2);
    }

    @Test
    void runWhenNoTurnComesThenBusyAndTheWorkIsNotRun() {
        turns.run(() -> {
            assertBusy(turns);
            return null;
        });
    }

    @Test
    void runWhenTheWorkFailsThenTheTurnIsGivenBack() {
        RuntimeException failure = new IllegalStateException();

        assertThatThrownBy(() -> turns.run(() -> {
                    throw failure;
                }))
                .isSameAs(failure);

        turns.run(() -> "run");
    }

    @Test
    void runWhenInterruptedThenBusyAndStillInterrupted() {
        Thread.currentThread().interrupt();

        assertBusy(new HashingTurns(1));

        assertThat(Thread.interrupted()).isTrue();
    }

    private static void assertBusy(HashingTurns turns) {
        ChangeRefusedException refused =
                catchThrowableOfType(ChangeRefusedException.class, () -> turns.run(() -> fail("out of turn")));
        assertThat(refused.reason()).isEqualTo(ChangeRefusedException.Reason.BUSY);
    }
}
