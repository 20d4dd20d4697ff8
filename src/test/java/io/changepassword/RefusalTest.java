package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;

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
}
