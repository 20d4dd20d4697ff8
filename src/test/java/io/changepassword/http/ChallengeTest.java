package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.MockedRequest;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keycloak.common.Profile;
import org.keycloak.crypto.SignatureProvider;
import org.keycloak.provider.ProviderFactory;

class ChallengeTest {

    private final MockedRequest request = new MockedRequest();

    @BeforeEach
    void aDpopToken() {
        dpop(true);
        request.header(HttpHeaders.AUTHORIZATION, "DPoP e30.e30.e30");
    }

    @AfterEach
    void forgetTheFeatures() {
        Profile.reset();
    }

    /** A quotation mark is allowed in a realm's name; it must not end the string, or begin a parameter of its own. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {"a\"b, a\\\"b", "a\\b, a\\\\b", "pr\u00fcfung, pr?fung", "'a\r\nb', a??b", "\uD83D\uDE00, ?"})
    void ofWhenRealmNameIsOddThenItStaysWithinTheQuotes(String realm, String quoted) {
        when(request.keycloak.realm.getName()).thenReturn(realm);

        assertThat(challenge(Refusal.NO_CREDENTIAL)).startsWith("Bearer realm=\"" + quoted + "\", DPoP ");
    }

    @Test
    void ofWhenThereIsNoCredentialThenTheSchemesWithoutAnError() {
        assertThat(challenge(Refusal.NO_CREDENTIAL)).isEqualTo("Bearer realm=\"a-realm\", DPoP algs=\"\"");
    }

    /** RFC 9449 section 7.1; in one order, whichever the server's has. */
    @Test
    void ofWhenDpopIsOfferedThenWithItsAlgorithmsInOrder() {
        List<ProviderFactory<?>> factories = Stream.of("RS256", "ES256", "PS256")
                .<ProviderFactory<?>>map(this::signatureProvider)
                .toList();
        when(request.keycloak.factory.getProviderFactoriesStream(SignatureProvider.class))
                .thenAnswer(call -> factories.stream());

        assertThat(challenge(Refusal.NO_CREDENTIAL)).endsWith(", DPoP algs=\"ES256 PS256 RS256\"");
    }

    private ProviderFactory<?> signatureProvider(String algorithm) {
        ProviderFactory<?> factory = mock(ProviderFactory.class);
        when(factory.getId()).thenReturn(algorithm);
        SignatureProvider provider = mock(SignatureProvider.class);
        when(provider.isAsymmetricAlgorithm()).thenReturn(true);
        when(request.session.getProvider(SignatureProvider.class, algorithm)).thenReturn(provider);
        return factory;
    }

    @Test
    void ofWhenDpopIsSwitchedOffThenItIsNotOffered() {
        dpop(false);

        assertThat(challenge(Refusal.NO_CREDENTIAL)).isEqualTo("Bearer realm=\"a-realm\"");
    }

    @Test
    void ofWhenTheTokenCameByDpopThenDpopIsDemanded() {
        assertThat(challenge(Refusal.INVALID_TOKEN)).startsWith("DPoP algs=\"\", error=\"invalid_token\"");
    }

    @Test
    void ofWhenTheTokenCameAsBearerThenBearerIsDemanded() {
        request.header(HttpHeaders.AUTHORIZATION, "Bearer e30.e30.e30");

        assertThat(challenge(Refusal.INVALID_TOKEN)).startsWith("Bearer realm=\"a-realm\", error=\"invalid_token\"");
    }

    @Test
    void ofWhenDpopIsSwitchedOffThenBearerIsDemanded() {
        dpop(false);

        assertThat(challenge(Refusal.INVALID_TOKEN)).startsWith("Bearer realm=\"a-realm\", error=\"invalid_token\"");
    }

    @Test
    void ofWhenTheRoleIsMissingThenItIsNamed() {
        assertThat(challenge(Refusal.ROLE))
                .contains("error=\"insufficient_scope\"")
                .contains("manage-account");
    }

    @Test
    void ofWhenTheAuthenticationIsTooOldThenWithTheGreatestAge() {
        assertThat(new Challenge(request.session)
                        .of(RequestRefusedException.because(Refusal.AUTHENTICATION_TOO_OLD, 300)))
                .contains("error=\"insufficient_user_authentication\"")
                .endsWith(", max_age=\"300\"");
    }

    @Test
    void ofWhenItIsNoMatterOfAuthenticationThenNone() {
        assertThat(challenge(Refusal.CONFLICT)).isNull();
    }

    private String challenge(Refusal refusal) {
        return new Challenge(request.session).of(new RequestRefusedException(refusal));
    }

    private static void dpop(boolean enabled) {
        Profile.init(Profile.ProfileName.DEFAULT, Map.of(Profile.Feature.DPOP, enabled));
    }
}
