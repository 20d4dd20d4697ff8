package io.changepassword.credential;

import java.util.Optional;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.cache.CachedUserModel;
import org.keycloak.services.managers.AuthenticationManager;
import org.keycloak.storage.StorageId;

/**
 * The signed-in user who asks for a change of their own password.
 *
 * @param user the user, as authenticated
 * @param session the user session the access token belongs to, online or offline
 * @param client the client the access token was issued to
 */
public record Caller(UserModel user, UserSessionModel session, ClientModel client) {

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
     * As {@link #requireSignedIn}, but a local user as the database has them, past the cache. What is read of them then is what
     * the commit is checked against: the cache keeps credentials too, and a row that was not read has no version to have
     * changed. A federated user's password is not in the database, and past the cache a directory that is down would look like
     * a user who is disabled.
     */
    UserModel requireSignedInPastTheCache(KeycloakSession fresh) {
        return signedIn(fresh)
                .flatMap(Caller::pastTheCache)
                .filter(UserModel::isEnabled)
                .orElseThrow(Caller::notSignedIn);
    }

    private static ChangeRefusedException notSignedIn() {
        return ChangeRefusedException.because(ChangeRefusedException.Reason.NOT_SIGNED_IN);
    }

    private Optional<UserModel> signedIn(KeycloakSession fresh) {
        RealmModel realm = fresh.getContext().getRealm();
        if (realm == null || !realm.isEnabled() || !RealmSettings.of(realm).enabled()) {
            return Optional.empty();
        }
        ClientModel current = realm.getClientById(client.getId());
        if (current == null || !current.isEnabled() || !hasSession(fresh, realm)) {
            return Optional.empty();
        }
        return Optional.ofNullable(fresh.users().getUserById(realm, user.getId()))
                .filter(UserModel::isEnabled);
    }

    private static Optional<UserModel> pastTheCache(UserModel found) {
        if (!isLocal(found) || !(found instanceof CachedUserModel cached)) {
            return Optional.of(found);
        }
        try {
            return Optional.of(cached.getDelegateForUpdate());
        } catch (IllegalStateException deletedMeanwhile) {
            return Optional.empty();
        }
    }

    /** @return when the session authenticated, seconds since the epoch; one without a note of that did so when it started */
    public int authenticatedAt() {
        String note = session.getNote(AuthenticationManager.AUTH_TIME);
        return note == null ? session.getStarted() : Integer.parseInt(note);
    }

    /** @return whether the user's password is no directory's */
    boolean isLocal() {
        return isLocal(user);
    }

    private static boolean isLocal(UserModel user) {
        return StorageId.isLocalStorage(user.getId()) && user.getFederationLink() == null;
    }

    private boolean hasSession(KeycloakSession fresh, RealmModel realm) {
        String id = session.getId();
        return fresh.sessions().getUserSession(realm, id) != null
                || fresh.sessions().getOfflineUserSession(realm, id) != null;
    }
}
