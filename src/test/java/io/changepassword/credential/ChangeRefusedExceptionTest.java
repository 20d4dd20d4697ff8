package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.credential.ChangeRefusedException.Reason;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeRefusedExceptionTest {

    @Test
    void eventErrorWhenTheReasonIsKnownThenOneOfKeycloaks() {
        assertThat(Arrays.stream(Reason.values())
                        .map(ChangeRefusedException::because)
                        .map(ChangeRefusedException::eventError))
                .containsExactly(
                        "user_disabled",
                        "user_temporarily_disabled",
                        "not_allowed",
                        "invalid_user_credentials",
                        "password_rejected",
                        "temporarily_unavailable",
                        "temporarily_unavailable");
    }

    @Test
    void eventReasonWhenRulesAreBrokenThenTheirMessageKeysAndTheReasonOtherwise() {
        assertThat(ChangeRefusedException.rejected(
                                List.of(new Violation("a", "aMessage"), new Violation("b", "bMessage", 2)))
                        .eventReason())
                .isEqualTo("aMessage bMessage");
        assertThat(ChangeRefusedException.because(Reason.NOT_PROVED).eventReason())
                .isEqualTo("not_proved");
    }

    @Test
    void stackTraceWhenThereIsNoCauseThenNone() {
        assertThat(ChangeRefusedException.locked(5).getStackTrace()).isEmpty();
        assertThat(ChangeRefusedException.unavailable(new IllegalStateException())
                        .getStackTrace())
                .isNotEmpty();
    }
}
