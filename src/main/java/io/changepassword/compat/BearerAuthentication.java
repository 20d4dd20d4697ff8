package io.changepassword.compat;

import java.util.Optional;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.AccessTokenIntrospectionProvider;
import org.keycloak.protocol.oidc.AccessTokenIntrospectionProviderFactory;
import org.keycloak.protocol.oidc.TokenIntrospectionProvider;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.managers.AppAuthManager;
import org.keycloak.services.managers.AuthenticationManager.AuthResult;

/**
 * Keycloak's own check of an access token, whose result is a class in some minors and a record in others.
 *
 * @param user the user of the token's session
 * @param session the token's user session
 * @param token the verified token
 * @param client the client the token was issued to
 */
public record BearerAuthentication(UserModel user, UserSessionModel session, AccessToken token, ClientModel client) {

    /**
     * Verifies a token as Keycloak's own REST services do: signature, type, issuer, expiry, not-before, revocation, user
     * session, client, user and DPoP proof.
     *
     * @return empty if any of that fails
     */
    public static Optional<BearerAuthentication> verify(KeycloakSession session, String token) {
        AuthResult result = new AppAuthManager.BearerTokenAuthenticator(session)
                .setTokenString(token)
                .authenticate();
        return Optional.ofNullable(result)
                .map(r -> new BearerAuthentication(r.user(), r.session(), r.token(), r.client()));
    }

    /** @return whether the token is bound to a key of the client's by DPoP (RFC 9449 section 6) */
    public boolean isBoundToKey() {
        return token.getConfirmation() != null && token.getConfirmation().getKeyThumbprint() != null;
    }

    /**
     * The token with all its claims. A lightweight access token carries neither audience nor roles; they are resolved from
     * its session, as {@code AccountLoader} does.
     *
     * @param audience the client whose roles are asked for
     */
    public AccessToken resolved(KeycloakSession keycloak, String audience) {
        if (token.getAudience() != null && token.getResourceAccess(audience) != null) {
            return token;
        }
        var introspection = (AccessTokenIntrospectionProvider<?>) keycloak.getProvider(
                TokenIntrospectionProvider.class, AccessTokenIntrospectionProviderFactory.ACCESS_TOKEN_TYPE);
        return introspection.transformAccessToken(token, session);
    }
}
