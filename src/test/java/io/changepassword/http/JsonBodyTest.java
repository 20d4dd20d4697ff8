package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {

    @Test
    void readWhenObjectThenItsFields() {
        assertThat(read("{\"a\":\"\u00e4\\ud83d\\ude00\",\"b\":{\"c\":[1]}}")
                        .orElseThrow()
                        .get("a")
                        .textValue())
                .isEqualTo("\u00e4\uD83D\uDE00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "null",
                "true",
                "1",
                "\"x\"",
                "[]",
                "{",
                "{]",
                "{\"a\":1}}",
                "{\"a\":1} {}",
                "{\"a\":1}garbage",
                "{\"a\":1,}",
                "{\"a\":1,\"a\":1}",
                "{\"a\":{\"b\":1,\"b\":2}}",
                "{\"a\":1,\"\\u0061\":2}",
                "{'a':1}",
                "{a:1}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{/* */}",
                "{}//",
                "{\"a\":\"\t\"}",
                "\ufeff{}"
            })
    void readWhenNotOneStrictObjectThenRefused(String body) {
        assertRefused(body);
    }

    @Test
    void readWhenBytesAreNotUtf8ThenRefused() {
        for (byte[] bytes : new byte[][] {
            "{\"a\":\"b\"}".getBytes(StandardCharsets.UTF_16),
            "{\"a\":\"b\"}".getBytes(StandardCharsets.UTF_16LE),
            "{\"a\":\"b\"}".getBytes(Charset.forName("UTF-32")),
            "{\"a\":\"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1),
            // An overlong solidus, and a surrogate pair as two three-byte forms (CESU-8).
            {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', ':', '1', '}'},
            {'{', '"', (byte) 0xED, (byte) 0xA0, (byte) 0xBD, (byte) 0xED, (byte) 0xB8, (byte) 0x80, '"', ':', '1', '}'}
        }) {
            assertThat(refused(new ByteArrayInputStream(bytes))).isEqualTo(Refusal.BODY);
        }
    }

    @ParameterizedTest
    @CsvSource({"15,true", "16,false", "1000,false"})
    @DisplayName("P07 nested too deep: refused")
    void readWhenNestedTooDeepThenRefused(int arrays, boolean present) {
        assertThat(read("{\"a\":" + "[".repeat(arrays) + "]".repeat(arrays) + "}")
                        .isPresent())
                .isEqualTo(present);
    }

    @Test
    @DisplayName("P07 number is huge: refused and cheap")
    void readWhenNumberIsHugeThenRefusedAndCheap() {
        assertRefused("{\"a\":" + "9".repeat(10_000) + "}");
    }

    @Test
    void readWhenExactlyAsLargeAsTheLimitThenRead() {
        assertThat(read("{}" + " ".repeat(16 * 1024 - 2))).isPresent();
    }

    @Test
    void readWhenLargerThanTheLimitThenReadNoFurther() {
        InputStream endless = new InputStream() {
            private int given;

            @Override
            public int read() {
                if (++given > JsonBody.MAXIMUM_BYTES + 1) {
                    throw new AssertionError("read past the limit");
                }
                return ' ';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (length == 0) {
                    return 0;
                }
                into[offset] = (byte) read();
                return 1;
            }
        };
        assertThat(refused(endless)).isEqualTo(Refusal.BODY_TOO_LARGE);
    }

    @Test
    void readWhenTheConnectionFailsThenRefused() {
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("reset");
            }
        };

        assertThat(refused(failing)).isEqualTo(Refusal.BODY);
    }

    private static void assertRefused(String body) {
        assertThat(refused(stream(body))).isEqualTo(Refusal.BODY);
    }

    private static Refusal refused(InputStream body) {
        return catchThrowableOfType(RequestRefusedException.class, () -> JsonBody.read(body))
                .refusal();
    }

    private static Optional<ObjectNode> read(String body) {
        try {
            return Optional.of(JsonBody.read(stream(body)));
        } catch (RequestRefusedException refused) {
            assertThat(refused.refusal()).isEqualTo(Refusal.BODY);
            return Optional.empty();
        }
    }

    private static InputStream stream(String body) {
        return new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8));
    }
}
