package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    void readWhenObjectThenItsFields() throws IOException {
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
    void readWhenNotOneStrictObjectThenEmpty(String body) throws IOException {
        assertThat(read(body)).isEmpty();
    }

    @Test
    void readWhenBytesAreNotUtf8ThenEmpty() throws IOException {
        for (byte[] bytes : new byte[][] {
            "{\"a\":\"b\"}".getBytes(StandardCharsets.UTF_16),
            "{\"a\":\"b\"}".getBytes(StandardCharsets.UTF_16LE),
            "{\"a\":\"b\"}".getBytes(Charset.forName("UTF-32")),
            "{\"a\":\"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1),
            // An overlong solidus, and a surrogate pair as two three-byte forms (CESU-8).
            {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', ':', '1', '}'},
            {'{', '"', (byte) 0xED, (byte) 0xA0, (byte) 0xBD, (byte) 0xED, (byte) 0xB8, (byte) 0x80, '"', ':', '1', '}'}
        }) {
            assertThat(JsonBody.read(new ByteArrayInputStream(bytes))).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"15,true", "16,false", "1000,false"})
    @DisplayName("P07 nested too deep: empty")
    void readWhenNestedTooDeepThenEmpty(int arrays, boolean present) throws IOException {
        assertThat(read("{\"a\":" + "[".repeat(arrays) + "]".repeat(arrays) + "}")
                        .isPresent())
                .isEqualTo(present);
    }

    @Test
    @DisplayName("P07 number is huge: empty and cheap")
    void readWhenNumberIsHugeThenEmptyAndCheap() throws IOException {
        assertThat(read("{\"a\":" + "9".repeat(10_000) + "}")).isEmpty();
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
        assertThatThrownBy(() -> JsonBody.read(endless)).isInstanceOf(JsonBody.TooLargeException.class);
    }

    private static Optional<ObjectNode> read(String body) throws IOException {
        return JsonBody.read(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }
}
