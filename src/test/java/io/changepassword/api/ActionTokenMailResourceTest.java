package io.changepassword.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyMap;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doNothing;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.LogLines;
import io.changepassword.fixture.MockedJaxRs;
import io.changepassword.fixture.MockedKeycloak;
import io.changepassword.fixture.MockedKeys;
import io.changepassword.fixture.MockedRequest;
import io.changepassword.limits.RequestPermits;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.net.ConnectException;
import java.util.Locale;
import java.util.Properties;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.email.EmailException;
import org.keycloak.email.EmailTemplateProvider;
import org.keycloak.events.Event;
import org.keycloak.events.EventType;
import org.keycloak.theme.Theme;

@ExtendWith(MockedJaxRs.class)
class ActionTokenMailResourceTest {

    private static final int LIFESPAN = 300;

    @RegisterExtension
    final LogLines log = new LogLines();

    private final MockedRequest request = new MockedRequest();
    private final MockedKeycloak keycloak = request.keycloak;
    private final EmailTemplateProvider mails = mock(EmailTemplateProvider.class);
    private final RequestPermits permits = new RequestPermits(8);
    private final ActionTokenMailResource resource =
            new ActionTokenMailResource(request.admittedTo(ActionTokenMailResource.ENDPOINT, permits));

    @BeforeEach
    void aUserWithAVerifiedAddress() {
        when(keycloak.user.getEmail()).thenReturn("alice@example.com");
        when(keycloak.user.isEmailVerified()).thenReturn(true);
    }

    @BeforeEach
    void aMailServer() throws Exception {
        new MockedKeys(keycloak.realm).giveTo(request.session);
        when(keycloak.realm.getActionTokenGeneratedByUserLifespan("change-password"))
                .thenReturn(LIFESPAN);
        when(request.context.resolveLocale(keycloak.user, Theme.Type.EMAIL)).thenReturn(Locale.ENGLISH);
        Theme theme = mock(Theme.class);
        when(theme.getMessages(Locale.ENGLISH)).thenReturn(new Properties());
        when(request.session.theme().getTheme(Theme.Type.EMAIL)).thenReturn(theme);
        when(request.session.getProvider(EmailTemplateProvider.class)).thenReturn(mails);
        when(mails.setRealm(any())).thenReturn(mails);
        when(mails.setUser(any())).thenReturn(mails);
    }

    @Test
    void sendWhenAllIsWellThenMailedToTheCallerAndForHowLongItIsGood() throws EmailException {
        Response response = resource.send();

        assertThat(response.getStatus()).isEqualTo(202);
        assertThat(response.getEntity()).isEqualTo("{\"expiresIn\":300}");
        verify(mails).setUser(keycloak.user);
        verify(mails).send(anyString(), anyString(), anyMap());
        commit();
        assertThat(keycloak.events).hasSize(1).first().satisfies(event -> {
            assertThat(event.getType()).isEqualTo(EventType.SEND_RESET_PASSWORD);
            assertThat(event.getUserId()).isEqualTo("user");
            assertThat(event.getDetails()).containsEntry("email", "alice@example.com");
        });
    }

    @Test
    void sendWhenThereWasOneInTheLastMinuteThenTheNextHasToWait() throws EmailException {
        resource.send();

        Response refused = refused();

        assertRefused(refused, 429, "changePassword.mailTooSoon", "not_allowed");
        assertThat(refused.getHeaderString("Retry-After")).isEqualTo("60");
        verify(mails, times(1)).send(anyString(), anyString(), anyMap());
    }

    /** First of all: neither lockout nor limit is told to whoever could get no mail at all. */
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "alice@example.com"})
    void sendWhenTheAddressIsNotVerifiedThenRefusedBeforeAnythingElse(String address) {
        when(keycloak.user.getEmail()).thenReturn(address);
        when(keycloak.user.isEmailVerified()).thenReturn(address == null || address.isEmpty());
        lock();

        assertRefused(refused(), 403, "changePassword.addressNotVerified", "invalid_email");

        verifyNoInteractions(keycloak.protector, mails);
        assertThat(keycloak.locks).isEmpty();
    }

    /** Before the limit, or whoever is locked out would have used up the mail of the minute. */
    @Test
    void sendWhenLockedThenRefusedAndTheMailOfTheMinuteIsStillFree() {
        lock();

        Response refused = refused();

        assertRefused(refused, 429, "changePassword.locked", "user_temporarily_disabled");
        assertThat(refused.getHeaderString("Retry-After")).isNotNull();
        verifyNoInteractions(mails);
        assertThat(keycloak.locks).isEmpty();
    }

    @Test
    void sendWhenTheMailCannotBeSentThenRefusedWithItsEvent() throws EmailException {
        fail(new EmailException("refused by the server"));

        assertRefused(refused(), 503, "changePassword.mailNotSent", "email_send_failed");
        assertThat(log.lines())
                .containsExactly("ERROR Realm a-realm: the mail with a token could not be sent: refused by the server");
    }

    /** It may be on its way. */
    @Test
    void sendWhenTheMailServerFailedMidwayThenTheNextHasToWait() throws EmailException {
        fail(new EmailException("timed out"));
        refused();

        assertThat(refused().getStatus()).isEqualTo(429);
    }

    @Test
    void sendWhenTheMailServerCouldNotBeReachedThenTheNextNeedNotWait() throws EmailException {
        fail(new EmailException("down", new ConnectException()));
        refused();
        doNothing().when(mails).send(anyString(), anyString(), anyMap());

        assertThat(resource.send().getStatus()).isEqualTo(202);
    }

    /** A mail server that hangs must not hold up the changes of passwords. */
    @Test
    void sendWhenTheNodeWaitsForTooManyMailsThenComeAgainLater() {
        Response refused = whileMailing(4, this::refused);

        assertThat(refused.getStatus()).isEqualTo(503);
        assertThat(refused.getHeaderString("Retry-After")).isNotNull();
        assertThat(keycloak.events).isEmpty();
        verifyNoInteractions(mails);
        assertThat(resource.send().getStatus()).isEqualTo(202);
    }

    private <T> T whileMailing(int others, Supplier<T> then) {
        return others == 0 ? then.get() : permits.sendMail(() -> whileMailing(others - 1, then));
    }

    private void lock() {
        when(keycloak.protector.isTemporarilyDisabled(any(), any(), any())).thenReturn(true);
    }

    private void fail(EmailException failure) throws EmailException {
        doThrow(failure).when(mails).send(anyString(), anyString(), anyMap());
    }

    private void commit() {
        request.session.getTransactionManager().commit();
    }

    private void assertRefused(Response refused, int status, String messageKey, String eventError) {
        assertThat(refused.getStatus()).isEqualTo(status);
        assertThat(refused.getEntity()).isEqualTo("{\"apiError\":[\"" + messageKey + "\"]}");
        assertThat(keycloak.eventTypes()).containsExactly(EventType.SEND_RESET_PASSWORD_ERROR);
        assertThat(keycloak.events).extracting(Event::getError).containsExactly(eventError);
    }

    private Response refused() {
        return catchThrowableOfType(WebApplicationException.class, resource::send)
                .getResponse();
    }
}
