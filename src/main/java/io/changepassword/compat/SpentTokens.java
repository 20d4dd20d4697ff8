package io.changepassword.compat;

import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;

/** The action tokens that have been used, here or at Keycloak's own page, which keeps the same list. */
public final class SpentTokens {

    /** Seconds for which Keycloak's page keeps an entry beyond the token's expiry. */
    private static final int CLOCK_SKEW = 60;

    private SpentTokens() {}

    public static boolean contains(KeycloakSession session, String key) {
        return session.revokedTokens().contains(key);
    }

    /**
     * @param expiration of the token, seconds since the epoch
     * @return false if it has been used before; of any number at once, on any number of nodes, one is told true
     */
    public static boolean put(KeycloakSession session, String key, long expiration) {
        long lifespan = Math.max(1, expiration - Time.currentTimeMillis() / 1000 + CLOCK_SKEW);
        return session.revokedTokens().put(key, lifespan);
    }
}
