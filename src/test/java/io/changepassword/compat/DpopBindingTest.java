package io.changepassword.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.common.Profile;
import org.keycloak.crypto.SignatureProvider;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.KeycloakUriInfo;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.representations.AccessToken;

/** The checks that Keycloak's authenticator does not make up to 26.3. {@code DpopIT} tests on a server that a valid proof passes. */
class DpopBindingTest {

    private static final String ENCODED = "e30.e30.e30";

    private final KeycloakSession session = mock(KeycloakSession.class);
    private final ClientModel client = mock(ClientModel.class);
    private final AccessToken token = new AccessToken();

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

    private static void dpop(boolean enabled) {
        Profile.init(Profile.ProfileName.DEFAULT, Map.of(Profile.Feature.DPOP, enabled));
    }

    private void bind() {
        token.setConfirmation(new AccessToken.Confirmation());
        token.getConfirmation().setKeyThumbprint("thumbprint");
    }
}
