package io.changepassword.credential;

import java.util.Map;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;

/** What shows that a user may set a new password now. */
public interface Proof {

    /**
     * Asked before anything is judged or told.
     *
     * @param fresh a session whose transaction is rolled back
     * @param user as stored at this moment
     * @return empty if it holds; otherwise one of {@link org.keycloak.events.Errors}, for the events
     */
    Optional<String> fault(KeycloakSession fresh, UserModel user);

    /** @return whether one that does not hold is a guess of a password, for brute-force detection */
    boolean isGuess();

    /** @return whether the new password is the old one, as far as this proof knows the old one */
    default boolean isSameAs(String newPassword) {
        return false;
    }

    /**
     * Uses it up, in the unit of work that stores the password, and after that: what has been refused is not used up.
     *
     * @return false if it has been used up meanwhile; nothing is stored then
     */
    default boolean spend(KeycloakSession unit, UserModel user) {
        return true;
    }

    /** @return what the success events say of it */
    default Map<String, String> eventDetails() {
        return Map.of();
    }
}
