package io.changepassword.credential;

import io.changepassword.settings.RealmSettings;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.services.managers.AuthenticationManager;

/**
 * Ends the user's sessions after a change, online and offline, as {@code AuthenticatorUtil.logoutOtherSessions} does, but each
 * in a unit of work of its own: the next does not wait for its commit, nor fall with it.
 */
final class UserSessions {

    private static final Logger LOG = Logger.getLogger(UserSessions.class);

    /** How long clients are notified of logouts, one after the other; the sessions left then end without a notification. */
    private static final Duration NOTIFYING = Duration.ofSeconds(5);

    private final KeycloakSession session;
    private final Caller caller;
    private final Duration notifying;
    private final long started = System.nanoTime();

    UserSessions(KeycloakSession session, Caller caller) {
        this(session, caller, NOTIFYING);
    }

    UserSessions(KeycloakSession session, Caller caller, Duration notifying) {
        this.session = session;
        this.caller = caller;
        this.notifying = notifying;
    }

    /** One session by its id, which an offline session shares with the online one it came from. */
    private record Key(String id, boolean offline) {
        UserSessionModel find(KeycloakSession unit, RealmModel realm) {
            return offline
                    ? unit.sessions().getOfflineUserSession(realm, id)
                    : unit.sessions().getUserSession(realm, id);
        }
    }

    void end(RealmSettings.EndSessions which) {
        if (which == RealmSettings.EndSessions.NONE) {
            return;
        }
        for (Key key : UnitOfWork.rollBack(session, this::all)) {
            if (which == RealmSettings.EndSessions.ALL
                    || !key.id().equals(caller.userSession().getId())) {
                end(key);
            }
        }
    }

    /** If this session cannot be ended, the next one still is. */
    private void end(Key key) {
        try {
            UnitOfWork.commit(session, unit -> end(unit, key));
        } catch (RuntimeException failure) {
            LOG.errorf(
                    failure,
                    "Realm %s: session %s of user %s could not be ended",
                    session.getContext().getRealm().getName(),
                    key.id(),
                    caller.user().getId());
        }
    }

    private List<Key> all(KeycloakSession unit) {
        RealmModel realm = unit.getContext().getRealm();
        UserModel user = unit.users().getUserById(realm, caller.user().getId());
        return user == null
                ? List.of()
                : Stream.concat(
                                unit.sessions().getUserSessionsStream(realm, user),
                                unit.sessions().getOfflineUserSessionsStream(realm, user))
                        .map(found -> new Key(found.getId(), found.isOffline()))
                        .toList();
    }

    private Void end(KeycloakSession unit, Key key) {
        RealmModel realm = unit.getContext().getRealm();
        UserSessionModel found = key.find(unit, realm);
        if (found == null) {
            return null;
        }
        if (System.nanoTime() - started < notifying.toNanos()) {
            AuthenticationManager.backchannelLogout(unit, found, true);
        } else {
            LOG.warnf("Realm %s: session %s ends without a notification of its clients", realm.getName(), key.id());
            remove(unit, realm, found, key.offline());
        }
        ChangeEvents.of(unit, ChangeEvents.Kind.CHANGE, caller).loggedOut(found);
        return null;
    }

    private static void remove(KeycloakSession unit, RealmModel realm, UserSessionModel found, boolean offline) {
        if (offline) {
            unit.sessions().removeOfflineUserSession(realm, found);
        } else {
            unit.sessions().removeUserSession(realm, found);
        }
    }
}
