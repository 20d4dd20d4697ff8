package io.changepassword.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.jose.jws.JWSHeader;

class CompactJwsTest {

    @Test
    void headerWhenItNamesAnAlgorithmThenRead() {
        JWSHeader header = header("{\"alg\":\"RS256\",\"kid\":\"a-key\"}").orElseThrow();

        assertThat(header.getRawAlgorithm()).isEqualTo("RS256");
        assertThat(header.getKeyId()).isEqualTo("a-key");
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
    void headerWhenItNamesNoneThenEmpty(String header) {
        assertThat(header(header)).isEmpty();
    }

    /** Each part can be decoded, and the header names an algorithm; only the form is wrong. */
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
    void headerWhenNotACompactJwsThenEmpty(String form) {
        String token = form.formatted(encoded("{\"alg\":\"RS256\"}"));

        assertThat(CompactJws.header(token)).isEmpty();
    }

    private static Optional<JWSHeader> header(String header) {
        return CompactJws.header(encoded(header) + ".e30.c2ln");
    }

    private static String encoded(String header) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(StandardCharsets.UTF_8));
    }
}
