package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockStatic;
import static org.mockito.Mockito.when;

import io.changepassword.compat.BearerAuthentication;
import io.changepassword.credential.Caller;
import io.changepassword.credential.ChangeEvents;
import io.changepassword.credential.RealmSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.common.util.Time;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.managers.AuthenticationManager;

/** When the session of an otherwise good token authenticated; what is refused is in the ITs. */
class PermissionTest {

    private static final int MAX_AGE = 60;

    private final KeycloakSession session = mock(KeycloakSession.class, RETURNS_DEEP_STUBS);
    private final UserModel user = mock(UserModel.class);
    private final UserSessionModel userSession = mock(UserSessionModel.class);
    private final ClientModel client = mock(ClientModel.class);
    private final AccessToken token = new AccessToken();

    @BeforeEach
    void aRealmWithAMaximumAge() {
        when(session.getContext().getRealm().getAttribute(RealmSettings.MAX_AUTH_AGE))
                .thenReturn(String.valueOf(MAX_AGE));
        token.audience("account");
        token.addAccess("account").addRole("manage-account");
    }

    @Test
    void requireWhenAuthenticatedAnewThenTheSessionsStartDoesNotCount() {
        int now = (int) (Time.currentTimeMillis() / 1000);
        when(userSession.getStarted()).thenReturn(now - 10 * MAX_AGE);
        when(userSession.getNote(AuthenticationManager.AUTH_TIME)).thenReturn(String.valueOf(now));

        assertThatCode(this::require).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"IMPERSONATOR_ID", "IMPERSONATOR_CLIENT"})
    void requireWhenSomebodyActsAsTheUserThenRefused(String note) {
        when(userSession.getNote(note)).thenReturn("somebody");
        try (var events = mockStatic(ChangeEvents.class)) {
            events.when(() -> ChangeEvents.of(any(), any())).thenReturn(mock(ChangeEvents.class));

            assertThatThrownBy(this::require)
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.status()).isEqualTo(403));
        }
    }

    private void require() {
        new Permission(session)
                .require(
                        new BearerAuthentication(user, userSession, token, client),
                        new Caller(user, userSession, client));
    }
}
