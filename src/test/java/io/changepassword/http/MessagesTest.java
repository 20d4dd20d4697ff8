package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.MockedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.theme.Theme;

class MessagesTest {

    private final MockedRequest request = new MockedRequest();

    @BeforeEach
    void textsInTwoLanguages() {
        for (Locale locale : List.of(Locale.GERMAN, Locale.ENGLISH)) {
            request.locale = locale;
            request.text("language", locale.getLanguage());
            request.text("parameters", "{0} of {1}");
            request.text("noFormat", "{one");
        }
    }

    @Test
    void textWhenThirdPartyHasBroughtNoneThenTheKeyOrNothing() {
        assertThat(text("unheardOf")).isEqualTo("unheardOf");
        assertThat(text(null)).isEmpty();
    }

    @Test
    void textWhenThereIsOneThenInTheLocaleThatKeycloakTakes() {
        assertThat(text("language")).isEqualTo("en");

        request.locale = Locale.GERMAN;
        assertThat(text("language")).isEqualTo("de");
    }

    @Test
    void textWhenThereAreParametersThenTheyAreInIt() {
        assertThat(text("parameters", "one", "two")).isEqualTo("one of two");
    }

    @Test
    void textWhenItIsNoFormatThenAsItIs() {
        assertThat(text("noFormat", "one")).isEqualTo("{one");
    }

    @Test
    void textWhenTheThemeIsUnreadableThenTheFailureIsThrown() throws IOException {
        IOException unreadable = new IOException();
        when(request.session.theme().getTheme(Theme.Type.LOGIN)).thenThrow(unreadable);

        assertThatThrownBy(() -> text("language"))
                .isInstanceOf(UncheckedIOException.class)
                .hasCause(unreadable);
    }

    private String text(String key, Object... params) {
        return new Messages(request.session, null).text(key, List.of(params));
    }
}
