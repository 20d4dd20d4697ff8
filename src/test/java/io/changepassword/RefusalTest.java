package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.changepassword.credential.ChangeRefusedException;
import io.changepassword.credential.Violation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RefusalTest {

    @Test
    void busyWhenManyAreTurnedAwayThenTheyDoNotComeAgainAllAtOnce() {
        Set<Integer> seconds = Stream.generate(Refusal::busy)
                .limit(200)
                .map(refusal -> Integer.valueOf(refusal.headers().get("Retry-After")))
                .collect(Collectors.toSet());

        assertThat(seconds)
                .hasSizeGreaterThan(1)
                .allSatisfy(wait -> assertThat(wait).isBetween(5, 15));
    }

    @Test
    void withWhenThereIsMoreToTellThenNothingIsLost() {
        var fault = new Refusal.FieldViolation("a", new Violation("b", List.of(), "c"));

        Refusal refusal = new Refusal(400, "error", "key")
                .with("A", "1")
                .with(List.of(fault))
                .with("B", "2");

        assertThat(refusal.headers()).isEqualTo(Map.of("A", "1", "B", "2"));
        assertThat(refusal.violations()).containsExactly(fault);
    }

    @Test
    void ofWhenNoLongerSignedInThenChallenged() {
        ChangeRefusedException refused = mock(ChangeRefusedException.class);
        when(refused.reason()).thenReturn(ChangeRefusedException.Reason.NOT_SIGNED_IN);
        Challenge challenge = mock(Challenge.class);
        when(challenge.invalidToken()).thenReturn("Bearer");

        Refusal refusal = Refusal.of(refused, Contract.CURRENT_PASSWORD, challenge);

        assertThat(refusal.status()).isEqualTo(401);
        assertThat(refusal.headers()).isEqualTo(Map.of("WWW-Authenticate", "Bearer"));
    }
}
