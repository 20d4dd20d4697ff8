package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.models.KeycloakSession;
import org.keycloak.theme.Theme;

class MessagesTest {

    private final KeycloakSession session = mock(KeycloakSession.class, RETURNS_DEEP_STUBS);

    @BeforeEach
    void textsInTwoLanguages() throws IOException {
        Theme theme = session.theme().getTheme(Theme.Type.LOGIN);
        for (Locale locale : List.of(Locale.ENGLISH, Locale.GERMAN)) {
            Properties texts = new Properties();
            texts.setProperty("language", locale.getLanguage());
            when(theme.getEnhancedMessages(session.getContext().getRealm(), locale))
                    .thenReturn(texts);
        }
        when(session.getContext().resolveLocale(any())).thenReturn(Locale.ENGLISH);
    }

    @Test
    void textWhenThirdPartyHasBroughtNoneThenTheKeyOrNothing() {
        Messages messages = new Messages(session, null);

        assertThat(messages.text("unheardOf", List.of())).isEqualTo("unheardOf");
        assertThat(messages.text(null, List.of())).isEmpty();
    }

    @Test
    void textWhenThereIsOneThenInTheLocaleThatKeycloakTakes() {
        assertThat(new Messages(session, null).text("language", List.of())).isEqualTo("en");

        when(session.getContext().resolveLocale(any())).thenReturn(Locale.GERMAN);
        assertThat(new Messages(session, null).text("language", List.of())).isEqualTo("de");
    }
}
