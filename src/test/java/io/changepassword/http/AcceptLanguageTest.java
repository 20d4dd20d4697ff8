package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.KeycloakContext;
import org.mockito.ArgumentCaptor;

class AcceptLanguageTest {

    private final KeycloakContext context = mock(KeycloakContext.class);
    private final HttpRequest request = mock(HttpRequest.class);
    private final HttpHeaders headers = mock(HttpHeaders.class);

    @BeforeEach
    void aRequest() {
        when(context.getHttpRequest()).thenReturn(request);
        when(request.getHttpHeaders()).thenReturn(headers);
    }

    @Test
    void dropIfUnreadableWhenItCanBeReadThenTheRequestStays() {
        when(headers.getAcceptableLanguages()).thenReturn(List.of(Locale.GERMAN));

        AcceptLanguage.dropIfUnreadable(context);

        verify(context, never()).setHttpRequest(any());
    }

    @Test
    void dropIfUnreadableWhenItCannotBeParsedThenTheHeaderIsDropped() {
        when(headers.getAcceptableLanguages()).thenThrow(new IllegalArgumentException());

        assertDropped();
    }

    /** Some versions of RESTEasy read a hyphen as such a language. */
    @Test
    void dropIfUnreadableWhenOneLanguageIsInvalidThenTheHeaderIsDropped() {
        when(headers.getAcceptableLanguages()).thenReturn(Arrays.asList(Locale.GERMAN, null));

        assertDropped();
    }

    private void assertDropped() {
        IllegalArgumentException failure = new IllegalArgumentException();
        when(request.getHttpMethod()).thenReturn("POST");
        when(headers.getHeaderString("Origin")).thenReturn("https://app.example");
        when(headers.getHeaderString("Bad")).thenThrow(failure);

        AcceptLanguage.dropIfUnreadable(context);

        ArgumentCaptor<HttpRequest> dropped = ArgumentCaptor.forClass(HttpRequest.class);
        verify(context).setHttpRequest(dropped.capture());
        assertThat(dropped.getValue().getHttpMethod()).isEqualTo("POST");
        HttpHeaders others = dropped.getValue().getHttpHeaders();
        assertThat(others.getAcceptableLanguages()).isEmpty();
        assertThat(others.getHeaderString("Origin")).isEqualTo("https://app.example");
        assertThatThrownBy(() -> others.getHeaderString("Bad")).isSameAs(failure);
    }
}
