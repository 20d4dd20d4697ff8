package io.changepassword.actiontoken;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.utils.RedirectUtils;
import org.keycloak.services.resources.LoginActionsService;

/** The link in a mail: to Keycloak's own page, or where the client wants its users to go. */
final class TokenLink {

    /** Client attribute with the client's own link, in which {@link #PLACEHOLDER} stands for the token. */
    static final String ATTRIBUTE = "changePassword.tokenLink";

    private static final String PLACEHOLDER = "{token}";

    private static final Logger LOG = Logger.getLogger(TokenLink.class);

    private final KeycloakSession session;
    private final ClientModel client;

    TokenLink(KeycloakSession session, ClientModel client) {
        this.session = session;
        this.client = client;
    }

    String to(String token) {
        String own = client.getAttribute(ATTRIBUTE);
        if (own == null || own.isBlank()) {
            return keycloaksPage(token);
        }
        if (!isAllowed(own)) {
            LOG.warnf(
                    "Realm %s, client %s: %s is no redirect URI of the client with %s in it; the mail has Keycloak's link",
                    session.getContext().getRealm().getName(), client.getClientId(), ATTRIBUTE, PLACEHOLDER);
            return keycloaksPage(token);
        }
        return own.replace(PLACEHOLDER, token);
    }

    /** Checked like a redirect URI: otherwise somebody who may only set a client's attributes could send tokens anywhere. */
    private boolean isAllowed(String link) {
        return link.contains(PLACEHOLDER)
                && hasOneHost(link)
                && RedirectUtils.verifyRedirectUri(session, link.replace(PLACEHOLDER, "token"), client) != null;
    }

    /** Whether the link is absolute, and its host name has no part of the token: a DNS lookup would disclose it. */
    private static boolean hasOneHost(String link) {
        try {
            URI one = new URI(link.replace(PLACEHOLDER, "one"));
            URI two = new URI(link.replace(PLACEHOLDER, "two"));
            return one.isAbsolute()
                    && one.getScheme().equals(two.getScheme())
                    && Objects.equals(one.getRawAuthority(), two.getRawAuthority());
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    private String keycloaksPage(String token) {
        return LoginActionsService.actionTokenProcessor(session.getContext().getUri())
                .queryParam("key", token)
                .build(session.getContext().getRealm().getName())
                .toString();
    }
}
