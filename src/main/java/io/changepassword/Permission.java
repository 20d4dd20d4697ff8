package io.changepassword;

import io.changepassword.compat.BearerAuthentication;
import io.changepassword.credential.Caller;
import io.changepassword.credential.ChangeEvents;
import io.changepassword.credential.RealmSettings;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.OptionalInt;
import org.keycloak.OAuthErrorException;
import org.keycloak.common.util.Time;
import org.keycloak.events.Errors;
import org.keycloak.models.AccountRoles;
import org.keycloak.models.Constants;
import org.keycloak.models.ImpersonationSessionNote;
import org.keycloak.models.KeycloakSession;
import org.keycloak.representations.AccessToken;

/**
 * What a valid token must allow: what Keycloak's own account API demands, and that it is the user in person who calls.
 */
final class Permission {

    private static final String ACCOUNT = Constants.ACCOUNT_MANAGEMENT_CLIENT_ID;

    private final KeycloakSession session;
    private final Challenge challenge;

    Permission(KeycloakSession session) {
        this.session = session;
        this.challenge = new Challenge(session);
    }

    /** @throws Refusal if the token does not allow its user to change their password now */
    void require(BearerAuthentication bearer, Caller caller) {
        requirePerson(caller);
        AccessToken token = bearer.resolved(session, ACCOUNT);
        requireAudience(token, caller);
        requireRole(token, caller);
        requireRecentAuthentication(caller);
    }

    private void requirePerson(Caller caller) {
        if (caller.user().getServiceAccountClientLink() != null) {
            ChangeEvents.of(session, caller).refused(Errors.NOT_ALLOWED, "service account");
            throw new Refusal(403, Errors.NOT_ALLOWED, "changePassword.serviceAccount");
        }
        if (hasNote(caller, ImpersonationSessionNote.IMPERSONATOR_ID)
                || hasNote(caller, ImpersonationSessionNote.IMPERSONATOR_CLIENT)) {
            ChangeEvents.of(session, caller).refused(Errors.NOT_ALLOWED, "impersonation");
            throw new Refusal(403, Errors.NOT_ALLOWED, "changePassword.impersonation");
        }
    }

    private static boolean hasNote(Caller caller, ImpersonationSessionNote note) {
        return caller.session().getNote(note.toString()) != null;
    }

    private void requireAudience(AccessToken token, Caller caller) {
        if (!token.hasAudience(ACCOUNT)) {
            ChangeEvents.of(session, caller).refused(Errors.INVALID_TOKEN, "audience");
            throw new Refusal(401, OAuthErrorException.INVALID_TOKEN, "changePassword.audience")
                    .with(HttpHeaders.WWW_AUTHENTICATE, challenge.invalidToken());
        }
    }

    private void requireRole(AccessToken token, Caller caller) {
        AccessToken.Access access = token.getResourceAccess(ACCOUNT);
        if (access == null || !access.isUserInRole(AccountRoles.MANAGE_ACCOUNT)) {
            ChangeEvents.of(session, caller).refused(Errors.NOT_ALLOWED, "role");
            throw new Refusal(403, OAuthErrorException.INSUFFICIENT_SCOPE, "changePassword.role")
                    .with(HttpHeaders.WWW_AUTHENTICATE, challenge.insufficientScope());
        }
    }

    private void requireRecentAuthentication(Caller caller) {
        OptionalInt maxAge = RealmSettings.of(session.getContext().getRealm()).maxAuthAge();
        if (maxAge.isPresent() && secondsNow() - caller.authenticatedAt() > maxAge.getAsInt()) {
            ChangeEvents.of(session, caller).refused(Errors.NOT_ALLOWED, RealmSettings.MAX_AUTH_AGE);
            throw new Refusal(401, "insufficient_user_authentication", "changePassword.authenticationTooOld")
                    .with(HttpHeaders.WWW_AUTHENTICATE, challenge.tooOld(maxAge.getAsInt()));
        }
    }

    /** With the offset that Keycloak's own clock has in tests. */
    private static long secondsNow() {
        return Time.currentTimeMillis() / 1000;
    }
}
