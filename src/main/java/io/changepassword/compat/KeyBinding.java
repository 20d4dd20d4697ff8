package io.changepassword.compat;

import jakarta.ws.rs.core.HttpHeaders;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.keycloak.OAuth2Constants;
import org.keycloak.common.Profile;
import org.keycloak.common.VerificationException;
import org.keycloak.http.HttpRequest;
import org.keycloak.jose.jws.JWSInput;
import org.keycloak.jose.jws.JWSInputException;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCAdvancedConfigWrapper;
import org.keycloak.services.managers.AppAuthManager;
import org.keycloak.services.util.DPoPUtil;
import org.keycloak.util.JWKSUtils;

/**
 * The binding of an access token to a key of the client's, DPoP (RFC 9449). Keycloak's bearer authenticator verifies it from 26.4
 * on; before, where DPoP is a preview feature, only its userinfo endpoint does, and here the same is done.
 */
public final class KeyBinding {

    private static final String SCHEME = "dpop ";

    static final DriftingCall ALGORITHMS = linkAlgorithms(DPoPUtil.class);
    static final boolean VERIFIED_BY_KEYCLOAK = isVerifiedBy(AppAuthManager.BearerTokenAuthenticator.class);

    private KeyBinding() {}

    /** A constant up to 26.3; from 26.4 on those for which there is a provider. */
    static DriftingCall linkAlgorithms(Class<?> dpop) {
        return new DriftingCall.Linker(dpop, "getDPoPSupportedAlgorithms")
                .staticMethod("getDPoPSupportedAlgorithms", MethodType.methodType(List.class, KeycloakSession.class))
                .constant("DPOP_SUPPORTED_ALGS", Set.class, KeycloakSession.class)
                .link();
    }

    /** An authenticator that is told of the request looks for the proof in it. */
    static boolean isVerifiedBy(Class<?> authenticator) {
        return Arrays.stream(authenticator.getMethods())
                .anyMatch(method -> method.getName().equals("setRequest")
                        && List.of(method.getParameterTypes()).equals(List.of(HttpRequest.class)));
    }

    /** @return the algorithms of a proof, RFC 9449 section 4.3 */
    public static Collection<String> algorithms(KeycloakSession session) {
        return ALGORITHMS.invoke(session);
    }

    /**
     * @param encoded the token as it was sent
     * @return whether the token is not bound, and need not be, or came by the scheme {@code DPoP} (RFC 9449 section 7.1) and
     *     with a good proof of the key it is bound to
     */
    static boolean holds(KeycloakSession session, BearerAuthentication bearer, String encoded) {
        return holds(session, bearer, encoded, VERIFIED_BY_KEYCLOAK);
    }

    /** @param verified whether Keycloak has verified a proof already; it goes by the token's type, not by its binding */
    static boolean holds(KeycloakSession session, BearerAuthentication bearer, String encoded, boolean verified) {
        boolean bound = bearer.isBoundToKey();
        boolean enabled = Profile.isFeatureEnabled(Profile.Feature.DPOP);
        if (bound != cameByScheme(session)) {
            return false;
        }
        if (bound) {
            return enabled && (verified || hasGoodProof(session, bearer, encoded));
        }
        return !enabled
                || !OIDCAdvancedConfigWrapper.fromClientModel(bearer.client()).isUseDPoP();
    }

    private static boolean hasGoodProof(KeycloakSession session, BearerAuthentication bearer, String encoded) {
        var context = session.getContext();
        var validator = new DPoPUtil.Validator(session)
                .request(context.getHttpRequest())
                .uriInfo(context.getUri())
                .accessToken(encoded);
        try {
            DPoPUtil.validateBinding(bearer.token(), validator.validate());
            return true;
        } catch (VerificationException notGood) {
            return false;
        }
    }

    /**
     * Keycloak's parsers throw at some proofs that are malformed. Asked for apart and before, since what the rest throws may be
     * an outage.
     *
     * @return whether the token did not come by the scheme {@code DPoP}, or did with a proof whose header and key can be read
     */
    static boolean isReadable(KeycloakSession session) {
        return !cameByScheme(session) || isReadable(header(session, OAuth2Constants.DPOP_HTTP_HEADER));
    }

    private static boolean isReadable(String proof) {
        try {
            return proof != null
                    && JWKSUtils.getKeyWrapper(new JWSInput(proof).getHeader().getKey()) != null;
        } catch (JWSInputException | RuntimeException malformed) {
            return false;
        }
    }

    private static boolean cameByScheme(KeycloakSession session) {
        String authorization = header(session, HttpHeaders.AUTHORIZATION);
        return authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME);
    }

    private static String header(KeycloakSession session, String name) {
        return session.getContext().getHttpRequest().getHttpHeaders().getHeaderString(name);
    }
}
