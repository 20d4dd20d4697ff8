package io.changepassword.admission;

import io.changepassword.compat.BearerAuthentication;
import io.changepassword.credential.Caller;
import io.changepassword.http.Refusal;
import io.changepassword.http.RequestRefusedException;
import io.changepassword.settings.RealmSettings;
import java.util.OptionalInt;
import org.keycloak.common.util.Time;
import org.keycloak.models.AccountRoles;
import org.keycloak.models.Constants;
import org.keycloak.models.ImpersonationSessionNote;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.AccessTokenIntrospectionProvider;
import org.keycloak.protocol.oidc.AccessTokenIntrospectionProviderFactory;
import org.keycloak.protocol.oidc.TokenIntrospectionProvider;
import org.keycloak.representations.AccessToken;

/** What a valid token must allow: the checks of Keycloak's own account API, and that the user calls in person. */
final class CallerAuthorization {

    private static final String ACCOUNT = Constants.ACCOUNT_MANAGEMENT_CLIENT_ID;

    private final KeycloakSession session;

    CallerAuthorization(KeycloakSession session) {
        this.session = session;
    }

    /** @throws RequestRefusedException if the token does not allow its user to change their password now */
    void require(BearerAuthentication bearer, Caller caller) {
        requirePerson(caller);
        AccessToken token = resolved(bearer);
        requireAudience(token);
        requireRole(token);
        requireRecentAuthentication(caller);
    }

    private static void requirePerson(Caller caller) {
        if (caller.user().getServiceAccountClientLink() != null) {
            throw new RequestRefusedException(Refusal.SERVICE_ACCOUNT);
        }
        if (hasNote(caller, ImpersonationSessionNote.IMPERSONATOR_ID)
                || hasNote(caller, ImpersonationSessionNote.IMPERSONATOR_CLIENT)) {
            throw new RequestRefusedException(Refusal.IMPERSONATION);
        }
    }

    private static boolean hasNote(Caller caller, ImpersonationSessionNote note) {
        return caller.userSession().getNote(note.toString()) != null;
    }

    /**
     * The token with all its claims. A lightweight access token carries neither audience nor roles; they are resolved from its
     * session, as {@code AccountLoader} does.
     */
    private AccessToken resolved(BearerAuthentication bearer) {
        AccessToken token = bearer.token();
        if (token.getAudience() != null && token.getResourceAccess(ACCOUNT) != null) {
            return token;
        }
        var introspection = (AccessTokenIntrospectionProvider<?>) session.getProvider(
                TokenIntrospectionProvider.class, AccessTokenIntrospectionProviderFactory.ACCESS_TOKEN_TYPE);
        return introspection.transformAccessToken(token, bearer.userSession());
    }

    private static void requireAudience(AccessToken token) {
        if (!token.hasAudience(ACCOUNT)) {
            throw new RequestRefusedException(Refusal.AUDIENCE);
        }
    }

    private static void requireRole(AccessToken token) {
        AccessToken.Access access = token.getResourceAccess(ACCOUNT);
        if (access == null || !access.isUserInRole(AccountRoles.MANAGE_ACCOUNT)) {
            throw new RequestRefusedException(Refusal.ROLE);
        }
    }

    private void requireRecentAuthentication(Caller caller) {
        OptionalInt maxAge = RealmSettings.of(session.getContext().getRealm()).maxAuthAge();
        if (maxAge.isPresent() && secondsNow() - caller.authenticatedAt() > maxAge.getAsInt()) {
            throw RequestRefusedException.because(Refusal.AUTHENTICATION_TOO_OLD, maxAge.getAsInt());
        }
    }

    /** With the offset that Keycloak's own clock has in tests. */
    private static long secondsNow() {
        return Time.currentTimeMillis() / 1000;
    }
}
