package io.changepassword.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import jakarta.ws.rs.core.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.common.util.Time;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;

/** Proofs at which Keycloak would throw. {@code DpopIT} tests the proofs that Keycloak refuses itself. */
class DpopProofTest {

    private static String key;

    private final KeycloakSession session = mock(KeycloakSession.class);
    private final HttpHeaders headers = mock(HttpHeaders.class);

    @BeforeAll
    static void aKey() throws JOSEException {
        key = new RSAKeyGenerator(2048).generate().toPublicJWK().toJSONString();
    }

    @BeforeEach
    void aRequest() {
        KeycloakContext context = mock(KeycloakContext.class);
        HttpRequest request = mock(HttpRequest.class);
        when(session.getContext()).thenReturn(context);
        when(context.getHttpRequest()).thenReturn(request);
        when(request.getHttpHeaders()).thenReturn(headers);
    }

    @Test
    void isVerifiableWhenItCanBeReadAndIsFreshThenTrue() {
        assertThat(verifiable("PS256", key, issuedAt(now()))).isTrue();
    }

    /** Keycloak has a tolerance for clocks that are ahead. */
    @Test
    void isVerifiableWhenItIsOfTheFutureThenTrue() {
        assertThat(verifiable("PS256", key, issuedAt(now() + 10))).isTrue();
        assertThat(verifiable("PS256", key, issuedAt(Long.MAX_VALUE))).isTrue();
    }

    @Test
    void isVerifiableWhenItIsAsOldAsItsUseIsRememberedThenFalse() {
        long now = now();

        assertThat(verifiable("PS256", key, issuedAt(now - DpopProof.MAXIMUM_AGE + 10)))
                .isTrue();
        assertThat(verifiable("PS256", key, issuedAt(now - DpopProof.MAXIMUM_AGE)))
                .isFalse();
        assertThat(verifiable("PS256", key, issuedAt(Long.MIN_VALUE))).isFalse();
    }

    /** Keycloak remembers the use of a proof for 10 s after its creation up to 26.3, later for 25 s. */
    @Test
    void maximumAgeThenBelowWhatKeycloakRemembers() {
        assertThat(DpopProof.maximumAge(false)).isEqualTo(8);
        assertThat(DpopProof.maximumAge(true)).isEqualTo(20).isEqualTo(DpopProof.MAXIMUM_AGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "bnVsbA.e30.AA", "e30.e30.AA", "....", "!!.!!.!!"})
    void isVerifiableWhenItIsNoTokenThenFalse(String proof) {
        assertThat(verifiable(proof)).isFalse();
    }

    @Test
    void isVerifiableWhenThereIsNoneThenFalse() {
        assertThat(verifiable(null)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "{\"kty\":\"EC\",\"crv\":\"P-9\",\"x\":\"!!\",\"y\":\"!!\"}",
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"!!\",\"y\":\"!!\"}",
                "{\"kty\":\"RSA\",\"n\":\"AQAB\"}",
                "{\"kty\":\"oct\",\"k\":\"AA\"}"
            })
    void isVerifiableWhenItsKeyIsNoneThenFalse(String jwk) {
        assertThat(verifiable("PS256", jwk, issuedAt(now()))).isFalse();
    }

    /** Keycloak's reader of the key accepts the number; its reader for the thumbprint does not. */
    @Test
    void isVerifiableWhenItsKeyHasANumberForATextThenFalse() {
        String numbered = key.replace("\"e\":\"AQAB\"", "\"e\":99");

        assertThat(numbered).isNotEqualTo(key);
        assertThat(verifiable("PS256", numbered, issuedAt(now()))).isFalse();
    }

    @Test
    void isVerifiableWhenThereIsNoAlgorithmThenFalse() {
        assertThat(verifiable(null, key, issuedAt(now()))).isFalse();
        assertThat(verifiable("XX256", key, issuedAt(now()))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "1", "{", "{}", "{\"iat\":null}", "{\"iat\":\"never\"}"})
    void isVerifiableWhenItDoesNotSayWhenItWasMadeThenFalse(String claims) {
        assertThat(verifiable("PS256", key, claims)).isFalse();
    }

    private static long now() {
        return Time.currentTimeMillis() / 1000;
    }

    private static String issuedAt(long seconds) {
        return "{\"iat\":" + seconds + "}";
    }

    private boolean verifiable(String algorithm, String jwk, String claims) {
        String alg = algorithm == null ? "" : "\"alg\":\"" + algorithm + "\",";
        return verifiable(
                encode("{\"typ\":\"dpop+jwt\"," + alg + "\"jwk\":" + jwk + "}") + '.' + encode(claims) + ".AA");
    }

    private boolean verifiable(String proof) {
        when(headers.getHeaderString("DPoP")).thenReturn(proof);
        return DpopProof.isVerifiable(session);
    }

    private static String encode(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
