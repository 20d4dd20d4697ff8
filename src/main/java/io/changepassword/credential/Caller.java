package io.changepassword.credential;

import io.changepassword.settings.RealmSettings;
import java.util.Optional;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.services.managers.AuthenticationManager;

/**
 * The signed-in user who wants to change their own password.
 *
 * @param user the user, as authenticated
 * @param userSession the user session the access token belongs to, online or offline
 * @param client the client the access token was issued to
 */
public record Caller(UserModel user, UserSessionModel userSession, ClientModel client) {

    /**
     * The user as they are now, if they are signed in still. Much can have happened since the token was checked: the body may
     * have come late, or another request have ended the session.
     *
     * @param fresh a session that has read nothing yet
     * @throws ChangeRefusedException {@code NOT_SIGNED_IN} if they are not
     */
    UserModel requireSignedIn(KeycloakSession fresh) {
        return signedIn(fresh).orElseThrow(Caller::notSignedIn);
    }

    /**
     * As {@link #requireSignedIn}, but reads a local user from the database instead of the cache. The commit compares these rows:
     * the cache keeps credentials too, and the version of a row that was not read cannot be compared.
     * A federated user comes from the cache: the password is not in the database, and without the cache a directory that is down
     * looks like a disabled user.
     */
    UserModel requireSignedInPastTheCache(KeycloakSession fresh) {
        return signedIn(fresh)
                .flatMap(found -> StoredUser.isLocal(found) ? StoredUser.pastTheCache(found) : Optional.of(found))
                .filter(UserModel::isEnabled)
                .orElseThrow(Caller::notSignedIn);
    }

    private static ChangeRefusedException notSignedIn() {
        return ChangeRefusedException.because(ChangeRefusedException.Reason.NOT_SIGNED_IN);
    }

    private Optional<UserModel> signedIn(KeycloakSession fresh) {
        RealmModel realm = fresh.getContext().getRealm();
        if (realm == null || !realm.isEnabled() || !RealmSettings.isOpen(realm)) {
            return Optional.empty();
        }
        ClientModel current = realm.getClientById(client.getId());
        if (current == null || !current.isEnabled() || !hasSession(fresh, realm)) {
            return Optional.empty();
        }
        return Optional.ofNullable(fresh.users().getUserById(realm, user.getId()))
                .filter(UserModel::isEnabled);
    }

    /** @return when the session authenticated, seconds since the epoch; without such a note, the session's start */
    public int authenticatedAt() {
        String note = userSession.getNote(AuthenticationManager.AUTH_TIME);
        return note == null ? userSession.getStarted() : Integer.parseInt(note);
    }

    private boolean hasSession(KeycloakSession fresh, RealmModel realm) {
        String id = userSession.getId();
        return fresh.sessions().getUserSession(realm, id) != null
                || fresh.sessions().getOfflineUserSession(realm, id) != null;
    }
}
