package io.changepassword.credential;

import io.changepassword.policy.NewPassword;
import java.util.Map;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;

/** What shows that a user may set a new password now. */
public interface Proof {

    /**
     * Checked before anything is judged or disclosed.
     *
     * @param fresh a session whose transaction is rolled back
     * @param user as stored at this moment
     * @param stored what is stored of the user's password at this moment
     * @return empty if it holds; otherwise why the change is refused
     */
    Optional<ChangeRefusedException> fault(KeycloakSession fresh, UserModel user, StoredPassword stored);

    /** @return whether brute-force detection counts it as a login: a failed one where it does not hold */
    default boolean countsAsLogin() {
        return false;
    }

    /** @return whether the new password is the old one, as far as this proof knows the old one */
    default boolean isSameAs(NewPassword newPassword) {
        return false;
    }

    /**
     * Consumes the proof, in the unit of work that stores the password and after the store: a refusal consumes nothing.
     *
     * @throws ChangeRefusedException if it has been consumed meanwhile; nothing is stored then
     */
    default void consume(KeycloakSession unit, UserModel user) {}

    /** @return the details of the success events about the proof */
    default Map<String, String> eventDetails() {
        return Map.of();
    }
}
