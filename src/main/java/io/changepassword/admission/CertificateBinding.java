package io.changepassword.admission;

import io.changepassword.compat.BearerAuthentication;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCAdvancedConfigWrapper;
import org.keycloak.services.util.MtlsHoKTokenUtil;

/**
 * The binding of an access token to a client certificate, {@code cnf} with {@code x5t#S256} (RFC 8705 section 3). Keycloak's
 * bearer authenticator does not check it; its userinfo endpoint does so itself, and so do we.
 */
final class CertificateBinding {

    private final KeycloakSession session;

    CertificateBinding(KeycloakSession session) {
        this.session = session;
    }

    /** @return whether the token came with the certificate that it is bound to, or is unbound and need not be bound */
    boolean holds(BearerAuthentication bearer) {
        var confirmation = bearer.token().getConfirmation();
        boolean bound = confirmation != null && confirmation.getCertThumbprint() != null;
        if (!bound) {
            return !OIDCAdvancedConfigWrapper.fromClientModel(bearer.client()).isUseMtlsHokToken();
        }
        return MtlsHoKTokenUtil.verifyTokenBindingWithClientCertificate(
                bearer.token(), session.getContext().getHttpRequest(), session);
    }
}
