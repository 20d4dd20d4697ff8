package io.changepassword.api;

import io.changepassword.actiontoken.MailLimit;
import io.changepassword.actiontoken.TokenMail;
import io.changepassword.admission.AdmittedRequest;
import io.changepassword.credential.BruteForceDetection;
import io.changepassword.credential.Caller;
import io.changepassword.credential.ChangeEvents;
import io.changepassword.http.Endpoint;
import io.changepassword.http.ErrorFormat;
import io.changepassword.http.Refusal;
import io.changepassword.http.RequestRefusedException;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jboss.logging.Logger;
import org.keycloak.email.EmailException;
import org.keycloak.models.KeycloakSession;

/** Mails a caller who has been admitted an action token with which to change the password. */
public final class ActionTokenMailResource {

    static final String PATH = ActionTokenResource.PATH + "/token";

    public static final Endpoint ENDPOINT = new Endpoint(
            HttpMethod.POST,
            PATH,
            Endpoint.Credential.AUTHORIZATION_OR_X_ACCESS_TOKEN,
            Endpoint.Body.NONE,
            ErrorFormat.VALIDATION,
            ChangeEvents.Kind.MAIL);

    private static final Logger LOG = Logger.getLogger(ActionTokenMailResource.class);

    private final AdmittedRequest request;
    private final KeycloakSession session;
    private final Caller caller;

    ActionTokenMailResource(AdmittedRequest request) {
        this.request = request;
        this.session = request.session();
        this.caller = request.caller();
    }

    @POST
    public Response send() {
        return request.serve(() -> request.permits().sendMail(() -> {
            requireVerifiedAddress();
            new BruteForceDetection(session, caller).requireUnlocked();
            requireNoneInTheLastMinute();
            int lifespan = mail();
            return request.responses().with(202, Map.of("expiresIn", lifespan));
        }));
    }

    /** A token that goes to an unverified address proves nothing. */
    private void requireVerifiedAddress() {
        if (!TokenMail.hasVerifiedAddress(caller.user())) {
            throw new RequestRefusedException(Refusal.ADDRESS_NOT_VERIFIED);
        }
    }

    private void requireNoneInTheLastMinute() {
        if (!MailLimit.take(session, caller.user())) {
            throw RequestRefusedException.because(Refusal.MAIL_TOO_SOON, MailLimit.SECONDS);
        }
    }

    private int mail() {
        try {
            int lifespan = new TokenMail(session).send(caller.user(), caller.client());
            ChangeEvents.of(session, ChangeEvents.Kind.MAIL, caller).succeeded(Map.of());
            return lifespan;
        } catch (EmailException notSent) {
            LOG.errorf(
                    "Realm %s: the mail with a token could not be sent: %s",
                    session.getContext().getRealm().getName(), notSent.getMessage());
            LOG.debug("Why the mail could not be sent", notSent);
            throw new RequestRefusedException(Refusal.MAIL_NOT_SENT);
        }
    }
}
