package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.changepassword.credential.HashingTurns.Turn;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HashingTurnsTest {

    private final HashingTurns turns = new HashingTurns(1, Duration.ZERO);

    @Test
    void takeWhenTheLastHasEndedThenTheNext() {
        turns.take().end();
        turns.take().end();
    }

    @Test
    void closeThenItHasEnded() {
        try (Turn turn = turns.take()) {
            assertThat(turn).isNotNull();
        }

        turns.take().end();
    }

    @Test
    void takeWhenNoTurnComesThenBusy() {
        turns.take();

        assertBusy(turns);
    }

    @Test
    void closeWhenItHasEndedThenNobodyElsesEnds() {
        Turn ended = turns.take();
        ended.end();
        turns.take();

        ended.end();

        assertBusy(turns);
    }

    @Test
    void noneThenNobodyWaits() {
        turns.take();

        Turn.none().end();

        assertBusy(turns);
    }

    @Test
    void takeWhenInterruptedThenBusyAndStillInterrupted() {
        Thread.currentThread().interrupt();

        assertBusy(new HashingTurns(1));

        assertThat(Thread.interrupted()).isTrue();
    }

    private static void assertBusy(HashingTurns turns) {
        ChangeRefusedException refused = catchThrowableOfType(ChangeRefusedException.class, turns::take);
        assertThat(refused.reason()).isEqualTo(ChangeRefusedException.Reason.BUSY);
    }
}
