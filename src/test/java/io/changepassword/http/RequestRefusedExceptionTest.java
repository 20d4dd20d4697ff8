package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.changepassword.credential.ChangeRefusedException;
import io.changepassword.credential.ChangeRefusedException.Reason;
import io.changepassword.limits.NoPermitException;
import io.changepassword.policy.Violation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestRefusedExceptionTest {

    private static final Violation VIOLATION = Violation.of("a-field", "a-policy", "aMessage", 1);

    @ParameterizedTest
    @EnumSource(Reason.class)
    void ofWhenAChangeIsRefusedThenTheRefusalOfTheSameName(Reason reason) {
        assertThat(RequestRefusedException.of(refused(reason)).refusal().name()).isEqualTo(reason.name());
    }

    @Test
    void ofWhenAChangeIsRefusedThenNothingIsLost() {
        ChangeRefusedException refused = refused(Reason.USER_LOCKED);
        IllegalStateException cause = new IllegalStateException();
        when(refused.retryAfter()).thenReturn(7L);
        when(refused.violations()).thenReturn(List.of(VIOLATION));
        when(refused.getCause()).thenReturn(cause);

        RequestRefusedException exception = RequestRefusedException.of(refused);

        assertThat(exception.seconds()).isEqualTo(7);
        assertThat(exception.violations()).containsExactly(VIOLATION);
        assertThat(exception).hasCause(cause);
        assertThat(exception.eventError()).isEqualTo("user_temporarily_disabled");
    }

    @Test
    void eventErrorWhenAnActionTokenHasAFaultThenTheFault() {
        ChangeRefusedException refused = refused(Reason.INVALID_ACTION_TOKEN);
        when(refused.actionTokenFault()).thenReturn(Optional.of("expired_code"));

        assertThat(RequestRefusedException.of(refused).eventError()).isEqualTo("expired_code");
    }

    @Test
    void eventReasonWhenRulesAreViolatedThenTheirMessageKeys() {
        List<Violation> violations = List.of(VIOLATION, Violation.of("a-field", "another", "anotherMessage"));

        assertThat(RequestRefusedException.because(Refusal.REJECTED, violations).eventReason())
                .isEqualTo("aMessage anotherMessage");
        assertThat(RequestRefusedException.because(Refusal.FIELDS, violations).eventReason())
                .isEqualTo("body");
    }

    @Test
    void ofWhenThereIsNoPermitThenTheRefusalOfItsLimit() {
        assertThat(Arrays.stream(NoPermitException.Limit.values())
                        .map(RequestRefusedExceptionTest::noPermit)
                        .map(RequestRefusedException::of)
                        .map(RequestRefusedException::refusal))
                .containsExactly(Refusal.CONFLICT, Refusal.NODE_BUSY, Refusal.HASHING_BUSY);
    }

    @Test
    void ofWhenManyAreRefusedThenTheyDoNotComeAgainAllAtOnce() {
        Set<Long> seconds = Stream.generate(() -> noPermit(NoPermitException.Limit.NODE))
                .limit(200)
                .map(RequestRefusedException::of)
                .map(RequestRefusedException::seconds)
                .collect(Collectors.toSet());

        assertThat(seconds)
                .hasSizeGreaterThan(1)
                .allSatisfy(wait -> assertThat(wait).isBetween(5L, 15L));
    }

    @Test
    void stackTraceThenNone() {
        assertThat(new RequestRefusedException(Refusal.ROLE).getStackTrace()).isEmpty();
    }

    private static NoPermitException noPermit(NoPermitException.Limit limit) {
        NoPermitException refused = mock(NoPermitException.class);
        when(refused.limit()).thenReturn(limit);
        return refused;
    }

    private static ChangeRefusedException refused(Reason reason) {
        ChangeRefusedException refused = mock(ChangeRefusedException.class);
        when(refused.reason()).thenReturn(reason);
        when(refused.violations()).thenReturn(List.of());
        when(refused.actionTokenFault()).thenReturn(Optional.empty());
        return refused;
    }
}
