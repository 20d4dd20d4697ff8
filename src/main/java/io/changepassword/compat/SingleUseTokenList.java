package io.changepassword.compat;

import java.util.Map;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ModelException;
import org.keycloak.models.SingleUseObjectProvider;

/**
 * The list of consumed tokens up to Keycloak 26.6: entries among the single-use objects. Keycloak's page looks for the token's key
 * up to 26.5, and for the key with a suffix in 26.6. An entry with the suffix survives a restart. Both are written and
 * looked for.
 */
final class SingleUseTokenList implements ConsumedTokenList {

    private static final String REVOKED = SingleUseObjectProvider.REVOKED_KEY;

    @Override
    public boolean contains(KeycloakSession session, String key) {
        SingleUseObjectProvider objects = session.singleUseObjects();
        return objects.contains(key) || objects.contains(key + REVOKED);
    }

    /** The first entry decides between parallel requests, the second between a request and the page of 26.6. */
    @Override
    public boolean put(KeycloakSession session, String key, long lifespan) {
        return !contains(session, key)
                && session.singleUseObjects().putIfAbsent(key, lifespan)
                && putRevoked(session.singleUseObjects(), key + REVOKED, lifespan);
    }

    private static boolean putRevoked(SingleUseObjectProvider objects, String key, long lifespan) {
        try {
            return objects.putIfAbsent(key, lifespan);
        } catch (ModelException refused) {
            // Up to 26.5, which has nothing to name as the cause; with one it is an outage.
            if (refused.getCause() != null) {
                throw refused;
            }
            objects.put(key, lifespan, Map.of());
            return true;
        }
    }

    @Override
    public String toString() {
        return "KeycloakSession.singleUseObjects()";
    }
}
