package io.changepassword.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.AccessTokenIntrospectionProvider;
import org.keycloak.protocol.oidc.TokenIntrospectionProvider;
import org.keycloak.representations.AccessToken;

/** What {@code verify} refuses needs a server: {@code AdmissionIT}. */
class BearerAuthenticationTest {

    private static final String AUDIENCE = "account";

    private final KeycloakSession keycloak = mock(KeycloakSession.class);
    private final UserSessionModel session = mock(UserSessionModel.class);
    private final AccessToken token = new AccessToken();
    private final AccessToken introspected = new AccessToken();
    private final BearerAuthentication authentication =
            new BearerAuthentication(mock(UserModel.class), session, token, mock(ClientModel.class));

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
