package io.changepassword.actiontoken;

import io.changepassword.compat.CompactJws;
import io.changepassword.compat.ConsumedTokens;
import io.changepassword.settings.RealmSettings;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.keycloak.TokenCategory;
import org.keycloak.authentication.actiontoken.DefaultActionToken;
import org.keycloak.authentication.actiontoken.execactions.ExecuteActionsActionToken;
import org.keycloak.common.util.Time;
import org.keycloak.events.Errors;
import org.keycloak.models.ClientModel;
import org.keycloak.models.DefaultActionTokenKey;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.services.Urls;

/**
 * An action token that somebody has presented: {@code execute-actions} with {@code UPDATE_PASSWORD}, or
 * {@code change-password}. No other type: the flow behind {@code reset-credentials} may demand more than the mailbox.
 *
 * <p>Checks what Keycloak's {@code LoginActionsService} checks, and more: the algorithm with which Keycloak signs action tokens,
 * an expiry, and that the token is newer than the password.
 */
final class PresentedActionToken {

    private static final String UPDATE_PASSWORD = UserModel.RequiredAction.UPDATE_PASSWORD.name();

    /** Keycloak's own tolerance for clocks of its nodes, in seconds. */
    private static final int CLOCK_SKEW = 10;

    private final DefaultActionToken token;
    private final Set<String> furtherActions;

    private PresentedActionToken(DefaultActionToken token, Set<String> furtherActions) {
        this.token = token;
        this.furtherActions = furtherActions;
    }

    /** @return the token, if this realm has signed it and it is of a type that serves; whether it may be used is not said */
    static Optional<PresentedActionToken> read(KeycloakSession session, String encoded) {
        if (!isSignedAsActionTokensAre(session, encoded)) {
            return Optional.empty();
        }
        // The class of the key alone: the class of the token makes up another nonce each time where there is none.
        DefaultActionTokenKey key = session.tokens().decode(encoded, DefaultActionTokenKey.class);
        if (key == null || key.getType() == null || key.getActionVerificationNonce() == null) {
            return Optional.empty();
        }
        return switch (key.getType()) {
            case ChangePasswordToken.TYPE -> changePassword(session, encoded);
            case ExecuteActionsActionToken.TOKEN_TYPE -> executeActions(session, encoded);
            default -> Optional.empty();
        };
    }

    private static Optional<PresentedActionToken> changePassword(KeycloakSession session, String encoded) {
        return Optional.ofNullable(session.tokens().decode(encoded, ChangePasswordToken.class))
                .map(token -> new PresentedActionToken(token, Set.of()));
    }

    /** Before the signature is verified: Keycloak's decoder takes any algorithm the header names, if the realm has a key for it. */
    private static boolean isSignedAsActionTokensAre(KeycloakSession session, String encoded) {
        String algorithm = session.tokens().signatureAlgorithm(TokenCategory.INTERNAL);
        return CompactJws.header(encoded)
                .filter(header -> header.getKeyId() != null)
                .filter(header -> header.getAlgorithm().name().equals(algorithm))
                .isPresent();
    }

    private static Optional<PresentedActionToken> executeActions(KeycloakSession session, String encoded) {
        ExecuteActionsActionToken token = session.tokens().decode(encoded, ExecuteActionsActionToken.class);
        if (token == null || token.getRequiredActions() == null) {
            return Optional.empty();
        }
        Set<String> actions = new HashSet<>(token.getRequiredActions());
        return actions.remove(UPDATE_PASSWORD)
                ? Optional.of(new PresentedActionToken(token, actions))
                : Optional.empty();
    }

    /**
     * @param user who presents it, as stored at this moment
     * @param client the client that presents it
     * @return empty if it may be used; otherwise one of {@link Errors}
     */
    Optional<String> fault(KeycloakSession session, UserModel user, ClientModel client) {
        RealmModel realm = session.getContext().getRealm();
        if (!isOfRealm(session, realm) || !isComplete() || !RealmSettings.isUpdatePasswordEnabled(realm)) {
            return Optional.of(Errors.INVALID_TOKEN);
        }
        if (!user.getId().equals(token.getUserId())) {
            return Optional.of(Errors.DIFFERENT_USER_AUTHENTICATED);
        }
        if (!isForClient(realm, client)) {
            return Optional.of(Errors.INVALID_CLIENT);
        }
        if (token.getEmail() != null && !token.getEmail().equals(user.getEmail())) {
            return Optional.of(Errors.INVALID_EMAIL);
        }
        boolean expired = token.getExp() <= Time.currentTimeMillis() / 1000 || !age().isValid(session, user);
        return expired || ConsumedTokens.contains(session, token.serializeKey())
                ? Optional.of(Errors.EXPIRED_CODE)
                : Optional.empty();
    }

    private TokenAge age() {
        return token instanceof ChangePasswordToken own ? own.age() : new TokenAge(token.getIat(), null);
    }

    private boolean isOfRealm(KeycloakSession session, RealmModel realm) {
        String issuer = Urls.realmIssuer(session.getContext().getUri().getBaseUri(), realm.getName());
        return issuer.equals(token.getIssuer()) && token.hasAudience(issuer);
    }

    private boolean isComplete() {
        return token.getId() != null
                // Keycloak's page issues a token anew when it opens one, with a later date; only the page may use it.
                && token.getCompoundAuthenticationSessionId() == null
                && token.getExp() != null
                && token.getIat() != null
                && token.getIat() <= Time.currentTimeMillis() / 1000 + CLOCK_SKEW
                && (token.getNbf() == null || token.getNbf() <= Time.currentTimeMillis() / 1000 + CLOCK_SKEW);
    }

    /** An administrator's mail is issued to the client the administrator chose, by default the account console. */
    private boolean isForClient(RealmModel realm, ClientModel presentedWith) {
        if (ChangePasswordToken.TYPE.equals(token.getType())) {
            return presentedWith.getClientId().equals(token.getIssuedFor());
        }
        ClientModel issuedFor = token.getIssuedFor() == null ? null : realm.getClientByClientId(token.getIssuedFor());
        return issuedFor != null && issuedFor.isEnabled();
    }

    /**
     * Consumes the token, here and for Keycloak's own page. Further actions of the token become required actions of the user.
     *
     * @return false if it has been consumed before
     */
    boolean consume(KeycloakSession session, UserModel user) {
        furtherActions.forEach(user::addRequiredAction);
        return ConsumedTokens.put(session, token.serializeKey(), token.getExp());
    }

    String type() {
        return token.getType();
    }

    /** @return its id, the claim {@code jti}, which is no secret */
    String id() {
        return token.getId();
    }
}
