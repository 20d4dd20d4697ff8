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

/** The events of the API, fired as Keycloak's own pages fire them, so that listeners, metrics and the built-in mail work unchanged. */
@SuppressWarnings("deprecation") // UPDATE_PASSWORD is, and listeners rely on it as long as Keycloak fires it
public final class ChangeEvents {

    /** Event detail that distinguishes a change through this API from a change on Keycloak's pages. */
    public static final String API_DETAIL = "api";

    /** Value of {@link #API_DETAIL}. */
    public static final String API = "change-password";

    private static final Logger LOG = Logger.getLogger(ChangeEvents.class);

    /** What is attempted. */
    public enum Kind {
        /** A change: {@code UPDATE_CREDENTIAL} and its deprecated twin, as Keycloak's {@code UpdatePassword} page fires them. */
        CHANGE(EventType.UPDATE_CREDENTIAL, EventType.UPDATE_PASSWORD),
        /** A mail with an action token, as Keycloak fires it for its own mails with a link to reset the password. */
        MAIL(EventType.SEND_RESET_PASSWORD);

        private final List<EventType> types;

        Kind(EventType... types) {
            this.types = List.of(types);
        }
    }

    private final EventBuilder template;
    private final List<EventType> types;

    private ChangeEvents(EventBuilder template, List<EventType> types) {
        this.template = template;
        this.types = types;
    }

    /** One event without a user: it contains nothing of an unverified token. A second event would double what anyone can write. */
    public static ChangeEvents anonymous(KeycloakSession session, Kind kind) {
        return new ChangeEvents(template(session, kind), kind.types.subList(0, 1));
    }

    /**
     * @param session the session whose commit a success belongs to
     * @param caller whose events they are
     */
    public static ChangeEvents of(KeycloakSession session, Kind kind, Caller caller) {
        UserSessionModel userSession = caller.userSession();
        EventBuilder template = template(session, kind)
                .client(caller.client())
                .session(userSession)
                .user(caller.user())
                .detail(Details.USERNAME, caller.user().getUsername())
                .detail(
                        Details.IMPERSONATOR,
                        userSession.getNote(ImpersonationSessionNote.IMPERSONATOR_USERNAME.toString()));
        if (kind == Kind.MAIL) {
            template.detail(Details.EMAIL, caller.user().getEmail());
        }
        return new ChangeEvents(template, kind.types);
    }

    private static EventBuilder template(KeycloakSession session, Kind kind) {
        var context = session.getContext();
        EventBuilder template =
                new EventBuilder(context.getRealm(), session, context.getConnection()).detail(API_DETAIL, API);
        return kind == Kind.CHANGE ? template.detail(Details.CREDENTIAL_TYPE, PasswordCredentialModel.TYPE) : template;
    }

    /**
     * Fires the error events, at once and in a transaction of their own, so that they survive the rollback. If they cannot be
     * stored, or a listener throws, that is logged: the caller is to get the response to their request.
     *
     * @param error one of {@link org.keycloak.events.Errors}
     * @param reason what an admin reading the log needs beside it, or null
     */
    public void refused(String error, String reason) {
        for (EventType type : types) {
            try {
                template.clone().event(type).detail(Details.REASON, reason).error(error);
            } catch (RuntimeException lost) {
                LOG.errorf(lost, "The event of a refused request (%s) is lost, or its listener has failed", error);
            }
        }
    }

    /** Fires the success events; they are stored with the commit of the session, and never without it. */
    public void succeeded(Map<String, String> details) {
        for (EventType type : types) {
            EventBuilder event = template.clone().event(type);
            details.forEach(event::detail);
            event.success();
        }
    }

    /** Fires the logout of one of the user's sessions. */
    void loggedOut(UserSessionModel ended) {
        template.clone().event(EventType.LOGOUT).session(ended).success();
    }
}
