package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.credential.ChangeRefusedException.Reason;
import io.changepassword.policy.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeRefusedExceptionTest {

    @Test
    void rejectedWhenThereAreManyViolationsThenInTheOrderOfTheirPolicies() {
        ChangeRefusedException refused = ChangeRefusedException.rejected(
                List.of(Violation.of("f", "b", "bMessage", 2), Violation.of("f", "a", "aMessage")));

        assertThat(refused.reason()).isEqualTo(Reason.REJECTED);
        assertThat(refused.violations()).extracting(Violation::policy).containsExactly("a", "b");
    }

    @Test
    void invalidActionTokenThenTheFaultIsForTheEvents() {
        assertThat(ChangeRefusedException.invalidActionToken("expired_code").actionTokenFault())
                .contains("expired_code");
        assertThat(ChangeRefusedException.because(Reason.CONFLICT).actionTokenFault())
                .isEmpty();
    }

    @Test
    void stackTraceWhenThereIsNoCauseThenNone() {
        assertThat(ChangeRefusedException.locked(5).getStackTrace()).isEmpty();
        assertThat(ChangeRefusedException.unavailable(new IllegalStateException())
                        .getStackTrace())
                .isNotEmpty();
    }
}
