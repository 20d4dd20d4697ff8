package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.changepassword.credential.ChangeEvents;
import io.changepassword.fixture.LogLines;
import io.changepassword.fixture.MockedRequest;
import io.changepassword.fixture.MockedResponses;
import io.changepassword.limits.RequestPermits;
import io.changepassword.policy.Violation;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.keycloak.common.Profile;
import org.keycloak.events.Event;
import org.keycloak.events.EventType;

/** The one place where a refusal becomes an event and a response. */
@ExtendWith(MockedResponses.class)
@SuppressWarnings("deprecation") // UPDATE_PASSWORD
class ResponsesTest {

    @RegisterExtension
    private final LogLines log = new LogLines();

    private final MockedRequest request = new MockedRequest();
    private final CrossOrigin crossOrigin = mock(CrossOrigin.class);
    private final Responses responses = responses(endpoint(ErrorFormat.OAUTH, ChangeEvents.Kind.CHANGE));

    @BeforeEach
    void features() {
        Profile.init(Profile.ProfileName.DEFAULT, Map.of(Profile.Feature.DPOP, false));
    }

    @AfterEach
    void forgetThem() {
        Profile.reset();
    }

    @Test
    void withThenJsonThatNobodyStores() {
        Response response = responses.with(202, Map.of("expiresIn", 300));

        assertThat(response.getStatus()).isEqualTo(202);
        assertThat(response.getEntity()).isEqualTo("{\"expiresIn\":300}");
        assertThat(response.getHeaders())
                .containsEntry("Content-Type", List.of("application/json;charset=UTF-8"))
                .containsEntry("Cache-Control", List.of("no-store"))
                .containsEntry("Vary", List.of("Origin"));
        verify(crossOrigin).addHeaders();
        verifyNoInteractions(request.securityHeaders);
    }

    /** Keycloak's filter would respond with 500. */
    @Test
    void withWhenTheMediaTypeIsUnreadableThenTheSecurityHeadersAreOurs() {
        request.header("Content-Type", "a", "b");

        Response response = responses.with(200, Map.of());

        verify(request.securityHeaders).skipHeaders();
        assertThat(response.getHeaderString("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @ParameterizedTest
    @NullAndEmptySource
    void withWhenTheRealmHasSwitchedASecurityHeaderOffThenItIsNotSent(String off) {
        Map<String, String> ofRealm = new HashMap<>();
        ofRealm.put("xFrameOptions", off);
        ofRealm.put("referrerPolicy", "same-origin");
        when(request.keycloak.realm.getBrowserSecurityHeaders()).thenReturn(ofRealm);
        request.header("Content-Type", "a", "b");

        assertThat(responses.with(200, Map.of()).getHeaders())
                .doesNotContainKey("X-Frame-Options")
                .containsEntry("Referrer-Policy", List.of("same-origin"));
    }

    @Test
    void unlessRefusedWhenAllIsWellThenTheTransactionIsLeftAlone() {
        assertThat(responses.<String>unlessRefused(() -> "well")).isEqualTo("well");

        assertThat(request.session.getTransactionManager().getRollbackOnly()).isFalse();
        assertThat(request.keycloak.events).isEmpty();
    }

    @Test
    void unlessRefusedWhenItIsADefectThenItIsPassedOn() {
        IllegalStateException defect = new IllegalStateException();

        assertThatThrownBy(() -> responses.unlessRefused(() -> {
                    throw defect;
                }))
                .isSameAs(defect);
        assertThat(request.keycloak.events).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void unlessRefusedWhenRefusedThenRolledBackWithTheRowsStatusCodeAndEvents(Refusal refusal) {
        request.text(refusal.messageKey(), "a sentence");
        responses.callerIs(request.keycloak.caller);

        Response response = refused(responses, new RequestRefusedException(refusal));

        assertThat(response.getStatus()).isEqualTo(refusal.status());
        assertThat(response.getEntity())
                .isEqualTo(
                        refusal.code() == null
                                ? "{\"error_description\":\"a sentence\"}"
                                : "{\"error\":\"" + refusal.code() + "\",\"error_description\":\"a sentence\"}");
        assertThat(response.getHeaders().containsKey("WWW-Authenticate"))
                .isEqualTo(refusal.authenticate() != Refusal.Authenticate.NO);
        assertThat(response.getHeaders().containsKey("Allow")).isEqualTo(refusal == Refusal.METHOD);
        assertThat(request.session.getTransactionManager().getRollbackOnly()).isTrue();
        if (refusal.eventError() == null) {
            assertThat(request.keycloak.events).isEmpty();
        } else {
            assertThat(request.keycloak.eventTypes())
                    .containsExactly(EventType.UPDATE_CREDENTIAL_ERROR, EventType.UPDATE_PASSWORD_ERROR);
            assertThat(request.keycloak.events).allSatisfy(event -> {
                assertThat(event.getError()).isEqualTo(refusal.eventError());
                assertThat(event.getUserId()).isEqualTo("user");
            });
        }
    }

    @Test
    void unlessRefusedWhenTheMethodIsAnotherThenTheEndpointsAreAllowed() {
        assertThat(refused(responses, new RequestRefusedException(Refusal.METHOD))
                        .getHeaderString("Allow"))
                .isEqualTo("POST, OPTIONS");
    }

    @Test
    void unlessRefusedWhenNobodyIsKnownYetThenOneEventWithoutUser() {
        refused(responses, new RequestRefusedException(Refusal.NO_CREDENTIAL));

        assertThat(request.keycloak.eventTypes()).containsExactly(EventType.UPDATE_CREDENTIAL_ERROR);
        assertThat(request.keycloak.events).extracting(Event::getUserId).containsOnlyNulls();
    }

    @Test
    void unlessRefusedWhenItIsAboutAMailThenItsEvent() {
        Responses mail = responses(endpoint(ErrorFormat.VALIDATION, ChangeEvents.Kind.MAIL));
        mail.callerIs(request.keycloak.caller);

        Response response = refused(mail, RequestRefusedException.because(Refusal.MAIL_TOO_SOON, 60));

        assertThat(response.getHeaderString("Retry-After")).isEqualTo("60");
        assertThat(request.keycloak.eventTypes()).containsExactly(EventType.SEND_RESET_PASSWORD_ERROR);
    }

    @Test
    void unlessRefusedWhenThereIsNothingToWaitForThenNoRetryAfter() {
        assertThat(refused(responses, new RequestRefusedException(Refusal.CONFLICT))
                        .getHeaders())
                .doesNotContainKey("Retry-After");
    }

    /** RFC 9470: the seconds are the greatest age, and no time to wait. */
    @Test
    void unlessRefusedWhenTheAuthenticationIsTooOldThenChallengedAndNoRetryAfter() {
        Response response = refused(responses, RequestRefusedException.because(Refusal.AUTHENTICATION_TOO_OLD, 300));

        assertThat(response.getHeaderString("WWW-Authenticate")).endsWith(", max_age=\"300\"");
        assertThat(response.getHeaders()).doesNotContainKey("Retry-After");
    }

    @Test
    void unlessRefusedWhenRulesAreViolatedThenEachIsDescribed() {
        request.text("aMessage", "At least {0}.");
        var violation = Violation.of("newPassword", "length", "aMessage", 12);

        assertThat(refused(responses, RequestRefusedException.because(Refusal.REJECTED, List.of(violation)))
                        .getEntity()
                        .toString())
                .endsWith(",\"violations\":[{\"field\":\"newPassword\",\"policy\":\"length\",\"params\":[12],"
                        + "\"message\":\"At least 12.\"}]}");
    }

    @Test
    void unlessRefusedWhenTheCallerIsKnownThenInTheirLanguage() {
        request.locale = Locale.GERMAN;
        request.text(Refusal.CONFLICT.messageKey(), "ein Satz");
        responses.callerIs(request.keycloak.caller);

        Response response = refused(responses, new RequestRefusedException(Refusal.CONFLICT));

        assertThat(response.getEntity().toString()).contains("ein Satz");
        verify(request.context).resolveLocale(request.keycloak.caller.user());
    }

    /** A store can fail before the decision or after it. */
    @Test
    void unlessRefusedWhenAStoreIsDownThenUnavailableAndTheCallerIsNamed() {
        responses.callerIs(request.keycloak.caller);

        Response response = refused(responses, new PersistenceException("an outage"));

        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(request.keycloak.events)
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.getUserId()).isEqualTo("user"));
        assertThat(request.session.getTransactionManager().getRollbackOnly()).isTrue();
    }

    /** The response says no more than that it is unavailable: whoever runs the server finds the cause in the log. */
    @Test
    void unlessRefusedWhenAStoreIsDownThenTheLogHasTheRealmAndTheCause() {
        PersistenceException outage = new PersistenceException("an outage");

        refused(responses, outage);
        refused(responses, new RequestRefusedException(Refusal.CONFLICT));

        assertThat(log.records()).singleElement().satisfies(logged -> {
            assertThat(logged.getLevel().intValue()).isEqualTo(Level.SEVERE.intValue());
            assertThat(logged.getMessage()).contains("Realm a-realm:");
            assertThat(logged.getThrown()).isSameAs(outage);
        });
    }

    /** Most are races; a constraint that a defect has violated looks the same. */
    @Test
    void unlessRefusedWhenAWriterHasLostThenConflictAndTheCauseIsLoggedAtDebug() {
        OptimisticLockException lost = new OptimisticLockException();

        assertThat(refused(responses, lost).getStatus()).isEqualTo(409);

        assertThat(log.records()).singleElement().satisfies(logged -> {
            assertThat(logged.getLevel().intValue()).isEqualTo(Level.FINE.intValue());
            assertThat(logged.getThrown()).isSameAs(lost);
        });
    }

    @Test
    void unlessRefusedWhenThereIsNoPermitThenBusyOrConflict() {
        RequestPermits permits = new RequestPermits(0);

        Response response = refused(responses, () -> permits.serve("session", "user", () -> null));

        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(Integer.parseInt(response.getHeaderString("Retry-After"))).isBetween(5, 15);
        assertThat(request.keycloak.events).isEmpty();
    }

    /** The inner of two calls has written the response already. */
    @Test
    void unlessRefusedWhenARefusalPassesByThenItIsFiredOnce() {
        WebApplicationException inner = new WebApplicationException(responses.with(200, Map.of()));

        assertThatThrownBy(() -> responses.unlessRefused(() -> {
                    throw inner;
                }))
                .isSameAs(inner);
        verify(request.keycloak.eventStore, never()).onEvent(any(Event.class));
    }

    private static Response refused(Responses responses, RuntimeException failure) {
        return refused(responses, () -> {
            throw failure;
        });
    }

    private static Response refused(Responses responses, Supplier<Object> step) {
        return catchThrowableOfType(WebApplicationException.class, () -> responses.unlessRefused(step))
                .getResponse();
    }

    private Responses responses(Endpoint endpoint) {
        return new Responses(request.session, endpoint, crossOrigin);
    }

    private static Endpoint endpoint(ErrorFormat errors, ChangeEvents.Kind events) {
        return new Endpoint("POST", "a/path", Endpoint.Credential.AUTHORIZATION, Endpoint.Body.NONE, errors, events);
    }
}
