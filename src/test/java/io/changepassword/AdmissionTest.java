package io.changepassword;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockStatic;
import static org.mockito.Mockito.when;

import io.changepassword.compat.BearerAuthentication;
import jakarta.persistence.PersistenceException;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.KeycloakSession;

class AdmissionTest {

    private final KeycloakSession session = mock(KeycloakSession.class, RETURNS_DEEP_STUBS);

    /** A DPoP proof is all that Keycloak may fail at without a defect: a defect is no 401. */
    @Test
    void admitWhenKeycloakFailsThenItIsNoMatterOfTheToken() {
        assertPassedOn("Bearer", new IllegalStateException("a defect"));
    }

    /** Whoever cannot be checked is told so, and not that they are nobody. */
    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "DPoP"})
    void admitWhenAStoreIsDownThenItIsNoMatterOfTheToken(String scheme) {
        assertPassedOn(scheme, new PersistenceException("an outage"));
    }

    private void assertPassedOn(String scheme, RuntimeException failure) {
        HttpRequest request = session.getContext().getHttpRequest();
        when(request.getHttpMethod()).thenReturn("POST");
        when(request.getHttpHeaders().getRequestHeader(any())).thenReturn(List.of());
        when(request.getHttpHeaders().getRequestHeader(HttpHeaders.AUTHORIZATION))
                .thenReturn(List.of(scheme + " eyJhbGciOiJSUzI1NiJ9.e30.c2ln"));
        when(session.getContext().getRealm().isEnabled()).thenReturn(true);
        when(session.getContext().getRealm().getAttribute(any(String.class))).thenReturn(null);

        try (var keycloak = mockStatic(BearerAuthentication.class)) {
            keycloak.when(() -> BearerAuthentication.verify(any(), any())).thenThrow(failure);

            assertThatThrownBy(
                            () -> new Admission(session, Contract.CURRENT_PASSWORD, new CrossOrigin(session)).admit())
                    .isSameAs(failure);
        }
    }
}
