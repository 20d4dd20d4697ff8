package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentHeadersTest {

    private final HttpHeaders headers = mock(HttpHeaders.class);

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
    void announcesMoreThanWhenLengthIsGivenThenFalseOnlyForANumberWithinTheLimit(String length, boolean more) {
        when(headers.getRequestHeader(HttpHeaders.CONTENT_LENGTH)).thenReturn(List.of(length));

        assertThat(new ContentHeaders(headers).announcesMoreThan(10)).isEqualTo(more);
    }

    @Test
    void announcesMoreThanWhenLengthIsUnknownThenFalse() {
        assertThat(new ContentHeaders(headers).announcesMoreThan(10)).isFalse();
    }
}
