package io.changepassword.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads a body: one JSON object (RFC 8259) in UTF-8, of at most 16 KiB, and strictly. No duplicate keys, nothing after the
 * object, no other encoding, no conversion of scalars: a filter in front of Keycloak must read the same request as we do.
 */
public final class JsonBody {

    /** The largest body, in bytes. */
    public static final int MAXIMUM_BYTES = 16 * 1024;

    /** How long a client may take to send it. */
    private static final Duration TIME = Duration.ofSeconds(10);

    /** Deep enough for an object of strings and whatever harmless field a client adds. */
    private static final int MAXIMUM_DEPTH = 16;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAXIMUM_DEPTH)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // The text may hold a secret, and an exception's message quotes its source.
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonBody() {}

    /** @throws RequestRefusedException if the body is too large, comes too slowly or not whole, or is no such object */
    public static ObjectNode read(InputStream body) {
        return parse(bytes(body)).orElseThrow(() -> new RequestRefusedException(Refusal.BODY));
    }

    private static byte[] bytes(InputStream body) {
        byte[] bytes = new byte[MAXIMUM_BYTES + 1];
        long deadline = System.nanoTime() + TIME.toNanos();
        int length = 0;
        try {
            // A read returns with whatever has come; where nothing comes it ends with the server's own read timeout.
            for (int read = 0;
                    read >= 0 && length < bytes.length;
                    read = body.read(bytes, length, bytes.length - length)) {
                length += read;
                if (System.nanoTime() > deadline) {
                    throw new RequestRefusedException(Refusal.BODY);
                }
            }
        } catch (IOException disconnected) {
            throw new RequestRefusedException(Refusal.BODY);
        }
        if (length > MAXIMUM_BYTES) {
            throw new RequestRefusedException(Refusal.BODY_TOO_LARGE);
        }
        return Arrays.copyOf(bytes, length);
    }

    private static Optional<ObjectNode> parse(byte[] bytes) {
        try {
            // Decoded here: given bytes, the parser would guess UTF-16 and UTF-32, and take overlong forms.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            JsonNode tree = MAPPER.readTree(text);
            return tree instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (CharacterCodingException | JsonProcessingException malformed) {
            return Optional.empty();
        }
    }
}
