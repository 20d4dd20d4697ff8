package io.changepassword.actiontoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyMap;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import freemarker.template.TemplateMethodModelEx;
import io.changepassword.fixture.MockedJaxRs;
import io.changepassword.fixture.MockedSession;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.common.util.Time;
import org.keycloak.email.EmailException;
import org.keycloak.email.EmailTemplateProvider;
import org.keycloak.models.ThemeManager;
import org.keycloak.theme.Theme;
import org.mockito.ArgumentCaptor;

@ExtendWith(MockedJaxRs.class)
class TokenMailTest {

    private static final String KEYCLOAKS_PAGE = "https://id.example/realms/a-realm/login-actions/action-token?key=";

    private final MockedSession keycloak = new MockedSession();
    private final EmailTemplateProvider mails = mock(EmailTemplateProvider.class);
    private final Theme theme = mock(Theme.class);

    @BeforeEach
    void aTheme() throws IOException {
        ThemeManager themes = mock(ThemeManager.class);
        when(keycloak.session.theme()).thenReturn(themes);
        when(themes.getTheme(Theme.Type.EMAIL)).thenReturn(theme);
        Properties german = new Properties();
        german.setProperty("linkExpirationFormatter.timePeriodUnit.minutes", "Minuten");
        when(theme.getMessages(Locale.GERMAN)).thenReturn(german);
        when(keycloak.context.resolveLocale(keycloak.user, Theme.Type.EMAIL)).thenReturn(Locale.GERMAN);
    }

    @BeforeEach
    void aSender() {
        when(keycloak.session.getProvider(EmailTemplateProvider.class)).thenReturn(mails);
        when(mails.setRealm(keycloak.realm)).thenReturn(mails);
        when(mails.setUser(keycloak.user)).thenReturn(mails);
        lifespan(300);
    }

    @Test
    void sendThenTheUserIsMailedALinkWithATokenOfTheirs() throws EmailException {
        send();

        verify(mails).setRealm(keycloak.realm);
        verify(mails).setUser(keycloak.user);
        assertThat(mailedClaims())
                .containsEntry("typ", "change-password")
                .containsEntry("sub", "user")
                .containsEntry("azp", "an-app")
                .containsEntry("iss", MockedSession.ISSUER)
                .containsEntry("pwd_set_at", MockedSession.PASSWORD_SET_AT);
    }

    @Test
    void sendThenTheTokenServes() throws EmailException {
        send();

        assertThat(PresentedActionToken.read(keycloak.session, mailedToken()))
                .hasValueSatisfying(token -> assertThat(token.fault(keycloak.session, keycloak.user, keycloak.client))
                        .isEmpty());
    }

    @Test
    void sendWhenTheClientHasALinkOfItsOwnThenTheMailHasTheClientsLink() throws EmailException {
        when(keycloak.client.getAttribute(TokenLink.ATTRIBUTE)).thenReturn("https://app.example/?t={token}");
        when(keycloak.client.getRedirectUris()).thenReturn(Set.of("https://app.example/*"));

        send();

        assertThat(attributes().get("link")).asString().startsWith("https://app.example/?t=ey");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 60, 300, 86_400})
    void sendThenTheRealmsLifespan(int configured) throws EmailException {
        lifespan(configured);

        assertThat(send()).isEqualTo(configured);

        assertThat(expiration()).isCloseTo(now() + configured, within(5L));
    }

    /** Keycloak accepts any number as the lifespan. */
    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void sendWhenTheRealmsLifespanIsNoneThenASecond(int configured) throws EmailException {
        lifespan(configured);

        assertThat(send()).isEqualTo(1);

        assertThat(expiration()).isCloseTo(now() + 1, within(5L));
    }

    /** The expiry of an action token is an int. */
    @Test
    void sendWhenTheRealmsLifespanIsTooLongThenTheLongestThereIs() throws EmailException {
        lifespan(Integer.MAX_VALUE);

        assertThat((long) send()).isCloseTo(Integer.MAX_VALUE - now(), within(5L));

        assertThat(expiration()).isEqualTo(Integer.MAX_VALUE);
    }

    /** In minutes, formatted with the messages of the mail's language. */
    @Test
    void sendThenTheTemplateKnowsForHowLongTheLinkIsGood() throws Exception {
        lifespan(179);

        send();

        assertThat(attributes()).containsEntry("linkExpiration", 2L);
        TemplateMethodModelEx formatter = (TemplateMethodModelEx) attributes().get("linkExpirationFormatter");
        assertThat(formatter.exec(List.of("2"))).isEqualTo("2 Minuten");
    }

    @Test
    void sendWhenTheMailServerIsDownThenThrown() throws EmailException {
        EmailException down = new EmailException("down");
        doThrow(down).when(mails).send(anyString(), anyString(), anyMap());

        assertThatThrownBy(this::send).isSameAs(down);
    }

    @Test
    void sendWhenTheThemeCannotBeReadThenNothingIsSent() throws Exception {
        IOException unreadable = new IOException();
        when(theme.getMessages(any(Locale.class))).thenThrow(unreadable);

        assertThatThrownBy(this::send).isInstanceOf(EmailException.class).hasCause(unreadable);

        verify(mails, never()).send(anyString(), anyString(), anyMap());
    }

    /** Then surely none was sent. */
    @ParameterizedTest
    @ValueSource(classes = {ConnectException.class, UnknownHostException.class})
    void sendWhenTheMailServerCannotBeReachedThenTheNextMailNeedNotWait(Class<? extends Exception> type)
            throws Exception {
        fail(new EmailException("down", new IOException(type.getConstructor().newInstance())));

        assertThat(MailLimit.take(keycloak.session, keycloak.user)).isTrue();
    }

    /** It may be on its way. */
    @Test
    void sendWhenTheMailServerFailsMidwayThenTheNextMailHasToWait() throws EmailException {
        fail(new EmailException("timed out", new SocketTimeoutException()));

        assertThat(MailLimit.take(keycloak.session, keycloak.user)).isFalse();
    }

    private void fail(EmailException failure) throws EmailException {
        MailLimit.take(keycloak.session, keycloak.user);
        doThrow(failure).when(mails).send(anyString(), anyString(), anyMap());
        assertThatThrownBy(this::send).isSameAs(failure);
    }

    @ParameterizedTest
    @CsvSource({
        "alice@example.com, true, true",
        "alice@example.com, false, false",
        "'', true, false",
        "' ', true, false",
        ", true, false"
    })
    void hasVerifiedAddressThenOnlyIfThereIsOneAndItIsVerified(String address, boolean verified, boolean has) {
        when(keycloak.user.getEmail()).thenReturn(address);
        when(keycloak.user.isEmailVerified()).thenReturn(verified);

        assertThat(TokenMail.hasVerifiedAddress(keycloak.user)).isEqualTo(has);
    }

    private int send() throws EmailException {
        return new TokenMail(keycloak.session).send(keycloak.user, keycloak.client);
    }

    private void lifespan(int configured) {
        when(keycloak.realm.getActionTokenGeneratedByUserLifespan("change-password"))
                .thenReturn(configured);
    }

    private Map<String, Object> attributes() throws EmailException {
        ArgumentCaptor<Map<String, Object>> attributes = ArgumentCaptor.captor();
        verify(mails).send(eq("changePassword.mailSubject"), eq("change-password-token.ftl"), attributes.capture());
        return attributes.getValue();
    }

    private String mailedToken() throws EmailException {
        String link = (String) attributes().get("link");
        assertThat(link).startsWith(KEYCLOAKS_PAGE);
        return link.substring(KEYCLOAKS_PAGE.length());
    }

    private Map<String, Object> mailedClaims() throws EmailException {
        return MockedSession.claimsOf(mailedToken());
    }

    private long expiration() throws EmailException {
        return ((Number) mailedClaims().get("exp")).longValue();
    }

    private static long now() {
        return Time.currentTimeMillis() / 1000;
    }
}
