package io.changepassword.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.changepassword.fixture.MockedJaxRs;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keycloak.common.Profile;
import org.keycloak.crypto.RS256SignatureProviderFactory;
import org.keycloak.crypto.SignatureProvider;
import org.keycloak.http.HttpRequest;
import org.keycloak.jose.jws.crypto.HashUtils;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.KeycloakUriInfo;
import org.keycloak.models.SingleUseObjectProvider;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.representations.AccessToken;

/** The checks that Keycloak's authenticator does not make up to 26.3. {@code DpopIT} tests on a server that a valid proof passes. */
@ExtendWith(MockedJaxRs.class)
class DpopBindingTest {

    private static final String ENCODED = "e30.e30.e30";

    private static RSAKey key;

    private final KeycloakSession session = mock(KeycloakSession.class);
    private final ClientModel client = mock(ClientModel.class);
    private final AccessToken token = new AccessToken();

    @BeforeAll
    static void aKey() throws JOSEException {
        key = new RSAKeyGenerator(2048).generate();
    }

    @BeforeEach
    void aRequest() {
        dpop(true);
        KeycloakContext context = mock(KeycloakContext.class);
        HttpRequest request = mock(HttpRequest.class);
        HttpHeaders headers = mock(HttpHeaders.class);
        KeycloakUriInfo uri = mock(KeycloakUriInfo.class);
        when(session.getContext()).thenReturn(context);
        when(context.getHttpRequest()).thenReturn(request);
        when(context.getUri()).thenReturn(uri);
        when(request.getHttpHeaders()).thenReturn(headers);
        when(request.getUri()).thenReturn(uri);
        when(uri.getAbsolutePath()).thenReturn(URI.create("http://localhost"));
    }

    @AfterEach
    void forgetTheFeatures() {
        Profile.reset();
    }

    @Test
    void isDemandedWhenTheTokenNamesAKeysThumbprintThenTrue() {
        assertThat(DpopBinding.isDemanded(token, client)).isFalse();

        token.setConfirmation(new AccessToken.Confirmation());
        assertThat(DpopBinding.isDemanded(token, client)).isFalse();

        token.getConfirmation().setKeyThumbprint("thumbprint");
        assertThat(DpopBinding.isDemanded(token, client)).isTrue();
    }

    @Test
    void algorithmsWhenAProviderHasAnAsymmetricOneThenItIsListed() {
        ProviderFactory<?> factory = mock(ProviderFactory.class);
        when(factory.getId()).thenReturn("ES256");
        KeycloakSessionFactory factories = mock(KeycloakSessionFactory.class);
        when(session.getKeycloakSessionFactory()).thenReturn(factories);
        when(factories.getProviderFactoriesStream(SignatureProvider.class)).thenAnswer(call -> Stream.of(factory));
        SignatureProvider provider = mock(SignatureProvider.class);
        when(provider.isAsymmetricAlgorithm()).thenReturn(true);
        when(session.getProvider(SignatureProvider.class, "ES256")).thenReturn(provider);

        assertThat(DpopBinding.algorithms(session)).containsExactly("ES256");
    }

    @Test
    void isDemandedWhenNeitherTokenNorClientIsBoundThenFalse() {
        assertThat(DpopBinding.isDemanded(token, client)).isFalse();
    }

    @Test
    void isDemandedWhenTheTokenIsBoundThenTrueEvenIfTheFeatureIsOff() {
        bind();
        assertThat(DpopBinding.isDemanded(token, client)).isTrue();

        dpop(false);
        assertThat(DpopBinding.isDemanded(token, client)).isTrue();
    }

    @Test
    void isDemandedWhenTheClientMustBindThenTrueUnlessTheFeatureIsOff() {
        when(client.getAttribute("dpop.bound.access.tokens")).thenReturn("true");
        assertThat(DpopBinding.isDemanded(token, client)).isTrue();

        dpop(false);
        assertThat(DpopBinding.isDemanded(token, client)).isFalse();
    }

    @Test
    void isProvenWhenThereIsNoProofThenFalse() {
        bind();

        assertThat(DpopBinding.isProven(session, token, ENCODED, false)).isFalse();
    }

    /** A second verification would find the proof already used. */
    @Test
    void isProvenWhenKeycloakVerifiesItThenItIsNotDoneAgain() {
        bind();

        token.type("DPoP");

        assertThat(DpopBinding.VERIFIED_BY_KEYCLOAK).isTrue();
        assertThat(DpopBinding.isProven(session, token, ENCODED)).isTrue();
    }

    /** Keycloak decides by the token's type, and verifies nothing while the feature is off. */
    @Test
    void isProvenWhenKeycloakVerifiesButCannotHaveThenFalse() {
        token.type("DPoP");
        assertThat(DpopBinding.isProven(session, token, ENCODED)).isFalse();

        bind();
        dpop(false);
        assertThat(DpopBinding.isProven(session, token, ENCODED)).isFalse();

        dpop(true);
        for (String type : List.of("Bearer", "dpop")) {
            token.type(type);
            assertThat(DpopBinding.isProven(session, token, ENCODED)).as(type).isFalse();
        }
    }

    @Test
    void isProvenWhenTheProofIsGoodThenTrue() throws JOSEException {
        sendProof(proof());

        assertThat(DpopBinding.isProven(session, token, ENCODED, false)).isTrue();
    }

    /** Whoever has stolen the token may have seen proofs of other requests. */
    @ParameterizedTest
    @CsvSource({"htm, GET", "htu, http://localhost/elsewhere", "ath, e30", "iat, 1000"})
    void isProvenWhenTheProofIsOfAnotherRequestThenFalse(String claim, String value) throws JOSEException {
        sendProof(proof().claim(claim, claim.equals("iat") ? Long.valueOf(value) : value));

        assertThat(DpopBinding.isProven(session, token, ENCODED, false)).isFalse();
    }

    /** The proof itself is good; it is a proof of the thief's key. */
    @Test
    void isProvenWhenTheTokenIsBoundToAnotherKeyThenFalse() throws JOSEException {
        sendProof(proof());
        bind();

        assertThat(DpopBinding.isProven(session, token, ENCODED, false)).isFalse();
    }

    @Test
    void isProvenWhenTheProofIsGoodButKeycloakHasVerifiedNoneThenFalse() throws JOSEException {
        sendProof(proof());

        assertThat(DpopBinding.isProven(session, token, ENCODED, true)).isFalse();
    }

    private static JWTClaimsSet.Builder proof() {
        return new JWTClaimsSet.Builder()
                .jwtID("a-proof")
                .issueTime(new Date())
                .claim("htm", "POST")
                .claim("htu", "http://localhost")
                .claim("ath", Base64URL.encode(sha256(ENCODED)).toString());
    }

    /** Sends a proof, signed with a key that the token is bound to. */
    private void sendProof(JWTClaimsSet.Builder claims) throws JOSEException {
        token.setConfirmation(new AccessToken.Confirmation());
        token.getConfirmation().setKeyThumbprint(key.computeThumbprint().toString());
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(new JOSEObjectType("dpop+jwt"))
                .jwk(key.toPublicJWK())
                .build();
        SignedJWT proof = new SignedJWT(header, claims.build());
        proof.sign(new RSASSASigner(key));
        HttpRequest request = session.getContext().getHttpRequest();
        // Behind a reverse proxy the request has another address, which no app knows.
        UriInfo internal = mock(UriInfo.class);
        when(internal.getAbsolutePath()).thenReturn(URI.create("http://10.0.0.1:8080"));
        when(request.getUri()).thenReturn(internal);
        when(request.getHttpMethod()).thenReturn("POST");
        when(request.getHttpHeaders().getHeaderString("DPoP")).thenReturn(proof.serialize());
        verifyRs256();
    }

    private void verifyRs256() {
        RS256SignatureProviderFactory factory = new RS256SignatureProviderFactory();
        KeycloakSessionFactory factories = mock(KeycloakSessionFactory.class);
        when(session.getKeycloakSessionFactory()).thenReturn(factories);
        when(factories.getProviderFactoriesStream(SignatureProvider.class)).thenAnswer(call -> Stream.of(factory));
        when(factories.getProviderFactory(SignatureProvider.class, "RS256")).thenReturn(factory);
        when(session.getProvider(SignatureProvider.class, "RS256")).thenReturn(factory.create(session));
        SingleUseObjectProvider unused = mock(SingleUseObjectProvider.class);
        when(unused.putIfAbsent(anyString(), anyLong())).thenReturn(true);
        when(session.singleUseObjects()).thenReturn(unused);
    }

    private static byte[] sha256(String text) {
        return HashUtils.hash("SHA-256", text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void dpop(boolean enabled) {
        Profile.init(Profile.ProfileName.DEFAULT, Map.of(Profile.Feature.DPOP, enabled));
    }

    private void bind() {
        token.setConfirmation(new AccessToken.Confirmation());
        token.getConfirmation().setKeyThumbprint("thumbprint");
    }
}
