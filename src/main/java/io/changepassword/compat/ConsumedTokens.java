package io.changepassword.compat;

import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;

/** The action tokens that have been used, here or at Keycloak's own page, which keeps the same list. */
public final class ConsumedTokens {

    /** Seconds for which Keycloak's page keeps an entry beyond the token's expiry. */
    private static final int CLOCK_SKEW = 60;

    /** Absent up to 26.6. */
    private static final String PROVIDER = "org.keycloak.models.RevokedTokenProvider";

    static final ConsumedTokenList LIST = link(KeycloakSession.class, PROVIDER);

    private ConsumedTokens() {}

    /** @throws IncompatibleKeycloakException if there is a list of revoked tokens, but not as it is known */
    static ConsumedTokenList link(Class<?> keycloakSession, String provider) {
        try {
            return RevokedTokenList.link(keycloakSession, Class.forName(provider));
        } catch (ClassNotFoundException upTo266) {
            return new SingleUseTokenList();
        }
    }

    public static boolean contains(KeycloakSession session, String key) {
        return LIST.contains(session, key);
    }

    /**
     * @param expiration of the token, seconds since the epoch
     * @return false if it has been used before; of any number of parallel callers, on any number of nodes, exactly one gets true
     */
    public static boolean put(KeycloakSession session, String key, long expiration) {
        return LIST.put(session, key, Math.max(1, expiration - Time.currentTimeMillis() / 1000 + CLOCK_SKEW));
    }
}
