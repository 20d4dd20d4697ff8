package io.changepassword.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.common.Profile;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.representations.AccessToken;

/** What is checked where Keycloak's authenticator does not, up to 26.3. That a good proof passes needs a server: {@code DpopIT}. */
class KeyBindingTest {

    private static final String ENCODED = "e30.e30.e30";

    private final KeycloakSession session = mock(KeycloakSession.class, RETURNS_DEEP_STUBS);
    private final ClientModel client = mock(ClientModel.class);
    private final AccessToken token = new AccessToken();

    @BeforeEach
    void aRequest() {
        Profile.init(Profile.ProfileName.DEFAULT, Map.of(Profile.Feature.DPOP, true));
        URI uri = URI.create("http://localhost");
        when(session.getContext().getUri().getAbsolutePath()).thenReturn(uri);
        proof(null);
        cameBy("Bearer");
    }

    @AfterEach
    void forgetTheFeatures() {
        Profile.reset();
    }

    @Test
    void holdsWhenNeitherTokenNorClientIsBoundThenTrue() {
        assertThat(holds()).isTrue();
    }

    @Test
    void holdsWhenThereIsNoAuthorizationThenAsOfABearer() {
        when(session.getContext().getHttpRequest().getHttpHeaders().getHeaderString("Authorization"))
                .thenReturn(null);

        assertThat(holds()).isTrue();
        bind();
        assertThat(holds()).isFalse();
    }

    @Test
    void holdsWhenTheClientMustBindThenAnUnboundTokenIsRefused() {
        when(client.getAttribute("dpop.bound.access.tokens")).thenReturn("true");

        assertThat(holds()).isFalse();
    }

    @Test
    void holdsWhenTheFeatureIsOffThenNoClientMustBind() {
        when(client.getAttribute("dpop.bound.access.tokens")).thenReturn("true");
        Profile.init(Profile.ProfileName.DEFAULT, Map.of(Profile.Feature.DPOP, false));

        assertThat(holds()).isTrue();
    }

    @Test
    void holdsWhenABoundTokenComesAsBearerThenRefused() {
        bind();

        assertThat(holds()).isFalse();
    }

    @Test
    void holdsWhenAnUnboundTokenComesByTheSchemeThenRefused() {
        cameBy("DPoP");
        assertThat(holds()).isFalse();

        cameBy("dpop");
        assertThat(holds()).isFalse();
    }

    @Test
    void holdsWhenThereIsNoProofThenRefused() {
        bind();
        cameBy("DPoP");

        assertThat(holds()).isFalse();
    }

    @Test
    void holdsWhenTheFeatureIsOffThenABoundTokenIsRefused() {
        bind();
        cameBy("DPoP");
        Profile.init(Profile.ProfileName.DEFAULT, Map.of(Profile.Feature.DPOP, false));

        assertThat(holds()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "bnVsbA.e30.AA",
                "e30.e30.AA",
                "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\"}",
                "{\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-9\",\"x\":\"!!\",\"y\":\"!!\"}}",
                "{\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"!!\",\"y\":\"!!\"}}",
                "{\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}}"
            })
    void isReadableWhenTheProofIsMalformedThenFalseByTheSchemeOnly(String proof) {
        String encoded = proof.startsWith("{")
                ? Base64.getUrlEncoder().withoutPadding().encodeToString(proof.getBytes(StandardCharsets.UTF_8))
                        + ".e30.AA"
                : proof;
        proof(encoded);

        assertThat(KeyBinding.isReadable(session)).isTrue();
        cameBy("DPoP");
        assertThat(KeyBinding.isReadable(session)).isFalse();
    }

    @Test
    void isReadableWhenThereIsNoProofThenFalseByTheSchemeOnly() {
        proof(null);

        assertThat(KeyBinding.isReadable(session)).isTrue();
        cameBy("DPoP");
        assertThat(KeyBinding.isReadable(session)).isFalse();
    }

    /** Twice, its proof would be found used. */
    @Test
    void holdsWhenKeycloakVerifiesItThenItIsNotDoneAgain() {
        bind();
        cameBy("DPoP");

        assertThat(KeyBinding.VERIFIED_BY_KEYCLOAK).isTrue();
        assertThat(KeyBinding.holds(session, bearer(), ENCODED)).isTrue();
    }

    /** Keycloak goes by the token's type, and verifies nothing while the feature is off. */
    @Test
    void holdsWhenKeycloakVerifiesButHasNotThenABoundTokenIsRefused() {
        bind();
        assertThat(KeyBinding.holds(session, bearer(), ENCODED)).isFalse();

        cameBy("DPoP");
        Profile.init(Profile.ProfileName.DEFAULT, Map.of(Profile.Feature.DPOP, false));
        assertThat(KeyBinding.holds(session, bearer(), ENCODED)).isFalse();
    }

    private void bind() {
        token.setConfirmation(new AccessToken.Confirmation());
        token.getConfirmation().setKeyThumbprint("thumbprint");
    }

    private void proof(String proof) {
        when(session.getContext().getHttpRequest().getHttpHeaders().getHeaderString("DPoP"))
                .thenReturn(proof);
    }

    private void cameBy(String scheme) {
        when(session.getContext().getHttpRequest().getHttpHeaders().getHeaderString("Authorization"))
                .thenReturn(scheme + " " + ENCODED);
    }

    private boolean holds() {
        return KeyBinding.holds(session, bearer(), ENCODED, false);
    }

    private BearerAuthentication bearer() {
        return new BearerAuthentication(mock(UserModel.class), mock(UserSessionModel.class), token, client);
    }
}
