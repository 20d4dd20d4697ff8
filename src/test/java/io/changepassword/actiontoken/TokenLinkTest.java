package io.changepassword.actiontoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.LogLines;
import io.changepassword.fixture.MockedJaxRs;
import io.changepassword.fixture.MockedSession;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(MockedJaxRs.class)
class TokenLinkTest {

    private static final String KEYCLOAKS_PAGE =
            "https://id.example/realms/a-realm/login-actions/action-token?key=a.b.c";

    @RegisterExtension
    final LogLines log = new LogLines();

    private final MockedSession keycloak = new MockedSession();

    @BeforeEach
    void redirectUris() {
        redirectUris("https://app.example/*");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " "})
    void toWhenTheClientHasNoLinkThenKeycloaksPage(String own) {
        assertThat(link(own)).isEqualTo(KEYCLOAKS_PAGE);
        assertThat(log.lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://app.example/change?token={token},   https://app.example/change?token=a.b.c",
        "https://app.example/change#token={token},   https://app.example/change#token=a.b.c",
        "https://app.example/{token},                https://app.example/a.b.c",
        "https://app.example/{token}?again={token},  https://app.example/a.b.c?again=a.b.c"
    })
    void toWhenTheClientsLinkIsARedirectUriThenTheClientsLink(String own, String link) {
        assertThat(link(own)).isEqualTo(link);
    }

    /** A mobile app has such a link; it has no host. */
    @Test
    void toWhenTheClientsLinkHasAPrivateSchemeThenTheClientsLink() {
        redirectUris("com.example.app:/change/*");

        assertThat(link("com.example.app:/change/{token}")).isEqualTo("com.example.app:/change/a.b.c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/?token={token}",
                "http://app.example/?token={token}",
                "https://app.example.evil.example/{token}",
                "https://app.example/",
                "https://app.example/token",
                "https://app.example/%7Btoken%7D",
                "https://app.example/ ?token={token}",
                "{token}"
            })
    void toWhenTheClientsLinkIsNotAllowedThenKeycloaksPageAndAWarning(String own) {
        assertThat(link(own)).isEqualTo(KEYCLOAKS_PAGE);
        assertThat(log.lines())
                .singleElement()
                .asString()
                .startsWith("WARN Realm a-realm, client an-app: changePassword.tokenLink is no redirect URI");
    }

    /** Keycloak resolves a relative redirect URI against its own host. */
    @Test
    void toWhenTheClientsLinkIsRelativeThenKeycloaksPage() {
        redirectUris("/app/*");

        assertThat(link("/app/{token}")).isEqualTo(KEYCLOAKS_PAGE);
        assertThat(link("https://id.example/app/{token}")).isEqualTo("https://id.example/app/a.b.c");
    }

    /** A DNS lookup of the host would disclose the token. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://{token}.example/",
                "https://{token}@app.example/",
                "https://app.example:{token}/?{token}"
            })
    void toWhenTheTokenWouldBePartOfTheHostThenKeycloaksPage(String own) {
        redirectUris("*");

        assertThat(link(own)).isEqualTo(KEYCLOAKS_PAGE);
        assertThat(link("https://app.example/{token}")).isEqualTo("https://app.example/a.b.c");
    }

    @Test
    void toWhenTheTokenWouldBeTheSchemeThenKeycloaksPage() {
        redirectUris("token:/change");

        assertThat(link("{token}:/change")).isEqualTo(KEYCLOAKS_PAGE);
    }

    private void redirectUris(String... uris) {
        when(keycloak.client.getRedirectUris()).thenReturn(Set.of(uris));
    }

    private String link(String own) {
        when(keycloak.client.getAttribute("changePassword.tokenLink")).thenReturn(own);
        return new TokenLink(keycloak.session, keycloak.client).to("a.b.c");
    }
}
