package io.changepassword.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.changepassword.compat.BearerAuthentication;
import io.changepassword.fixture.MockedRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.x509.X509ClientCertificateLookup;

class CertificateBindingTest {

    private final MockedRequest request = new MockedRequest();
    private final X509ClientCertificateLookup certificates = mock(X509ClientCertificateLookup.class);
    private final AccessToken token = new AccessToken();

    @BeforeEach
    void aConnection() {
        when(request.session.getProvider(X509ClientCertificateLookup.class)).thenReturn(certificates);
    }

    @Test
    void holdsWhenNeitherTokenNorClientIsBoundThenTrue() {
        assertThat(holds()).isTrue();
    }

    /** RFC 9449 has another member of the same claim. */
    @Test
    void holdsWhenTheTokenIsBoundToAKeyOnlyThenTrue() {
        token.setConfirmation(new AccessToken.Confirmation());
        token.getConfirmation().setKeyThumbprint("a-key");

        assertThat(holds()).isTrue();
    }

    /** Such a token was issued before the client's setting, or by an attacker's request without a certificate. */
    @Test
    void holdsWhenTheClientMustBindAndTheTokenIsNotBoundThenFalse() {
        when(request.keycloak.client.getAttribute("tls.client.certificate.bound.access.tokens"))
                .thenReturn("true");

        assertThat(holds()).isFalse();
    }

    @Test
    void holdsWhenTheConnectionHasTheTokensCertificateThenTrue() throws GeneralSecurityException {
        bindTo("a certificate");
        connectWith("a certificate");

        assertThat(holds()).isTrue();
    }

    /** The token of somebody else's app. */
    @Test
    void holdsWhenTheConnectionHasAnotherCertificateThenFalse() throws GeneralSecurityException {
        bindTo("a certificate");
        connectWith("another");

        assertThat(holds()).isFalse();
    }

    @Test
    void holdsWhenTheConnectionHasNoCertificateThenFalse() throws GeneralSecurityException {
        bindTo("a certificate");

        assertThat(holds()).isFalse();
    }

    private boolean holds() {
        return new CertificateBinding(request.session)
                .holds(new BearerAuthentication(
                        request.keycloak.user, request.keycloak.userSession, token, request.keycloak.client));
    }

    private void bindTo(String certificate) throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getBytes(StandardCharsets.UTF_8));
        token.setConfirmation(new AccessToken.Confirmation());
        token.getConfirmation()
                .setCertThumbprint(Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
    }

    private void connectWith(String encoded) throws GeneralSecurityException {
        X509Certificate certificate = mock(X509Certificate.class);
        when(certificate.getEncoded()).thenReturn(encoded.getBytes(StandardCharsets.UTF_8));
        when(certificates.getCertificateChain(request.request)).thenReturn(new X509Certificate[] {certificate});
    }
}
