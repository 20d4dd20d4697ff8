package io.changepassword;

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
import java.util.Optional;

/**
 * Reads a body: one JSON object (RFC 8259) in UTF-8, of at most 16 KiB, and strictly. No duplicate keys, nothing after the
 * object, no other encoding, and no scalar taken for another: what a filter before us has read must be what we read.
 */
final class JsonBody {

    /** The largest body, in bytes. */
    static final int MAXIMUM_BYTES = 16 * 1024;

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

    /** A body that is larger than {@link #MAXIMUM_BYTES}. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private JsonBody() {}

    /**
     * @return the object, or empty if the body is none
     * @throws TooLargeException if there is more of it than allowed
     * @throws IOException if the client's connection fails
     */
    static Optional<ObjectNode> read(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MAXIMUM_BYTES + 1);
        if (bytes.length > MAXIMUM_BYTES) {
            throw new TooLargeException();
        }
        return parse(bytes);
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
