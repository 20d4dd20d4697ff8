package io.changepassword;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.changepassword.credential.Caller;
import io.changepassword.credential.ChangeEvents;
import io.changepassword.token.MailLimit;
import io.changepassword.token.TokenMail;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.ConnectException;
import java.net.UnknownHostException;
import org.jboss.logging.Logger;
import org.keycloak.OAuthErrorException;
import org.keycloak.email.EmailException;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakSession;

/** Mails the caller a token for door B. */
public final class TokenMailResource {

    static final String PATH = TokenResource.PATH + "/token";

    static final Endpoint ENDPOINT = new Endpoint(
            HttpMethod.POST,
            PATH,
            Endpoint.Credential.AUTHORIZATION_OR_X_ACCESS_TOKEN,
            Endpoint.Body.NONE,
            Contract.TOKEN);

    private static final Logger LOG = Logger.getLogger(TokenMailResource.class);
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Door door;
    private final KeycloakSession session;
    private final Caller caller;

    TokenMailResource(Door door) {
        this.door = door;
        this.session = door.session();
        this.caller = door.caller();
    }

    @POST
    public Response send() {
        return door.serve(() -> door.slots().serveMail(() -> {
            requireVerifiedAddress();
            door.requireUnlocked();
            requireNoneInTheLastMinute();
            int lifespan = mail();
            return door.answers().with(202, MAPPER.createObjectNode().put("expiresIn", lifespan));
        }));
    }

    /** To an address that nobody has proved to be theirs, a token would prove nothing. */
    private void requireVerifiedAddress() {
        String email = caller.user().getEmail();
        if (email == null || email.isBlank() || !caller.user().isEmailVerified()) {
            tell(Errors.INVALID_EMAIL, "address not verified");
            throw new Refusal(403, Errors.NOT_ALLOWED, "changePassword.addressNotVerified");
        }
    }

    private void requireNoneInTheLastMinute() {
        if (!MailLimit.take(session, caller.user())) {
            tell(Errors.NOT_ALLOWED, "one mail a minute");
            throw new Refusal(429, Errors.NOT_ALLOWED, "changePassword.mailTooSoon")
                    .with(HttpHeaders.RETRY_AFTER, String.valueOf(MailLimit.SECONDS));
        }
    }

    private int mail() {
        try {
            int lifespan = new TokenMail(session).send(caller.user(), caller.client());
            event().success();
            return lifespan;
        } catch (EmailException notSent) {
            if (nobodyWasThere(notSent)) {
                // Then surely none was sent, and the next attempt need not wait.
                MailLimit.giveBack(session, caller.user());
            }
            LOG.errorf(
                    "Realm %s: the mail with a token could not be sent: %s",
                    session.getContext().getRealm().getName(), notSent.getMessage());
            LOG.debug("Why the mail could not be sent", notSent);
            tell(Errors.EMAIL_SEND_FAILED, null);
            throw new Refusal(503, OAuthErrorException.TEMPORARILY_UNAVAILABLE, "changePassword.mailNotSent");
        }
    }

    private static boolean nobodyWasThere(Throwable failure) {
        return failure != null
                && (failure instanceof ConnectException
                        || failure instanceof UnknownHostException
                        || nobodyWasThere(failure.getCause()));
    }

    /** If the event cannot be stored, or a listener throws, the caller is to get the answer to their request all the same. */
    private void tell(String error, String reason) {
        try {
            event().detail(Details.REASON, reason).error(error);
        } catch (RuntimeException lost) {
            LOG.errorf(lost, "The event of a mail that was not sent (%s) is lost, or its listener has failed", error);
        }
    }

    /** As Keycloak fires it for its own mails with a link to reset the password. */
    private EventBuilder event() {
        return new EventBuilder(
                        session.getContext().getRealm(),
                        session,
                        session.getContext().getConnection())
                .event(EventType.SEND_RESET_PASSWORD)
                .client(caller.client())
                .user(caller.user())
                .session(caller.session())
                .detail(Details.USERNAME, caller.user().getUsername())
                .detail(Details.EMAIL, caller.user().getEmail())
                .detail(ChangeEvents.API_DETAIL, ChangeEvents.API);
    }
}
