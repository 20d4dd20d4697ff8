package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.compat.CompactJws;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * The readers at the edge, on generated input: whatever comes, they answer and do not throw. {@code
 * -Djqwik.tries.default=1000000} makes a longer run.
 */
class ReadersFuzzTest {

    private static final JsonMapper MAPPER = new JsonMapper();

    @Property
    void readWhenBytesAreArbitraryThenNothingIsThrown(@ForAll byte[] bytes) {
        read(bytes);
    }

    @Property
    void readWhenAnObjectIsMutilatedThenItIsReadAsAStrictReaderReadsItOrNotAtAll(@ForAll("mutilated") byte[] bytes)
            throws IOException {
        Optional<ObjectNode> read = read(bytes);

        // What we take, any reader takes for the same: nobody before us has seen another request.
        if (read.isPresent()) {
            assertThat(MAPPER.readTree(new String(bytes, StandardCharsets.UTF_8)))
                    .isEqualTo(read.get());
            assertThat(new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8))
                    .isEqualTo(bytes);
        }
    }

    @Property
    void ofWhenFieldsAreArbitraryThenAcceptedAsTheyAreOrNamed(
            @ForAll String loginId, @ForAll String oldPassword, @ForAll String newPassword) {
        ObjectNode body = MAPPER.createObjectNode()
                .put("loginId", loginId)
                .put("oldPassword", oldPassword)
                .put("newPassword", newPassword);
        try {
            CurrentPasswordRequest request = CurrentPasswordRequest.of(body);
            assertThat(request.loginId()).isEqualTo(loginId).isNotBlank();
            assertThat(request.oldPassword().value()).isEqualTo(oldPassword).isNotBlank();
            assertThat(request.newPassword().value()).isEqualTo(newPassword).doesNotContain("\0");
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(newPassword))
                    .isTrue();
            assertThat(newPassword.codePointCount(0, newPassword.length())).isBetween(1, 255);
        } catch (RequestRefusedException invalid) {
            assertThat(invalid.violations()).isNotEmpty();
            assertThat(invalid.violations().toString()).doesNotContain("canary");
        }
    }

    @Property
    void headerWhenTokenIsArbitraryThenNothingIsThrown(@ForAll String token) {
        assertThat(CompactJws.header(token)).isEmpty();
    }

    @Property
    void headerWhenItIsArbitraryThenNothingIsThrown(@ForAll("json") String header) {
        String encoded =
                Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(StandardCharsets.UTF_8));

        if (CompactJws.header(encoded + ".e30.c2ln").isPresent()) {
            assertThat(header).contains("alg");
        }
    }

    @Provide
    Arbitrary<String> json() {
        Arbitrary<String> value = Arbitraries.of(
                "null",
                "{}",
                "[]",
                "1",
                "\"RS256\"",
                "\"none\"",
                "\"HS256\"",
                "\"\"",
                "true",
                "{\"a\":1}",
                "\"\\u0000\"");
        Arbitrary<String> name = Arbitraries.of("alg", "typ", "kid", "jwk", "jku", "x5u", "ALG", "crit");
        return name.flatMap(key -> value.map(v -> "\"" + key + "\":" + v))
                .list()
                .ofMaxSize(4)
                .map(fields -> "{" + String.join(",", fields) + "}");
    }

    @Provide
    Arbitrary<byte[]> mutilated() {
        byte[] good = "{\"loginId\":\"\u00e4\uD83D\uDE00\",\"oldPassword\":\"o\",\"newPassword\":\"n\\u00e9\"}"
                .getBytes(StandardCharsets.UTF_8);
        Arbitrary<Integer> position = Arbitraries.integers().between(0, good.length - 1);
        Arbitrary<Byte> replacement = Arbitraries.bytes();
        return net.jqwik.api.Combinators.combine(position.list().ofMaxSize(3), replacement)
                .as((positions, by) -> {
                    byte[] bytes = good.clone();
                    positions.forEach(at -> bytes[at] = by);
                    return bytes;
                });
    }

    private static Optional<ObjectNode> read(byte[] bytes) {
        try {
            return Optional.of(JsonBody.read(new ByteArrayInputStream(bytes)));
        } catch (RequestRefusedException refused) {
            return Optional.empty();
        }
    }
}
