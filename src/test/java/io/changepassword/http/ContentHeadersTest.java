package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.changepassword.fixture.MockedRequest;
import io.changepassword.fixture.MockedResponses;
import jakarta.ws.rs.core.HttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(MockedResponses.class)
class ContentHeadersTest {

    private final MockedRequest request = new MockedRequest();
    private final ContentHeaders headers = new ContentHeaders(request.request.getHttpHeaders());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "APPLICATION/JSON",
                "application/json; charset=utf-8",
                "application/json;charset=UTF-8",
                "application/json; profile=x"
            })
    void requireJsonWhenItIsJsonInUtf8ThenAccepted(String type) {
        request.header(HttpHeaders.CONTENT_TYPE, type);

        assertAccepted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/json",
                "application/xml",
                "application/json-patch+json",
                "application/x-www-form-urlencoded",
                "application/json; charset=iso-8859-1",
                "application/json; charset=utf-16",
                "json",
                ""
            })
    void requireJsonWhenItIsAnotherTypeThenRefused(String type) {
        request.header(HttpHeaders.CONTENT_TYPE, type);

        assertRefused(Refusal.MEDIA_TYPE);
    }

    @Test
    void requireJsonWhenThereIsNoTypeOrMoreThanOneThenRefused() {
        assertRefused(Refusal.MEDIA_TYPE);

        request.header(HttpHeaders.CONTENT_TYPE, "application/json", "application/json");
        assertRefused(Refusal.MEDIA_TYPE);
    }

    /** What is small on the way may be large here. */
    @Test
    void requireJsonWhenItIsCompressedThenRefused() {
        request.header(HttpHeaders.CONTENT_TYPE, "application/json");

        request.header(HttpHeaders.CONTENT_ENCODING, "gzip");
        assertRefused(Refusal.MEDIA_TYPE);
        request.header(HttpHeaders.CONTENT_ENCODING, "identity", "gzip");
        assertRefused(Refusal.MEDIA_TYPE);
        request.header(HttpHeaders.CONTENT_ENCODING, "Identity");
        assertAccepted();
    }

    @Test
    void requireJsonWhenItIsAnnouncedToBeTooLargeThenRefused() {
        request.header(HttpHeaders.CONTENT_TYPE, "application/json");

        request.header(HttpHeaders.CONTENT_LENGTH, String.valueOf(16 * 1024));
        assertAccepted();
        request.header(HttpHeaders.CONTENT_LENGTH, String.valueOf(16 * 1024 + 1));
        assertRefused(Refusal.BODY_TOO_LARGE);
    }

    @Test
    void isMediaTypeReadableWhenThereIsNoneThenTrue() {
        assertThat(headers.isMediaTypeReadable()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"application/json, true", "text/plain, true", "json, false", "'', false"})
    void isMediaTypeReadableWhenThereIsOneThenWhetherItCanBeParsed(String type, boolean readable) {
        request.header(HttpHeaders.CONTENT_TYPE, type);

        assertThat(headers.isMediaTypeReadable()).isEqualTo(readable);
    }

    @Test
    void isMediaTypeReadableWhenThereAreTwoThenFalse() {
        request.header(HttpHeaders.CONTENT_TYPE, "application/json", "application/json");

        assertThat(headers.isMediaTypeReadable()).isFalse();
    }

    /** Keycloak's server refuses a length that is no number; a server in front of Keycloak might not. */
    @ParameterizedTest
    @CsvSource({
        "0,false",
        "10,false",
        "11,true",
        "99999999999,true",
        "99999999999999999999999,true",
        "x,true",
        "'',true"
    })
    void announcesMoreThanWhenLengthIsGivenThenOnlyANumberWithinTheLimitIsNot(String length, boolean more) {
        request.header(HttpHeaders.CONTENT_LENGTH, length);

        assertThat(headers.announcesMoreThan(10)).isEqualTo(more);
    }

    @Test
    void announcesMoreThanWhenLengthIsUnknownThenItIsNot() {
        assertThat(headers.announcesMoreThan(10)).isFalse();
    }

    private void assertAccepted() {
        assertThatCode(headers::requireJson).doesNotThrowAnyException();
    }

    private void assertRefused(Refusal refusal) {
        assertThat(catchThrowableOfType(RequestRefusedException.class, headers::requireJson)
                        .refusal())
                .isEqualTo(refusal);
    }
}
