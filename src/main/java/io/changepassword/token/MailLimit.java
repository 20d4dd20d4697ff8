package io.changepassword.token;

import java.util.concurrent.atomic.AtomicBoolean;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.utils.KeycloakModelUtils;

/** One mail a minute a user, on all nodes: an entry in Keycloak's single-use objects. */
public final class MailLimit {

    /** How long the next mail has to wait. */
    public static final long SECONDS = 60;

    private MailLimit() {}

    /** @return false if a mail has been sent, or is being sent, within the last minute */
    public static boolean take(KeycloakSession session, UserModel user) {
        AtomicBoolean taken = new AtomicBoolean();
        KeycloakModelUtils.runJobInTransaction(
                session.getKeycloakSessionFactory(),
                session.getContext(),
                unit -> taken.set(unit.singleUseObjects().putIfAbsent(key(session, user), SECONDS)));
        return taken.get();
    }

    /** Undoes {@link #take}, for a mail that was not sent. */
    public static void giveBack(KeycloakSession session, UserModel user) {
        KeycloakModelUtils.runJobInTransaction(
                session.getKeycloakSessionFactory(),
                session.getContext(),
                unit -> unit.singleUseObjects().remove(key(session, user)));
    }

    /** Made of ids the server chose: no caller can make two users' keys, or another feature's, collide. */
    private static String key(KeycloakSession session, UserModel user) {
        return "change-password.mail." + session.getContext().getRealm().getId() + "." + user.getId();
    }
}
