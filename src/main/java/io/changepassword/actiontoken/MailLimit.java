package io.changepassword.actiontoken;

import io.changepassword.credential.UnitOfWork;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;

/** One mail a minute a user, on all nodes: an entry in Keycloak's single-use objects. */
public final class MailLimit {

    /** The time between two mails. */
    public static final long SECONDS = 60;

    private MailLimit() {}

    /** @return false if a mail has been sent, or is being sent, within the last minute */
    public static boolean take(KeycloakSession session, UserModel user) {
        String key = key(session, user);
        return UnitOfWork.commit(session, unit -> unit.singleUseObjects().putIfAbsent(key, SECONDS));
    }

    /** Undoes {@link #take}, for a mail that was not sent. */
    static void giveBack(KeycloakSession session, UserModel user) {
        String key = key(session, user);
        UnitOfWork.commit(session, unit -> unit.singleUseObjects().remove(key));
    }

    /** Made of ids the server chose: no caller can make two users' keys, or another feature's, collide. */
    private static String key(KeycloakSession session, UserModel user) {
        return "change-password.mail." + session.getContext().getRealm().getId() + "." + user.getId();
    }
}
