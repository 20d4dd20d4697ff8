package io.changepassword;

import io.changepassword.credential.Proof;
import io.changepassword.token.PresentedToken;
import java.util.Map;
import java.util.Optional;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;

/** The proof of door B: an action token. */
final class ActionTokenProof implements Proof {

    private final ClientModel client;
    private final Optional<PresentedToken> token;

    /** @param client with which it is presented */
    ActionTokenProof(KeycloakSession session, ClientModel client, String encoded) {
        this.client = client;
        this.token = PresentedToken.read(session, encoded);
    }

    @Override
    public Optional<String> fault(KeycloakSession fresh, UserModel user) {
        return token.map(presented -> presented.fault(fresh, user, client)).orElse(Optional.of(Errors.INVALID_TOKEN));
    }

    /** Nobody guesses a signature. */
    @Override
    public boolean isGuess() {
        return false;
    }

    @Override
    public boolean spend(KeycloakSession unit, UserModel user) {
        return token.orElseThrow().spend(unit, user);
    }

    @Override
    public Map<String, String> eventDetails() {
        return token.map(presented -> Map.of(Details.ACTION, presented.type(), Details.TOKEN_ID, presented.id()))
                .orElse(Map.of());
    }
}
