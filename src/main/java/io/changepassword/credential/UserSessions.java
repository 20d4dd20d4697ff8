package io.changepassword.credential;

import java.util.List;
import java.util.stream.Stream;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.services.managers.AuthenticationManager;

/** Ends the user's sessions after a change, online and offline, as {@code AuthenticatorUtil.logoutOtherSessions} does. */
final class UserSessions {

    private UserSessions() {}

    /** @param which which of them; the caller's is told by its id, which an offline session shares with its origin */
    static void end(KeycloakSession session, Caller caller, RealmSettings.EndSessions which) {
        RealmModel realm = session.getContext().getRealm();
        UserModel user = session.users().getUserById(realm, caller.user().getId());
        if (user == null || which == RealmSettings.EndSessions.NONE) {
            return;
        }
        ChangeEvents events = ChangeEvents.of(session, caller);
        for (UserSessionModel userSession : all(session, realm, user)) {
            boolean own = userSession.getId().equals(caller.session().getId());
            if (!own || which == RealmSettings.EndSessions.ALL) {
                AuthenticationManager.backchannelLogout(session, userSession, true);
                events.loggedOut(userSession);
            }
        }
    }

    /** A list, because logging out removes from what is read. */
    private static List<UserSessionModel> all(KeycloakSession session, RealmModel realm, UserModel user) {
        return Stream.concat(
                        session.sessions().getUserSessionsStream(realm, user),
                        session.sessions().getOfflineUserSessionsStream(realm, user))
                .toList();
    }
}
