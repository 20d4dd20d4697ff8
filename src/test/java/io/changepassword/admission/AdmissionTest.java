package io.changepassword.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockConstruction;
import static org.mockito.Mockito.mockStatic;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.api.ActionTokenMailResource;
import io.changepassword.api.CurrentPasswordResource;
import io.changepassword.compat.BearerAuthentication;
import io.changepassword.credential.Caller;
import io.changepassword.credential.ChangeEvents;
import io.changepassword.fixture.MockedRequest;
import io.changepassword.fixture.MockedResponses;
import io.changepassword.http.CrossOrigin;
import io.changepassword.http.Endpoint;
import io.changepassword.http.ErrorFormat;
import io.changepassword.http.Refusal;
import io.changepassword.http.RequestRefusedException;
import io.changepassword.http.Responses;
import jakarta.persistence.PersistenceException;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.common.enums.SslRequired;
import org.keycloak.representations.AccessToken;
import org.mockito.stubbing.OngoingStubbing;

@ExtendWith(MockedResponses.class)
class AdmissionTest {

    private final MockedRequest request = new MockedRequest();
    private final CrossOrigin crossOrigin = mock(CrossOrigin.class);
    private final Responses responses = mock(Responses.class);
    private final BearerAuthentication bearer = new BearerAuthentication(
            request.keycloak.user, request.keycloak.userSession, token(), request.keycloak.client);

    private Endpoint endpoint = CurrentPasswordResource.ENDPOINT;

    @BeforeEach
    void aGoodRequest() {
        request.header(HttpHeaders.AUTHORIZATION, "Bearer a-token");
        request.header(HttpHeaders.CONTENT_TYPE, "application/json");
        when(crossOrigin.restrictTo(any(), any())).thenReturn(true);
    }

    @Test
    void admitWhenAllIsWellThenTheCallerOfTheToken() {
        endpoint = ActionTokenMailResource.ENDPOINT;

        Caller caller = admit(verified -> verified.thenReturn(Optional.of(bearer)));

        assertThat(caller)
                .isEqualTo(new Caller(request.keycloak.user, request.keycloak.userSession, request.keycloak.client));
        verify(responses).callerIs(caller);
        verify(crossOrigin).restrictTo(bearer.client(), bearer.token());
    }

    @ParameterizedTest
    @CsvSource({"GET, METHOD", "OPTIONS, METHOD", "post, METHOD"})
    void admitWhenTheMethodIsAnotherThenRefused(String method, Refusal refusal) {
        request.method(method);

        assertRefused(refusal);
    }

    /** Of an endpoint to come: a GET is a value, and no other code. */
    @ParameterizedTest
    @CsvSource({"GET, true", "HEAD, true", "POST, false", "OPTIONS, false"})
    void admitWhenTheEndpointIsAGetThenGetAndHeadAreAdmittedWithoutABody(String method, boolean admitted) {
        endpoint = new Endpoint(
                "GET",
                "a/path",
                Endpoint.Credential.AUTHORIZATION,
                Endpoint.Body.NONE,
                ErrorFormat.OAUTH,
                ChangeEvents.Kind.CHANGE);
        request.method(method);
        request.headers.remove(HttpHeaders.CONTENT_TYPE);

        if (admitted) {
            assertThat(admit(verified -> verified.thenReturn(Optional.of(bearer))))
                    .isNotNull();
        } else {
            assertRefused(Refusal.METHOD);
        }
    }

    @Test
    void admitWhenHttpsIsRequiredThenItIsDemandedOfHttpAlone() {
        endpoint = ActionTokenMailResource.ENDPOINT;
        when(request.keycloak.realm.getSslRequired()).thenReturn(SslRequired.ALL);
        admit(verified -> verified.thenReturn(Optional.of(bearer)));

        request.at(URI.create("http://id.example/realms/a-realm/change-password/a/path"));
        assertRefused(Refusal.HTTPS_REQUIRED);
    }

    /** As behind a reverse proxy that speaks HTTP, or on the developer's own machine. */
    @Test
    void admitWhenTheRealmRequiresNoHttpsThenHttpIsGoodEnough() {
        endpoint = ActionTokenMailResource.ENDPOINT;
        request.at(URI.create("http://id.example/realms/a-realm/change-password/a/path"));

        assertThat(admit(verified -> verified.thenReturn(Optional.of(bearer)))).isNotNull();
    }

    @Test
    void admitWhenTheRealmIsDisabledThenRefused() {
        when(request.keycloak.realm.isEnabled()).thenReturn(false);

        assertRefused(Refusal.REALM_DISABLED);
    }

    @Test
    void admitWhenTheRealmDoesNotOfferTheApiThenRefused() {
        when(request.keycloak.realm.getAttribute("changePassword.enabled")).thenReturn("false");

        assertRefused(Refusal.NOT_ENABLED);
    }

    @Test
    void admitWhenThereAreTwoCredentialsThenRefused() {
        request.header("x-access-token", "another");

        assertRefused(Refusal.AMBIGUOUS_CREDENTIAL);
    }

    @Test
    void admitWhenThereIsNoCredentialThenRefused() {
        request.headers.clear();

        assertRefused(Refusal.NO_CREDENTIAL);
    }

    @Test
    void admitWhenTheTokenIsNotValidThenRefusedAndNobodyIsKnown() {
        assertThat(refused(verified -> verified.thenReturn(Optional.empty()))).isEqualTo(Refusal.INVALID_TOKEN);

        verify(responses, never()).callerIs(any());
    }

    /** Otherwise a stranger's refusal would be in the language of the token's owner. */
    @Test
    void admitWhenTheBindingDoesNotHoldThenNobodyIsKnown() {
        try (var binding = mockConstruction(CertificateBinding.class)) {
            assertThat(refused(verified -> verified.thenReturn(Optional.of(bearer))))
                    .isEqualTo(Refusal.INVALID_TOKEN);
            verify(binding.constructed().get(0)).holds(bearer);
        }

        verify(responses, never()).callerIs(any());
    }

    @Test
    void admitWhenTheOriginIsForeignThenRefusedAndTheEventsNameTheCaller() {
        when(crossOrigin.restrictTo(any(), any())).thenReturn(false);

        assertRefused(Refusal.ORIGIN);
        verify(responses).callerIs(any());
    }

    @Test
    void admitWhenTheTokenDoesNotAllowItThenRefused() {
        bearer.token().audience("another");

        assertRefused(Refusal.AUDIENCE);
    }

    @Test
    void admitWhenTheBodyIsOfAnotherTypeThenRefusedWhereABodyIsExpected() {
        request.header(HttpHeaders.CONTENT_TYPE, "text/plain");
        assertRefused(Refusal.MEDIA_TYPE);

        endpoint = ActionTokenMailResource.ENDPOINT;
        admit(verified -> verified.thenReturn(Optional.of(bearer)));
    }

    @ParameterizedTest
    @CsvSource({"Bearer a-token, false", "DPoP a-token, true"})
    void admitWhenTheTokenComesByASchemeThenItIsVerifiedForThatScheme(String authorization, boolean byDpop) {
        request.header(HttpHeaders.AUTHORIZATION, authorization);
        try (var keycloak = mockStatic(BearerAuthentication.class)) {
            keycloak.when(() -> BearerAuthentication.verify(request.session, "a-token", byDpop))
                    .thenReturn(Optional.of(bearer));

            assertThat(admission().admit()).isNotNull();
        }
    }

    /** A failure of Keycloak is not reported as an invalid token. */
    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "DPoP"})
    void admitWhenKeycloakFailsThenItIsNoMatterOfTheToken(String scheme) {
        request.header(HttpHeaders.AUTHORIZATION, scheme + " a-token");

        assertPassedOn(new IllegalStateException("a defect"));
        assertPassedOn(new PersistenceException("an outage"));
    }

    private void assertPassedOn(RuntimeException failure) {
        assertThatThrownBy(() -> admit(verified -> verified.thenThrow(failure))).isSameAs(failure);
    }

    private void assertRefused(Refusal refusal) {
        assertThat(refused(verified -> verified.thenReturn(Optional.of(bearer))))
                .isEqualTo(refusal);
    }

    private Refusal refused(Consumer<OngoingStubbing<Optional<BearerAuthentication>>> verified) {
        return catchThrowableOfType(RequestRefusedException.class, () -> admit(verified))
                .refusal();
    }

    private Caller admit(Consumer<OngoingStubbing<Optional<BearerAuthentication>>> verified) {
        try (var keycloak = mockStatic(BearerAuthentication.class)) {
            verified.accept(keycloak.when(() -> BearerAuthentication.verify(any(), any(), anyBoolean())));

            return admission().admit();
        }
    }

    private Admission admission() {
        return new Admission(request.session, endpoint, crossOrigin, responses);
    }

    private static AccessToken token() {
        AccessToken token = new AccessToken();
        token.audience("account");
        token.addAccess("account").addRole("manage-account");
        return token;
    }
}
