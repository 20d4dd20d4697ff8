package io.changepassword.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.common.Profile;
import org.keycloak.models.AuthenticatedClientSessionModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserProvider;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.UserSessionModel.SessionPersistenceState;
import org.keycloak.protocol.oidc.AccessTokenIntrospectionProvider;
import org.keycloak.protocol.oidc.TokenIntrospectionProvider;
import org.keycloak.representations.AccessToken;

/** What {@code verify} refuses needs a server: {@code AdmissionIT}. */
class BearerAuthenticationTest {

    private static final String AUDIENCE = "account";

    private static final int ISSUED_AT = 1_000_000;

    private final KeycloakSession keycloak = mock(KeycloakSession.class);
    private final UserProvider users = mock(UserProvider.class);
    private final RealmModel realm = mock(RealmModel.class);
    private final UserModel user = mock(UserModel.class);
    private final ClientModel client = mock(ClientModel.class);
    private final UserSessionModel session = mock(UserSessionModel.class);
    private final AccessToken token = new AccessToken();
    private final AccessToken introspected = new AccessToken();
    private final BearerAuthentication authentication = new BearerAuthentication(user, session, token, client);

    @BeforeEach
    void aTokenOfASession() {
        Profile.init(Profile.ProfileName.DEFAULT, Map.of(Profile.Feature.TRANSIENT_USERS, false));
        token.iat((long) ISSUED_AT);
        KeycloakContext context = mock(KeycloakContext.class);
        when(context.getRealm()).thenReturn(realm);
        when(keycloak.getContext()).thenReturn(context);
        when(keycloak.users()).thenReturn(users);
        when(user.isEnabled()).thenReturn(true);
        when(client.getId()).thenReturn("client");
        when(session.getStarted()).thenReturn(ISSUED_AT);
    }

    @AfterEach
    void forgetTheFeatures() {
        Profile.reset();
    }

    @BeforeEach
    void anIntrospection() {
        AccessTokenIntrospectionProvider<?> introspection = mock(AccessTokenIntrospectionProvider.class);
        when(introspection.transformAccessToken(token, session)).thenReturn(introspected);
        when(keycloak.getProvider(TokenIntrospectionProvider.class, "access_token"))
                .thenReturn(introspection);
    }

    @Test
    void isBoundToKeyWhenTheTokenNamesAKeysThumbprintThenTrue() {
        assertThat(authentication.isBoundToKey()).isFalse();

        token.setConfirmation(new AccessToken.Confirmation());
        assertThat(authentication.isBoundToKey()).isFalse();

        token.getConfirmation().setKeyThumbprint("thumbprint");
        assertThat(authentication.isBoundToKey()).isTrue();
    }

    @Test
    void isCurrentWhenNothingHasHappenedSinceThenTrue() {
        assertThat(isCurrent()).isTrue();
    }

    @Test
    void isCurrentWhenTheUserIsDisabledOrSignedOutSinceThenFalse() {
        when(user.isEnabled()).thenReturn(false);
        assertThat(isCurrent()).isFalse();

        when(user.isEnabled()).thenReturn(true);
        when(users.getNotBeforeOfUser(realm, user)).thenReturn(ISSUED_AT + 1);
        assertThat(isCurrent()).isFalse();
    }

    /** Its id is kept when another user signs in after it has expired. */
    @Test
    void isCurrentWhenTheSessionHasBegunAnewThenFalse() {
        when(session.getStarted()).thenReturn(ISSUED_AT + 2);

        assertThat(isCurrent()).isFalse();
    }

    @Test
    void isCurrentWhenTheClientsSessionHasBegunAnewThenFalse() {
        AuthenticatedClientSessionModel ofClient = mock(AuthenticatedClientSessionModel.class);
        when(session.getAuthenticatedClientSessionByClient("client")).thenReturn(ofClient);
        when(ofClient.getStarted()).thenReturn(ISSUED_AT);
        assertThat(isCurrent()).isTrue();

        when(ofClient.getStarted()).thenReturn(ISSUED_AT + 2);
        assertThat(isCurrent()).isFalse();
    }

    @Test
    void isCurrentWhenTheRealmRemembersNobodyAnyMoreThenRememberedSessionsAreOver() {
        when(session.isRememberMe()).thenReturn(true);
        assertThat(isCurrent()).isFalse();

        when(realm.isRememberMe()).thenReturn(true);
        assertThat(isCurrent()).isTrue();
    }

    /** It is made for the request, and so younger than the token. */
    @Test
    void isCurrentWhenTheSessionIsTransientThenItsStartDoesNotCount() {
        when(session.getStarted()).thenReturn(ISSUED_AT + 100);
        when(session.getPersistenceState()).thenReturn(SessionPersistenceState.TRANSIENT);

        assertThat(isCurrent()).isTrue();
    }

    private boolean isCurrent() {
        return authentication.isCurrent(keycloak);
    }

    @Test
    void resolvedWhenTheTokenHasAudienceAndRolesThenItself() {
        token.audience(AUDIENCE);
        token.addAccess(AUDIENCE).addRole("manage-account");

        assertThat(authentication.resolved(keycloak, AUDIENCE)).isSameAs(token);
    }

    @Test
    void resolvedWhenAudienceIsMissingThenIntrospected() {
        token.addAccess(AUDIENCE).addRole("manage-account");

        assertThat(authentication.resolved(keycloak, AUDIENCE)).isSameAs(introspected);
    }

    @Test
    void resolvedWhenTheRolesOfTheAudienceAreMissingThenIntrospected() {
        token.audience(AUDIENCE);
        token.addAccess("another").addRole("manage-account");

        assertThat(authentication.resolved(keycloak, AUDIENCE)).isSameAs(introspected);
    }
}
