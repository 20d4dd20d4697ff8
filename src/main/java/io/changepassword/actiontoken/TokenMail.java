package io.changepassword.actiontoken;

import io.changepassword.credential.StoreFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.keycloak.common.util.Time;
import org.keycloak.email.EmailException;
import org.keycloak.email.EmailTemplateProvider;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.theme.Theme;
import org.keycloak.theme.beans.LinkExpirationFormatterMethod;

/** Mails a user a {@link ChangePasswordToken}, with Keycloak's own sender, in the user's language. */
public final class TokenMail {

    /** Key of the subject, and name of the two templates, of {@code themes/change-password/email}. */
    private static final String SUBJECT = "changePassword.mailSubject";

    private static final String TEMPLATE = "change-password-token.ftl";

    private final KeycloakSession session;
    private final RealmModel realm;

    public TokenMail(KeycloakSession session) {
        this.session = session;
        this.realm = session.getContext().getRealm();
    }

    /** @return whether the user has an address of which it is known that it is theirs */
    public static boolean hasVerifiedAddress(UserModel user) {
        return user.getEmail() != null && !user.getEmail().isBlank() && user.isEmailVerified();
    }

    /**
     * @param user of whose address it is known that it is theirs
     * @param client the client that the token is issued to
     * @return the token's lifespan, in seconds
     * @throws EmailException if it could not be sent
     */
    public int send(UserModel user, ClientModel client) throws EmailException {
        long now = Time.currentTimeMillis() / 1000;
        int lifespan = lifespan(Integer.MAX_VALUE - now);
        ChangePasswordToken token =
                new ChangePasswordToken(user, Math.toIntExact(now + lifespan), client.getClientId());
        String encoded = token.serialize(session, realm, session.getContext().getUri());
        send(user, attributes(user, new TokenLink(session, client).to(encoded), lifespan));
        return lifespan;
    }

    private void send(UserModel user, Map<String, Object> attributes) throws EmailException {
        try {
            session.getProvider(EmailTemplateProvider.class)
                    .setRealm(realm)
                    .setUser(user)
                    .send(SUBJECT, TEMPLATE, attributes);
        } catch (EmailException notSent) {
            if (StoreFailure.anyCause(notSent, TokenMail::isUnreachable)) {
                // No mail was sent for certain, so the next attempt need not wait.
                MailLimit.giveBack(session, user);
            }
            throw notSent;
        }
    }

    private static boolean isUnreachable(Throwable cause) {
        return cause instanceof ConnectException || cause instanceof UnknownHostException;
    }

    /** Keycloak accepts any number as the lifespan. */
    private int lifespan(long most) {
        long configured = realm.getActionTokenGeneratedByUserLifespan(ChangePasswordToken.TYPE);
        return Math.toIntExact(Math.min(Math.max(1, configured), most));
    }

    /** As Keycloak gives them to the templates of its own mails with a link. */
    private Map<String, Object> attributes(UserModel user, String link, int lifespan) throws EmailException {
        Map<String, Object> attributes = new HashMap<>();
        attributes.put("link", link);
        attributes.put("linkExpiration", TimeUnit.SECONDS.toMinutes(lifespan));
        // The mail's locale: up to 26.2 it differs from the request's.
        Locale locale = session.getContext().resolveLocale(user, Theme.Type.EMAIL);
        try {
            attributes.put(
                    "linkExpirationFormatter",
                    new LinkExpirationFormatterMethod(
                            session.theme().getTheme(Theme.Type.EMAIL).getMessages(locale), locale));
        } catch (IOException unreadable) {
            throw new EmailException("The theme's messages cannot be read", unreadable);
        }
        return attributes;
    }
}
