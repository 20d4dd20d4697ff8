package io.changepassword.actiontoken;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.changepassword.compat.ConsumedTokens;
import io.changepassword.settings.RealmSettings;
import org.keycloak.authentication.actiontoken.DefaultActionToken;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;

/** Keycloak action token with which a user sets a new password once, on Keycloak's page or over REST. */
public final class ChangePasswordToken extends DefaultActionToken {

    private static final long serialVersionUID = 1L;

    /** The value of its claim {@code typ}, and the action's id in realm attributes such as its lifespan. */
    public static final String TYPE = "change-password";

    @JsonProperty("pwd_set_at")
    private Long passwordSetAt;

    /** For Keycloak, which reads a token's claims into it. */
    public ChangePasswordToken() {}

    /**
     * @param expiration seconds since the epoch
     * @param clientId the client it is issued to, and which alone may redeem it
     */
    ChangePasswordToken(UserModel user, int expiration, String clientId) {
        super(user.getId(), TYPE, expiration, null);
        setEmail(user.getEmail());
        issuedFor(clientId);
        passwordSetAt = TokenAge.passwordOf(user);
    }

    /** @return whether the user may still set a password with it, unless it has been used; its signature is verified elsewhere */
    boolean isUsable(KeycloakSession session, UserModel user) {
        return RealmSettings.isUpdatePasswordEnabled(session.getContext().getRealm()) && age().isValid(session, user);
    }

    /** @return false if the token has been consumed before */
    boolean consume(KeycloakSession session) {
        return ConsumedTokens.put(session, serializeKey(), getExp());
    }

    TokenAge age() {
        // A token without the claim is not ours, and names no password.
        return new TokenAge(getIat(), passwordSetAt == null ? Long.valueOf(-1) : passwordSetAt);
    }
}
