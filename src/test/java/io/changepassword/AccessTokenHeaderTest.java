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

    /** Each part can be decoded, and the header names an algorithm: what is wrong is the form alone. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "%s",
                "%s.e30",
                "%s.e30.",
                "%s..c2ln",
                ".e30.c2ln",
                "%s.e30.c2ln.",
                "%s.e30.c2ln.c2ln",
                " %s.e30.c2ln",
                "%s.e30.c2ln ",
                "%s.e30 .c2ln",
                "%s.e30=.c2ln",
                "%s.e30.c2k=",
                "%s.e30.c2ln,",
                "%s.e30.c2+n",
                "%s.e30.c2/n",
                "%s.e30.c2ln\n"
            })
    void isWellFormedWhenNotACompactJwsThenFalse(String form) {
        String token = form.formatted(encoded("{\"alg\":\"RS256\"}"));

        assertThat(new AccessTokenHeader(AccessTokenHeader.Scheme.BEARER, token).isWellFormed())
                .isFalse();
    }

    private static AccessTokenHeader token(String header) {
        return new AccessTokenHeader(AccessTokenHeader.Scheme.BEARER, encoded(header) + ".e30.c2ln");
    }

    private static String encoded(String header) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(StandardCharsets.UTF_8));
    }
}
