package io.changepassword.compat;

import java.lang.invoke.MethodType;
import java.util.Optional;
import org.keycloak.common.constants.ServiceAccountConstants;
import org.keycloak.crypto.SignatureProvider;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.UserSessionModel.SessionPersistenceState;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.managers.AppAuthManager;
import org.keycloak.services.managers.AuthenticationManager.AuthResult;

/**
 * Keycloak's own check of an access token, whose result is a class in some minors and a record in others.
 *
 * @param user the user of the token's session
 * @param userSession the token's user session
 * @param token the verified token
 * @param client the client the token was issued to
 */
public record BearerAuthentication(
        UserModel user, UserSessionModel userSession, AccessToken token, ClientModel client) {

    static final DriftingCall USER = link(AuthResult.class, "user", UserModel.class);
    static final DriftingCall SESSION = link(AuthResult.class, "session", UserSessionModel.class);
    static final DriftingCall TOKEN = link(AuthResult.class, "token", AccessToken.class);
    static final DriftingCall CLIENT = link(AuthResult.class, "client", ClientModel.class);

    /** A getter up to 26.4; from 26.5 on a component of a record. */
    static DriftingCall link(Class<?> result, String component, Class<?> type) {
        String getter = "get" + Character.toUpperCase(component.charAt(0)) + component.substring(1);
        return new DriftingCall.Linker(result, component)
                .method(component, MethodType.methodType(type))
                .method(getter, MethodType.methodType(type))
                .link();
    }

    /**
     * Verifies a token as Keycloak's own REST services do: signature, type, issuer, expiry, not-before, revocation, user
     * session, client, user and DPoP proof.
     *
     * @param byDpop whether it came by the scheme {@code DPoP} (RFC 9449 section 7.1)
     * @return empty if any of that fails
     */
    public static Optional<BearerAuthentication> verify(KeycloakSession session, String token, boolean byDpop) {
        if (!hasVerifier(session, token) || byDpop && !DpopProof.isVerifiable(session)) {
            return Optional.empty();
        }
        AuthResult result = new AppAuthManager.BearerTokenAuthenticator(session)
                .setTokenString(token)
                .authenticate();
        return Optional.ofNullable(result)
                .map(it -> of(session, it))
                .filter(it -> it.isCurrent(session))
                .filter(it -> byDpop
                        ? DpopBinding.isProven(session, it.token(), token)
                        : !DpopBinding.isDemanded(it.token(), it.client()));
    }

    /**
     * The authenticator throws at some tokens that are no JWS, and up to 26.5 at an algorithm that no provider has, {@code none}
     * and {@code Ed25519} among them.
     */
    private static boolean hasVerifier(KeycloakSession session, String token) {
        return CompactJws.header(token)
                .map(header -> header.getAlgorithm().name())
                .map(algorithm -> session.getProvider(SignatureProvider.class, algorithm))
                .isPresent();
    }

    /**
     * What the authenticator of later versions checks, some of it from 26.4 on only, and in earlier versions the account API
     * beside it: that the user has not been signed out since, nor the session begun anew, perhaps for somebody else.
     */
    boolean isCurrent(KeycloakSession keycloak) {
        RealmModel realm = keycloak.getContext().getRealm();
        return TokenManager.isUserValid(keycloak, realm, token, user)
                && (userSession.getPersistenceState() == SessionPersistenceState.TRANSIENT || isOfSession(realm));
    }

    private boolean isOfSession(RealmModel realm) {
        var ofClient = userSession.getAuthenticatedClientSessionByClient(client.getId());
        return (realm.isRememberMe() || !userSession.isRememberMe())
                && !token.isIssuedBeforeSessionStart(userSession.getStarted())
                && (ofClient == null || !token.isIssuedBeforeSessionStart(ofClient.getStarted()));
    }

    private static BearerAuthentication of(KeycloakSession keycloak, AuthResult result) {
        UserModel user = USER.invoke(result);
        UserSessionModel session = SESSION.invoke(result);
        return new BearerAuthentication(
                user,
                session == null ? transientSession(keycloak, user) : session,
                TOKEN.invoke(result),
                CLIENT.invoke(result));
    }

    /** A client's own token has no session; later versions make one up for the request, and earlier ones leave it null. */
    private static UserSessionModel transientSession(KeycloakSession keycloak, UserModel user) {
        var context = keycloak.getContext();
        return keycloak.sessions()
                .createUserSession(
                        KeycloakModelUtils.generateId(),
                        context.getRealm(),
                        user,
                        user.getUsername(),
                        context.getConnection().getRemoteHost(),
                        ServiceAccountConstants.CLIENT_AUTH,
                        false,
                        null,
                        null,
                        SessionPersistenceState.TRANSIENT);
    }
}
