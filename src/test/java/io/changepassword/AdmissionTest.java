package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockConstruction;
import static org.mockito.Mockito.mockStatic;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.compat.BearerAuthentication;
import io.changepassword.credential.ChangeEvents;
import jakarta.persistence.PersistenceException;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.common.Profile;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.KeycloakSession;
import org.mockito.stubbing.OngoingStubbing;

class AdmissionTest {

    private final KeycloakSession session = mock(KeycloakSession.class, RETURNS_DEEP_STUBS);

    /** Or a stranger's refusal would be in the language of the token's owner. */
    @Test
    void admitWhenTheBindingDoesNotHoldThenNobodyIsKept() {
        Profile.init(Profile.ProfileName.DEFAULT, Map.of(Profile.Feature.DPOP, false));
        BearerAuthentication bearer = mock(BearerAuthentication.class);
        try (var binding = mockConstruction(CertificateBinding.class);
                var events = mockStatic(ChangeEvents.class, RETURNS_DEEP_STUBS)) {
            assertThatThrownBy(() -> admit("Bearer", verified -> verified.thenReturn(Optional.of(bearer))))
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.status()).isEqualTo(401));
            verify(binding.constructed().get(0)).holds(bearer);
            events.verify(() -> ChangeEvents.anonymous(session));
        } finally {
            Profile.reset();
        }

        verify(bearer, never()).keepIn(any());
    }

    /** Whoever cannot be checked is told so, and not that they are nobody. */
    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "DPoP"})
    void admitWhenKeycloakFailsThenItIsNoMatterOfTheToken(String scheme) {
        assertPassedOn(scheme, new IllegalStateException("a defect"));
        assertPassedOn(scheme, new PersistenceException("an outage"));
    }

    private void assertPassedOn(String scheme, RuntimeException failure) {
        assertThatThrownBy(() -> admit(scheme, verified -> verified.thenThrow(failure)))
                .isSameAs(failure);
    }

    private void admit(String scheme, Consumer<OngoingStubbing<Optional<BearerAuthentication>>> verified) {
        HttpRequest request = session.getContext().getHttpRequest();
        when(request.getHttpMethod()).thenReturn("POST");
        when(request.getHttpHeaders().getRequestHeader(any())).thenReturn(List.of());
        when(request.getHttpHeaders().getRequestHeader(HttpHeaders.AUTHORIZATION))
                .thenReturn(List.of(scheme + " eyJhbGciOiJSUzI1NiJ9.e30.c2ln"));
        when(session.getContext().getRealm().getName()).thenReturn("demo");
        when(session.getContext().getRealm().isEnabled()).thenReturn(true);
        when(session.getContext().getRealm().getAttribute(any(String.class))).thenReturn(null);

        try (var keycloak = mockStatic(BearerAuthentication.class)) {
            verified.accept(keycloak.when(() -> BearerAuthentication.verify(any(), any(), any(), anyBoolean())));

            new Admission(session, CurrentPasswordResource.ENDPOINT, new CrossOrigin(session)).admit();
        }
    }
}
