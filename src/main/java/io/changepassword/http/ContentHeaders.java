package io.changepassword.http;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the headers announce about the body. */
public final class ContentHeaders {

    private final HttpHeaders headers;

    public ContentHeaders(HttpHeaders headers) {
        this.headers = headers;
    }

    /** @throws RequestRefusedException if the body is announced to be of another type, or too large */
    public void requireJson() {
        if (!isJson()) {
            throw new RequestRefusedException(Refusal.MEDIA_TYPE);
        }
        if (announcesMoreThan(JsonBody.MAXIMUM_BYTES)) {
            throw new RequestRefusedException(Refusal.BODY_TOO_LARGE);
        }
    }

    /** @return whether it is {@code application/json} in UTF-8, the only charset of RFC 8259, and not compressed */
    boolean isJson() {
        return mediaType()
                        .filter(type -> type.getType().equalsIgnoreCase("application")
                                && type.getSubtype().equalsIgnoreCase("json"))
                        .filter(type -> isUtf8(type.getParameters()))
                        .isPresent()
                && values(HttpHeaders.CONTENT_ENCODING).stream().allMatch("identity"::equalsIgnoreCase);
    }

    /** @return whether the media type can be read at all; Keycloak's filter for security headers fails if not */
    boolean isMediaTypeReadable() {
        return values(HttpHeaders.CONTENT_TYPE).isEmpty() || mediaType().isPresent();
    }

    /** @param bytes a limit; a body of unknown length is within it until it is read */
    boolean announcesMoreThan(int bytes) {
        return values(HttpHeaders.CONTENT_LENGTH).stream().anyMatch(length -> isMore(length, bytes));
    }

    private Optional<MediaType> mediaType() {
        List<String> values = values(HttpHeaders.CONTENT_TYPE);
        if (values.size() != 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(MediaType.valueOf(values.get(0)));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static boolean isUtf8(Map<String, String> parameters) {
        String charset = parameters.get(MediaType.CHARSET_PARAMETER);
        return charset == null || charset.equalsIgnoreCase("utf-8");
    }

    private static boolean isMore(String length, int bytes) {
        try {
            return Long.parseLong(length) > bytes;
        } catch (NumberFormatException notALength) {
            return true;
        }
    }

    private List<String> values(String name) {
        List<String> values = headers.getRequestHeader(name);
        return values == null ? List.of() : values;
    }
}
