package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenHeaderTest {

    @Test
    void isWellFormedWhenHeaderNamesAnAlgorithmThenTrue() {
        assertThat(token("{\"alg\":\"RS256\"}").isWellFormed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "null",
                "[]",
                "1",
                "\"RS256\"",
                "{\"alg\":null}",
                "{\"alg\":\"\"}",
                "{\"alg\":\"nOnE\"}",
                "{\"alg\":\"XX256\"}",
                "{\"alg\":{}}",
                "not json",
                ""
            })
    void isWellFormedWhenHeaderNamesNoneThenFalse(String header) {
        assertThat(token(header).isWellFormed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "a.b", "a.b.c.d", "a.b.", ".b.c", "a b.c.d", "a=.b.c", "a.b.c=", "a.b.c,", "\u00e4.b.c"
            })
    void isWellFormedWhenNotACompactJwsThenFalse(String token) {
        assertThat(new AccessTokenHeader(AccessTokenHeader.Scheme.BEARER, token).isWellFormed())
                .isFalse();
    }

    private static AccessTokenHeader token(String header) {
        String encoded =
                Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(StandardCharsets.UTF_8));
        return new AccessTokenHeader(AccessTokenHeader.Scheme.BEARER, encoded + ".e30.c2ln");
    }
}
