package io.changepassword.compat;

import org.keycloak.OAuth2Constants;
import org.keycloak.common.util.Time;
import org.keycloak.jose.jws.JWSHeader;
import org.keycloak.jose.jws.JWSInput;
import org.keycloak.jose.jws.JWSInputException;
import org.keycloak.models.KeycloakSession;
import org.keycloak.representations.dpop.DPoP;
import org.keycloak.util.JWKSUtils;

/**
 * A DPoP proof (RFC 9449 section 4.2) as it comes, before Keycloak verifies it: whether it is one that Keycloak can verify. That
 * is checked apart, since Keycloak throws at other proofs, and what it throws may be an outage too.
 */
final class DpopProof {

    /**
     * In seconds. Keycloak takes proofs of up to 25 s. Up to 26.3 it remembers for 10 s after one was made that it was used; from
     * 26.4 on for all of the 25 s but the last, in which 26.7 throws. The margin is for the time between this check and that.
     */
    static final int MAXIMUM_AGE = maximumAge(DpopBinding.VERIFIED_BY_KEYCLOAK);

    private DpopProof() {}

    static int maximumAge(boolean verifiedByKeycloak) {
        return verifiedByKeycloak ? 20 : 8;
    }

    /** @return whether there is a proof that can be read, and that Keycloak takes only once */
    static boolean isVerifiable(KeycloakSession session) {
        String proof = session.getContext()
                .getHttpRequest()
                .getHttpHeaders()
                .getHeaderString(OAuth2Constants.DPOP_HTTP_HEADER);
        try {
            if (proof == null) {
                return false;
            }
            JWSInput jws = new JWSInput(proof);
            return isReadable(jws.getHeader()) && isFresh(jws.readJsonContent(DPoP.class));
        } catch (JWSInputException | RuntimeException malformed) {
            return false;
        }
    }

    private static boolean isReadable(JWSHeader header) {
        return header.getAlgorithm() != null
                && JWKSUtils.getKeyWrapper(header.getKey()) != null
                && JWKSUtils.computeThumbprint(header.getKey()) != null;
    }

    private static boolean isFresh(DPoP claims) {
        return claims != null
                && claims.getIat() != null
                && claims.getIat() > Time.currentTimeMillis() / 1000 - MAXIMUM_AGE;
    }
}
