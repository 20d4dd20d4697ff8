package io.changepassword.http;

import io.changepassword.compat.DpopBinding;
import java.util.stream.Collectors;
import org.keycloak.common.Profile;
import org.keycloak.models.KeycloakSession;

/**
 * The value of {@code WWW-Authenticate}: RFC 6750 section 3, RFC 9449 section 7.1 for DPoP, RFC 9470 for authentications that
 * are too old.
 */
final class Challenge {

    private final KeycloakSession session;

    Challenge(KeycloakSession session) {
        this.session = session;
    }

    /** @return the header's value, or null where the refusal has none */
    String of(RequestRefusedException refused) {
        return switch (refused.refusal().authenticate()) {
            case NO -> null;
            case SCHEMES -> schemes();
            case INVALID_TOKEN ->
                error("invalid_token", "The access token is missing, malformed, expired, revoked or not for this API");
            case INSUFFICIENT_SCOPE ->
                error("insufficient_scope", "The role manage-account of the client account is required");
            case TOO_OLD ->
                error("insufficient_user_authentication", "The authentication is too old") + ", max_age=\""
                        + refused.seconds() + '"';
        };
    }

    private String schemes() {
        String bearer = bearer();
        return dpopEnabled() ? bearer + ", " + dpop() : bearer;
    }

    /** By the scheme the token came with. */
    private String error(String error, String description) {
        boolean cameByDpop = AccessTokenHeader.ofAuthorization(
                        session.getContext().getHttpRequest().getHttpHeaders())
                .filter(credential -> credential.scheme() == AccessTokenHeader.Scheme.DPOP)
                .isPresent();
        String scheme = cameByDpop && dpopEnabled() ? dpop() : bearer();
        return scheme + ", error=\"" + error + "\", error_description=\"" + description + '"';
    }

    private String bearer() {
        String realm = session.getContext().getRealm().getName();
        // A quoted-string of RFC 9110 section 5.6.4; a header takes no character beyond ASCII.
        String quoted = realm.replaceAll("[^\\x20-\\x7e]", "?").replaceAll("[\"\\\\]", "\\\\$0");
        return "Bearer realm=\"" + quoted + '"';
    }

    private String dpop() {
        return "DPoP algs=\""
                + DpopBinding.algorithms(session).stream().sorted().collect(Collectors.joining(" ")) + '"';
    }

    private static boolean dpopEnabled() {
        return Profile.isFeatureEnabled(Profile.Feature.DPOP);
    }
}
