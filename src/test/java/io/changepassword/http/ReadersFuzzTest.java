package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.api.CurrentPasswordRequest;
import io.changepassword.compat.CompactJws;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The readers at the edge, on random input: whatever comes, they accept or refuse it, and throw nothing else. Each run takes new
 * seeds; a failure prints its seed and its input. {@code -Dfuzz.seed=N} repeats one seed, {@code -Dfuzz.seeds=N} takes more.
 */
class ReadersFuzzTest {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int INPUTS = 1_000;
    private static final byte[] GOOD_BODY =
            "{\"loginId\":\"\u00e4\uD83D\uDE00\",\"oldPassword\":\"o\",\"newPassword\":\"n\\u00e9\"}"
                    .getBytes(StandardCharsets.UTF_8);

    /** Ordinary characters, and characters that a reader may mistreat. */
    private static final List<String> PIECES = List.of(
            "\0",
            "\uD83D",
            "\uDE00",
            "\uDE00\uD83D",
            "\uD83D\uDE00",
            "\uD83D\uDC68\u200D\uD83D\uDC69",
            "\uDBFF\uDFFF",
            "\uFFFF",
            "\uFEFF",
            "\u2028",
            "\u00a0",
            "\u3164",
            "e\u0301",
            "\u202e",
            "\"",
            "\\",
            "\\u0000",
            ".",
            "\r\n",
            " ",
            "\t",
            "\u007f");

    static LongStream seeds() {
        Long one = Long.getLong("fuzz.seed");
        return one == null ? new Random().longs(Integer.getInteger("fuzz.seeds", 4)) : LongStream.of(one);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void readWhenBytesAreArbitraryThenReadOrRefused(long seed) {
        each(seed, ReadersFuzzTest::bytes, HexFormat.of()::formatHex, bytes -> {
            if (bytes.length > JsonBody.MAXIMUM_BYTES) {
                assertThat(refusal(bytes)).isEqualTo(Refusal.BODY_TOO_LARGE);
                return false;
            }
            return read(bytes).isPresent();
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void readWhenAnObjectIsMutilatedThenItIsReadAsAStrictReaderReadsItOrNotAtAll(long seed) {
        int accepted = each(seed, ReadersFuzzTest::mutilated, HexFormat.of()::formatHex, bytes -> {
            Optional<ObjectNode> read = read(bytes);
            // What we accept, every reader understands in the same way: a filter in front of us has seen the same
            // request.
            if (read.isPresent()) {
                String text = new String(bytes, StandardCharsets.UTF_8);
                assertThat(MAPPER.readTree(text)).isEqualTo(read.get());
                assertThat(text.getBytes(StandardCharsets.UTF_8)).isEqualTo(bytes);
            }
            return read.isPresent();
        });

        assertThat(accepted).as("accepted with seed " + seed).isBetween(1, INPUTS - 1);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void ofWhenFieldsAreArbitraryThenAcceptedAsTheyAreOrNamed(long seed) {
        int accepted = each(
                seed,
                random -> List.of(string(random), string(random), string(random)),
                fields -> fields.stream().map(ReadersFuzzTest::escaped).collect(Collectors.joining(", ")),
                fields -> acceptedAsTheyAreOrNamed(fields.get(0), fields.get(1), fields.get(2)));

        assertThat(accepted).as("accepted with seed " + seed).isBetween(1, INPUTS - 1);
    }

    private static boolean acceptedAsTheyAreOrNamed(String loginId, String oldPassword, String newPassword) {
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
            return true;
        } catch (RequestRefusedException invalid) {
            assertThat(invalid.violations()).isNotEmpty();
            assertThat(invalid.violations().toString()).doesNotContain("canary");
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void headerWhenTokenIsArbitraryThenEmpty(long seed) {
        each(seed, ReadersFuzzTest::token, ReadersFuzzTest::escaped, token -> {
            assertThat(CompactJws.header(token)).isEmpty();
            return false;
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void headerWhenItIsArbitraryThenPresentOnlyWithAnAlgorithm(long seed) {
        int accepted = each(seed, ReadersFuzzTest::header, ReadersFuzzTest::escaped, header -> {
            String encoded =
                    Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(StandardCharsets.UTF_8));
            boolean present = CompactJws.header(encoded + ".e30.c2ln").isPresent();
            if (present) {
                assertThat(header).contains("\"alg\"");
            }
            return present;
        });

        assertThat(accepted).as("accepted with seed " + seed).isBetween(1, INPUTS - 1);
    }

    /** Whether the reader accepts an input; throws if the reader does something else than accept or refuse. */
    private interface Check<T> {
        boolean accepts(T input) throws IOException;
    }

    /** @return how many inputs the reader has accepted */
    private static <T> int each(
            long seed, Function<Random, T> generator, Function<T, String> inWords, Check<T> reader) {
        Random random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < INPUTS; i++) {
            T input = generator.apply(random);
            try {
                accepted += reader.accepts(input) ? 1 : 0;
            } catch (Exception | AssertionError | StackOverflowError failure) {
                throw new AssertionError("-Dfuzz.seed=" + seed + ", input " + i + ": " + inWords.apply(input), failure);
            }
        }
        return accepted;
    }

    private static Optional<ObjectNode> read(byte[] bytes) {
        try {
            return Optional.of(JsonBody.read(new ByteArrayInputStream(bytes)));
        } catch (RequestRefusedException refused) {
            assertThat(refused.refusal()).isEqualTo(Refusal.BODY);
            return Optional.empty();
        }
    }

    private static Refusal refusal(byte[] bytes) {
        return catchThrowableOfType(RequestRefusedException.class, () -> JsonBody.read(new ByteArrayInputStream(bytes)))
                .refusal();
    }

    /** Any bytes, or bytes that JSON consists of; some inputs are longer than a body may be. */
    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(100) == 0 ? random.nextInt(2 * JsonBody.MAXIMUM_BYTES) : length(random)];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
            byte[] json = "{{}}[[]]\"\":,\\u0041019.-+eEtrufalsn \t\r\n/*#'".getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = json[Math.floorMod(bytes[i], json.length)];
            }
        }
        return bytes;
    }

    /** A valid body with up to three mutations: a byte replaced, removed or inserted, or the rest cut off or repeated. */
    private static byte[] mutilated(Random random) {
        byte[] bytes = GOOD_BODY;
        for (int times = random.nextInt(4); times > 0; times--) {
            int at = random.nextInt(bytes.length + 1);
            byte by = (byte) random.nextInt(256);
            byte[] head = Arrays.copyOf(bytes, at);
            byte[] tail = Arrays.copyOfRange(bytes, at, bytes.length);
            byte[] shorterTail = Arrays.copyOfRange(bytes, Math.min(at + 1, bytes.length), bytes.length);
            bytes = switch (random.nextInt(8)) {
                case 0 -> joined(head, shorterTail);
                case 1 -> joined(head, new byte[] {by}, tail);
                case 2 -> head;
                case 3 -> joined(head, tail, tail);
                default -> joined(head, new byte[] {by}, shorterTail);
            };
        }
        return bytes;
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Stream.of(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** Ordinary text, strange text, or both, of any length; some with a word that no message may repeat. */
    private static String string(Random random) {
        StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "canary" : "");
        int length = length(random);
        int kind = random.nextInt(3);
        while (text.length() < length) {
            switch (kind == 2 ? random.nextInt(40) : kind) {
                case 0 -> text.append(PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> text.append((char) random.nextInt(0x10000));
                case 3 -> text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
                default -> text.append((char) (' ' + random.nextInt(95)));
            }
        }
        return text.toString();
    }

    /** Mostly short, and often at one of the limits. */
    private static int length(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(3);
            case 1 -> 254 + random.nextInt(4);
            case 2 -> random.nextInt(600);
            default -> random.nextInt(30);
        };
    }

    /** Any text, or a JWS with characters that do not belong there. */
    private static String token(Random random) {
        if (random.nextBoolean()) {
            return string(random);
        }
        StringBuilder token = new StringBuilder("eyJhbGciOiJSUzI1NiJ9.e30.c2ln");
        token.insert(random.nextInt(token.length() + 1), PIECES.get(random.nextInt(PIECES.size())));
        return token.toString();
    }

    /** The header of a JWS: an object with known names and odd values, or any text. */
    private static String header(Random random) {
        if (random.nextInt(8) == 0) {
            return string(random);
        }
        List<String> names = List.of("alg", "typ", "kid", "jwk", "jku", "x5u", "ALG", "crit", "b64", "zip");
        List<String> values = List.of(
                "null",
                "{}",
                "[]",
                "1",
                "1e999",
                "\"RS256\"",
                "\"none\"",
                "\"HS256\"",
                "\"rs256\"",
                "\"\"",
                "true",
                "{\"a\":1}",
                "\"\\u0000\"",
                "\"\\uD83D\"",
                "[".repeat(2000));
        return Stream.generate(() -> "\"" + names.get(random.nextInt(names.size())) + "\":"
                        + values.get(random.nextInt(values.size())))
                .limit(random.nextInt(5))
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** The text as a Java string literal that can be pasted into a test. */
    private static String escaped(String text) {
        return text.chars()
                .mapToObj(c -> c >= ' ' && c < 127 && c != '\\' && c != '"' ? "" + (char) c : "\\u%04x".formatted(c))
                .collect(Collectors.joining("", "\"", "\""));
    }
}
