package io.changepassword.actiontoken;

import io.changepassword.credential.ChangeRefusedException;
import io.changepassword.credential.Proof;
import io.changepassword.credential.StoredPassword;
import java.util.Map;
import java.util.Optional;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;

/** The proof of a change with an action token. */
public final class ActionTokenProof implements Proof {

    private final ClientModel client;
    private final Optional<PresentedActionToken> token;

    /** @param client the client that presents the token */
    public ActionTokenProof(KeycloakSession session, ClientModel client, String encoded) {
        this.client = client;
        this.token = PresentedActionToken.read(session, encoded);
    }

    @Override
    public Optional<ChangeRefusedException> fault(KeycloakSession fresh, UserModel user, StoredPassword stored) {
        return token.map(presented -> presented.fault(fresh, user, client))
                .orElse(Optional.of(Errors.INVALID_TOKEN))
                .map(ChangeRefusedException::invalidActionToken);
    }

    @Override
    public void consume(KeycloakSession unit, UserModel user) {
        if (!token.orElseThrow().consume(unit, user)) {
            throw ChangeRefusedException.invalidActionToken(Errors.EXPIRED_CODE);
        }
    }

    @Override
    public Map<String, String> eventDetails() {
        return token.map(presented -> Map.of(Details.ACTION, presented.type(), Details.TOKEN_ID, presented.id()))
                .orElse(Map.of());
    }
}
