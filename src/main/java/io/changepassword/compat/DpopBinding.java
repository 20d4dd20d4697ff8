package io.changepassword.compat;

import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.keycloak.common.Profile;
import org.keycloak.common.VerificationException;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCAdvancedConfigWrapper;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.managers.AppAuthManager;
import org.keycloak.services.util.DPoPUtil;
import org.keycloak.util.TokenUtil;

/**
 * The binding of an access token to a key of the client, DPoP (RFC 9449). Keycloak's bearer authenticator verifies it from 26.4
 * on. Before, DPoP is a preview feature, and only the userinfo endpoint verifies it; this class does the same.
 */
public final class DpopBinding {

    static final DriftingCall ALGORITHMS = linkAlgorithms(DPoPUtil.class);
    static final boolean VERIFIED_BY_KEYCLOAK = isVerifiedBy(AppAuthManager.BearerTokenAuthenticator.class);

    private DpopBinding() {}

    /** A constant up to 26.3; from 26.4 on the algorithms that have a provider. */
    static DriftingCall linkAlgorithms(Class<?> dpop) {
        return new DriftingCall.Linker(dpop, "getDPoPSupportedAlgorithms")
                .staticMethod("getDPoPSupportedAlgorithms", MethodType.methodType(List.class, KeycloakSession.class))
                .constant("DPOP_SUPPORTED_ALGS", Set.class, KeycloakSession.class)
                .link();
    }

    /** An authenticator that takes the request looks for the proof in it. */
    static boolean isVerifiedBy(Class<?> authenticator) {
        return Arrays.stream(authenticator.getMethods())
                .anyMatch(method -> method.getName().equals("setRequest")
                        && List.of(method.getParameterTypes()).equals(List.of(HttpRequest.class)));
    }

    /** @return for the log, who verifies proofs */
    static String verifier() {
        return "DPoP proofs are verified by " + (VERIFIED_BY_KEYCLOAK ? "Keycloak" : "the extension");
    }

    /** @return the algorithms of a proof, RFC 9449 section 4.3 */
    public static Collection<String> algorithms(KeycloakSession session) {
        return ALGORITHMS.invoke(session);
    }

    /** @return whether the token may not come without a proof: it is bound to a key, or its client must bind its tokens */
    static boolean isDemanded(AccessToken token, ClientModel client) {
        return isBound(token)
                || isEnabled()
                        && OIDCAdvancedConfigWrapper.fromClientModel(client).isUseDPoP();
    }

    /**
     * For a token that came by the scheme {@code DPoP}.
     *
     * @param encoded the token as it was sent
     * @return whether it is bound to a key, and came with a good proof of it
     */
    static boolean isProven(KeycloakSession session, AccessToken token, String encoded) {
        return isProven(session, token, encoded, VERIFIED_BY_KEYCLOAK);
    }

    /**
     * @param verified whether Keycloak verifies proofs: by the token's type, in its exact case up to 26.6, not by its binding,
     *     and not of any other type
     */
    static boolean isProven(KeycloakSession session, AccessToken token, String encoded, boolean verified) {
        return isBound(token)
                && isEnabled()
                && (verified ? isOfDpopType(token) : hasGoodProof(session, token, encoded));
    }

    /** RFC 9449 section 6: the claim {@code cnf} with {@code jkt}. */
    private static boolean isBound(AccessToken token) {
        return token.getConfirmation() != null && token.getConfirmation().getKeyThumbprint() != null;
    }

    private static boolean isOfDpopType(AccessToken token) {
        return TokenUtil.TOKEN_TYPE_DPOP.equals(token.getType());
    }

    private static boolean isEnabled() {
        return Profile.isFeatureEnabled(Profile.Feature.DPOP);
    }

    private static boolean hasGoodProof(KeycloakSession session, AccessToken token, String encoded) {
        var context = session.getContext();
        var validator = new DPoPUtil.Validator(session)
                .request(context.getHttpRequest())
                .uriInfo(context.getUri())
                .accessToken(encoded);
        try {
            DPoPUtil.validateBinding(token, validator.validate());
            return true;
        } catch (VerificationException notGood) {
            return false;
        }
    }
}
