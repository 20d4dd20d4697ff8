package io.changepassword.compat;

import org.keycloak.models.KeycloakSession;

/** Where the running Keycloak keeps the action tokens that have been used. */
interface ConsumedTokenList {

    boolean contains(KeycloakSession session, String key);

    /**
     * @param lifespan seconds
     * @return false if the key is there already
     */
    boolean put(KeycloakSession session, String key, long lifespan);
}
