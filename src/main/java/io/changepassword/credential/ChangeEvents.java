package io.changepassword.credential;

import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.keycloak.events.Details;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.ImpersonationSessionNote;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.credential.PasswordCredentialModel;

/**
 * The events of a change: {@code UPDATE_CREDENTIAL} and its deprecated twin {@code UPDATE_PASSWORD}, fired as Keycloak's own
 * {@code UpdatePassword} page fires them, so that listeners, metrics and the built-in mail work unchanged.
 */
@SuppressWarnings("deprecation") // UPDATE_PASSWORD is, and listeners rely on it as long as Keycloak fires it
public final class ChangeEvents {

    /** Event detail that tells a change through this API from one through Keycloak's pages. */
    public static final String API_DETAIL = "api";

    /** Value of {@link #API_DETAIL}. */
    public static final String API = "change-password";

    private static final Logger LOG = Logger.getLogger(ChangeEvents.class);

    private final EventBuilder template;

    private ChangeEvents(EventBuilder template) {
        this.template = template;
    }

    /** Events in which no user stands yet: nothing of an unverified token goes into one. */
    public static ChangeEvents anonymous(KeycloakSession session) {
        return new ChangeEvents(new EventBuilder(
                        session.getContext().getRealm(),
                        session,
                        session.getContext().getConnection())
                .detail(Details.CREDENTIAL_TYPE, PasswordCredentialModel.TYPE)
                .detail(API_DETAIL, API));
    }

    /**
     * @param session the session whose commit a success belongs to
     * @param caller whose events they are
     */
    public static ChangeEvents of(KeycloakSession session, Caller caller) {
        ChangeEvents events = anonymous(session);
        UserSessionModel userSession = caller.session();
        events.template
                .client(caller.client())
                .session(userSession)
                .user(caller.user())
                .detail(Details.USERNAME, caller.user().getUsername())
                .detail(
                        Details.IMPERSONATOR,
                        userSession.getNote(ImpersonationSessionNote.IMPERSONATOR_USERNAME.toString()));
        return events;
    }

    /**
     * Fires both error events, at once and in a transaction of their own, so that they survive the rollback. If they cannot be
     * stored, or a listener throws, that is logged: the caller is to get the answer to their request.
     *
     * @param error one of {@link org.keycloak.events.Errors}
     * @param reason what an admin reading the log needs beside it, or null
     */
    public void refused(String error, String reason) {
        EventBuilder event = template.clone().event(EventType.UPDATE_CREDENTIAL).detail(Details.REASON, reason);
        EventBuilder twin = event.clone().event(EventType.UPDATE_PASSWORD);
        for (EventBuilder builder : List.of(event, twin)) {
            try {
                builder.error(error);
            } catch (RuntimeException lost) {
                LOG.errorf(lost, "The event of a refused change (%s) is lost, or its listener has failed", error);
            }
        }
    }

    /** Fires both success events; they are stored with the commit of the session, and never without it. */
    void changed(Map<String, String> details) {
        EventBuilder event = template.clone().event(EventType.UPDATE_CREDENTIAL);
        details.forEach(event::detail);
        EventBuilder twin = event.clone().event(EventType.UPDATE_PASSWORD);
        event.success();
        twin.success();
    }

    /** Fires the logout of one of the user's sessions. */
    void loggedOut(UserSessionModel ended) {
        template.clone().event(EventType.LOGOUT).session(ended).success();
    }
}
