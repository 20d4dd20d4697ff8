package io.changepassword.compat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownTakeoverTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "26.0.8",
                "26.3.5",
                "26.4.7",
                "26.4.14",
                "26.5.99",
                "26.6.5",
                "26.7.0",
                "26.7.1",
                "26.4.9.redhat-00001"
            })
    void isInWhenBelowTheFixThenTrue(String version) {
        assertThat(KnownTakeover.isIn(version)).isTrue();
    }

    @Test
    void fixedVersionsAreTheFirstOfTheirMinorsWithout() {
        assertThat(KnownTakeover.FIXED_VERSIONS).isEqualTo("26.4.15, 26.6.6, 26.7.2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "26.4.15",
                "26.4.15.redhat-00001",
                "26.6.6",
                "26.7.2",
                "26.7.3",
                "26.8.0",
                "27.0.0",
                "999.0.0-SNAPSHOT",
                "26.7",
                "unknown",
                ""
            })
    void isInWhenFixedOrOfNoKnownNumberThenFalse(String version) {
        assertThat(KnownTakeover.isIn(version)).isFalse();
    }
}
