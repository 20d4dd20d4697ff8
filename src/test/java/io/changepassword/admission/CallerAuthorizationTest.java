package io.changepassword.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.compat.BearerAuthentication;
import io.changepassword.fixture.MockedKeycloak;
import io.changepassword.http.Refusal;
import io.changepassword.http.RequestRefusedException;
import io.changepassword.settings.RealmSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.common.util.Time;
import org.keycloak.protocol.oidc.AccessTokenIntrospectionProvider;
import org.keycloak.protocol.oidc.TokenIntrospectionProvider;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.managers.AuthenticationManager;

/** What a valid token must allow. */
class CallerAuthorizationTest {

    private static final int MAX_AGE = 60;

    private final MockedKeycloak keycloak = new MockedKeycloak();
    private final AccessTokenIntrospectionProvider<?> introspection = mock(AccessTokenIntrospectionProvider.class);
    private final AccessToken token = new AccessToken();

    @BeforeEach
    void aGoodToken() {
        allow(token);
        when(keycloak.session.getProvider(TokenIntrospectionProvider.class, "access_token"))
                .thenReturn(introspection);
    }

    @Test
    void requireWhenAllIsWellThenDone() {
        assertAllowed();
        verify(introspection, never()).transformAccessToken(token, keycloak.userSession);
    }

    @Test
    void requireWhenItIsAServiceAccountThenRefused() {
        when(keycloak.user.getServiceAccountClientLink()).thenReturn("a-client");

        assertRefused(Refusal.SERVICE_ACCOUNT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"IMPERSONATOR_ID", "IMPERSONATOR_CLIENT"})
    void requireWhenSomebodyActsAsTheUserThenRefused(String note) {
        when(keycloak.userSession.getNote(note)).thenReturn("somebody");

        assertRefused(Refusal.IMPERSONATION);
    }

    @Test
    void requireWhenTheTokenIsForSomebodyElseThenRefused() {
        token.audience("another");

        assertRefused(Refusal.AUDIENCE);
    }

    @Test
    void requireWhenTheRoleIsMissingThenRefused() {
        token.getResourceAccess("account").getRoles().clear();
        token.getResourceAccess("account").addRole("view-profile");

        assertRefused(Refusal.ROLE);
    }

    /** A lightweight token has neither audience nor roles; its session has both. */
    @Test
    void requireWhenTheTokenIsLightweightThenItIsResolvedFromItsSession() {
        AccessToken lightweight = new AccessToken();
        AccessToken resolved = new AccessToken();
        doReturn(resolved).when(introspection).transformAccessToken(lightweight, keycloak.userSession);

        assertThat(refused(lightweight)).isEqualTo(Refusal.AUDIENCE);
        resolved.audience("account");
        assertThat(refused(lightweight)).isEqualTo(Refusal.ROLE);
        allow(resolved);
        assertThatCode(() -> require(lightweight)).doesNotThrowAnyException();
    }

    @Test
    void requireWhenAudienceOrRolesAreMissingThenTheTokenIsResolvedFromItsSession() {
        AccessToken withoutAudience = new AccessToken();
        withoutAudience.addAccess("account").addRole("manage-account");
        AccessToken withoutRoles = new AccessToken();
        withoutRoles.audience("account");
        doReturn(token).when(introspection).transformAccessToken(withoutAudience, keycloak.userSession);
        doReturn(token).when(introspection).transformAccessToken(withoutRoles, keycloak.userSession);

        assertThatCode(() -> require(withoutAudience)).doesNotThrowAnyException();
        assertThatCode(() -> require(withoutRoles)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "59, true", "90, false"})
    void requireWhenThereIsAMaximumAgeThenTheSessionsAuthenticationCounts(int age, boolean allowed) {
        maximumAge();
        when(keycloak.userSession.getStarted()).thenReturn(now() - age);

        assertThat(isAllowed()).isEqualTo(allowed);
    }

    @Test
    void requireWhenTheAuthenticationIsExactlyOfTheMaximumAgeThenAllowed() {
        maximumAge();
        long second;
        boolean allowed;
        do {
            second = now();
            when(keycloak.userSession.getStarted()).thenReturn((int) second - MAX_AGE);
            allowed = isAllowed();
            // Once more if the clock has ticked meanwhile.
        } while (now() != second);

        assertThat(allowed).isTrue();
    }

    @Test
    void requireWhenAuthenticatedAnewThenTheSessionsStartDoesNotCount() {
        maximumAge();
        when(keycloak.userSession.getStarted()).thenReturn(now() - 10 * MAX_AGE);
        when(keycloak.userSession.getNote(AuthenticationManager.AUTH_TIME)).thenReturn(String.valueOf(now()));

        assertAllowed();
    }

    @Test
    void requireWhenTheAuthenticationIsTooOldThenRefusedWithTheGreatestAge() {
        maximumAge();
        when(keycloak.userSession.getStarted()).thenReturn(now() - 2 * MAX_AGE);

        RequestRefusedException refused = catchThrowableOfType(RequestRefusedException.class, () -> require(token));

        assertThat(refused.refusal()).isEqualTo(Refusal.AUTHENTICATION_TOO_OLD);
        assertThat(refused.seconds()).isEqualTo(MAX_AGE);
    }

    private void maximumAge() {
        when(keycloak.realm.getAttribute(RealmSettings.MAX_AUTH_AGE)).thenReturn(String.valueOf(MAX_AGE));
    }

    private static int now() {
        return (int) (Time.currentTimeMillis() / 1000);
    }

    private static void allow(AccessToken token) {
        token.audience("account");
        token.addAccess("account").addRole("manage-account");
    }

    private boolean isAllowed() {
        return catchThrowableOfType(RequestRefusedException.class, () -> require(token)) == null;
    }

    private void assertAllowed() {
        assertThatCode(() -> require(token)).doesNotThrowAnyException();
    }

    private void assertRefused(Refusal refusal) {
        assertThat(refused(token)).isEqualTo(refusal);
    }

    private Refusal refused(AccessToken presented) {
        return catchThrowableOfType(RequestRefusedException.class, () -> require(presented))
                .refusal();
    }

    private void require(AccessToken presented) {
        new CallerAuthorization(keycloak.session)
                .require(
                        new BearerAuthentication(keycloak.user, keycloak.userSession, presented, keycloak.client),
                        keycloak.caller);
    }
}
