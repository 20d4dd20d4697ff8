package io.changepassword.admission;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.dpop.DPoPProofFactory;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.id.JWTID;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.server.KeycloakExtension;
import io.restassured.http.ContentType;
import io.restassured.http.Header;
import io.restassured.http.Headers;
import io.restassured.response.Response;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access tokens bound to a key of the client's (RFC 9449). */
@ExtendWith(KeycloakExtension.class)
public class DpopIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";
    private static final String BOUND = "bound";
    private static final String TURNCOAT = "turncoat";
    private static final Map<String, String> MUST_BIND = Map.of("dpop.bound.access.tokens", "true");

    @RegisterExtension
    static final TestRealm REALM =
            new TestRealm().client(BOUND, Map.of("attributes", MUST_BIND)).client(TURNCOAT, Map.of());

    private static DPoPProofFactory proofs;
    private static DPoPProofFactory foreignProofs;

    @BeforeAll
    static void keys() throws JOSEException {
        proofs = factory();
        foreignProofs = factory();
    }

    @Test
    @DisplayName("T25 a bound token with its proof is accepted, once")
    void changeWhenProofIsGoodThenAcceptedAndNotASecondTime() throws Exception {
        TestUser user = REALM.user();
        String token = boundToken(user);
        String proof = proof(proofs, "POST", REALM.changeUrl(), token, Instant.now());

        assertThat(change(user, "DPoP " + token, proof).statusCode()).isEqualTo(200);

        Response replay = change(user, "DPoP " + token, proof);
        assertThat(replay.statusCode()).isEqualTo(401);
        assertThat(replay.header("WWW-Authenticate"))
                .startsWith("DPoP algs=\"")
                .contains("ES256")
                .contains("error=\"invalid_token\"");
    }

    @Test
    @DisplayName("T25 a bound token without the right proof is refused")
    void changeWhenProofIsNotGoodThen401() throws Exception {
        TestUser user = REALM.user();
        String token = boundToken(user);
        String other = boundToken(user);
        String url = REALM.changeUrl();
        Instant now = Instant.now();
        var before = user.credentials();

        for (String bad : List.of(
                proof(foreignProofs, "POST", url, token, now),
                proof(proofs, "GET", url, token, now),
                proof(proofs, "POST", REALM.url("/account"), token, now),
                proof(proofs, "POST", url, other, now),
                proof(proofs, "POST", url, null, now),
                proof(proofs, "POST", url, token, now.minus(Duration.ofHours(1))),
                proof(proofs, "POST", url, token, now.plus(Duration.ofHours(1))),
                // Keycloak's parser throws at a header that is null, and at an impossible key.
                "bnVsbA.e30.AA",
                encode("{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":"
                                + "{\"kty\":\"EC\",\"crv\":\"P-9\",\"x\":\"!!\",\"y\":\"!!\"}}")
                        + ".e30.AA",
                // Signed, so that Keycloak checks the claims. At the first of these its parser throws.
                signed("null"),
                signed("{}"),
                signed(claims("mailto:somebody", now.getEpochSecond())),
                signed(claims("http:opaque", now.getEpochSecond())),
                signed(claims("///", now.getEpochSecond())),
                signed(claims("http://[::1", now.getEpochSecond())),
                signed(claims("http://localhost:99999999999/", now.getEpochSecond())),
                signed(claims(url, Long.MAX_VALUE)),
                signed(claims(url, Long.MIN_VALUE)),
                withoutAlgorithm(),
                withANumberInItsKey(token),
                keyOfAnotherKind(),
                "nonsense",
                "")) {
            assertRefused(change(user, "DPoP " + token, bad));
        }
        assertRefused(change(user, "DPoP " + token, null));
        assertRefused(change(user, "Bearer " + token, null));
        assertRefused(change(user, "Bearer " + token, proof(proofs, "POST", url, token, now)));
        assertRefused(change(user, "Bearer " + token, "bnVsbA.e30.AA"));
        assertThat(user.events()).isEmpty();
        assertThat(user.credentials()).isEqualTo(before);
    }

    /** Up to 26.6 Keycloak accepts a proof for longer than it remembers its use. In the last second 26.7 throws. */
    @Test
    @DisplayName("T25 a proof that is older than its use is remembered is refused")
    void changeWhenProofIsOlderThanItsUseIsRememberedThen401() throws Exception {
        TestUser user = REALM.user();
        String token = boundToken(user);
        int oldest = REALM.version().matches("26\\.[0-3]\\..*") ? 8 : 20;

        for (int age = oldest; age < 28; age++) {
            String proof = proof(
                    proofs, "POST", REALM.changeUrl(), token, Instant.now().minusSeconds(age));
            assertRefused(change(user, "DPoP " + token, proof));
        }
    }

    /** From 26.4 to 26.6 Keycloak verifies proofs only if the scheme is spelt {@code DPoP}; other spellings are refused. */
    @ParameterizedTest
    @ValueSource(strings = {"dpop ", "DPOP "})
    @DisplayName("T24 T25 scheme is in any case: accepted where Keycloak verifies the proof")
    void changeWhenSchemeIsInAnyCaseThenAcceptedWhereKeycloakVerifies(String scheme) throws Exception {
        TestUser user = REALM.user();
        String token = boundToken(user);
        boolean exact = REALM.version().matches("26\\.[4-6]\\..*");

        assertRefused(change(user, scheme + token, null));
        Response response =
                change(user, scheme + token, proof(proofs, "POST", REALM.changeUrl(), token, Instant.now()));

        assertThat(response.statusCode()).isEqualTo(exact ? 401 : 200);
    }

    @Test
    @DisplayName("T25 two proofs are refused")
    void changeWhenTwoProofsThenRefused() throws Exception {
        TestUser user = REALM.user();
        String token = boundToken(user);
        Response response = given().headers(new Headers(
                        new Header("Authorization", "DPoP " + token),
                        new Header("DPoP", proof(proofs, "POST", REALM.changeUrl(), token, Instant.now())),
                        new Header("DPoP", proof(proofs, "POST", REALM.changeUrl(), token, Instant.now()))))
                .contentType(ContentType.JSON)
                .body(user.body(user.password(), NEW_PASSWORD))
                .post(REALM.changeUrl());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.<String>path("error")).isEqualTo("invalid_request");
        assertThat(user.events()).isEmpty();
    }

    @Test
    @DisplayName("T25 a bound token is refused in x-access-token, with its proof or without")
    void changeWhenBoundTokenComesInTheOtherHeaderThen401() throws Exception {
        TestUser user = REALM.user();
        String token = boundToken(user);
        for (String proof :
                List.of(proof(proofs, "POST", REALM.tokenUrl(), token, Instant.now()), "nonsense", "bnVsbA.e30.AA")) {
            Response response = given().header("x-access-token", token)
                    .header("DPoP", proof)
                    .contentType(ContentType.JSON)
                    .body("{}")
                    .post(REALM.tokenUrl());
            assertThat(response.statusCode()).isEqualTo(401);
        }
        given().header("x-access-token", token)
                .contentType(ContentType.JSON)
                .body("{}")
                .post(REALM.tokenUrl())
                .then()
                .statusCode(401);
        given().header("Authorization", "DPoP " + token)
                .header("DPoP", proof(proofs, "POST", REALM.tokenUrl(), token, Instant.now()))
                .contentType(ContentType.JSON)
                .body("{}")
                .post(REALM.tokenUrl())
                .then()
                .statusCode(400);
    }

    @Test
    @DisplayName(
            "T26 an unbound token is refused with the scheme DPoP, and a client that must bind gets no unbound token")
    void changeWhenTokenIsNotBoundThenTheSchemeIsRefused() throws Exception {
        TestUser user = REALM.user();
        String unbound = user.signIn().accessToken();

        assertRefused(
                change(user, "DPoP " + unbound, proof(proofs, "POST", REALM.changeUrl(), unbound, Instant.now())));

        REALM.grant(BOUND, user.username(), user.password(), "openid").then().statusCode(400);
    }

    @Test
    @DisplayName("T26 a token from before the client had to bind is refused")
    void changeWhenClientMustBindNowThenAnOldBearerIsRefused() {
        TestUser user = REALM.user();
        String token = user.signIn(TURNCOAT, "openid").accessToken();
        REALM.updateClient(TURNCOAT, Map.of("attributes", MUST_BIND));

        assertRefused(change(user, "Bearer " + token, null));
    }

    private static String encode(String header) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(Response response) {
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.<String>path("error")).isEqualTo("invalid_token");
    }

    private static Response change(TestUser user, String authorization, String proof) {
        var request = given().header("Authorization", authorization)
                .contentType(ContentType.JSON)
                .body(user.body(user.password(), NEW_PASSWORD));
        return (proof == null ? request : request.header("DPoP", proof)).post(REALM.changeUrl());
    }

    private static String boundToken(TestUser user) throws Exception {
        String endpoint = REALM.url("/protocol/openid-connect/token");
        return given().header("DPoP", proof(proofs, "POST", endpoint, null, Instant.now()))
                .formParam("grant_type", "password")
                .formParam("client_id", BOUND)
                .formParam("username", user.username())
                .formParam("password", user.password())
                .post(endpoint)
                .then()
                .statusCode(200)
                .extract()
                .path("access_token");
    }

    private static DPoPProofFactory factory() throws JOSEException {
        return new DefaultDPoPProofFactory(key(), JWSAlgorithm.ES256);
    }

    private static ECKey key() throws JOSEException {
        return new ECKeyGenerator(Curve.P_256).generate();
    }

    private static String claims(String uri, long issuedAt) {
        return "{\"jti\":\"%s\",\"htm\":\"POST\",\"htu\":\"%s\",\"iat\":%d}".formatted(new JWTID(), uri, issuedAt);
    }

    private static String signed(String payload) throws JOSEException {
        ECKey key = key();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType("dpop+jwt"))
                .jwk(key.toPublicJWK())
                .build();
        JWSObject proof = new JWSObject(header, new Payload(payload));
        proof.sign(new ECDSASigner(key));
        return proof.serialize();
    }

    private static String withoutAlgorithm() throws JOSEException {
        return encode("{\"typ\":\"dpop+jwt\",\"jwk\":" + key().toPublicJWK() + "}") + ".e30.AA";
    }

    private static String keyOfAnotherKind() throws JOSEException {
        return encode("{\"typ\":\"dpop+jwt\",\"alg\":\"RS256\",\"jwk\":" + key().toPublicJWK() + "}") + ".e30.AA";
    }

    /** The exponent is a number in JSON instead of a Base64 string; the rest of the proof is correct. */
    private static String withANumberInItsKey(String token) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(new RSAKeyGenParameterSpec(2048, BigInteger.valueOf(247)));
        KeyPair keys = generator.generateKeyPair();
        Base64URL modulus = Base64URL.encode(((RSAPublicKey) keys.getPublic()).getModulus());
        String ath = Base64URL.encode(
                        MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)))
                .toString();
        String claims = claims(REALM.changeUrl(), Instant.now().getEpochSecond());
        String input = encode("{\"typ\":\"dpop+jwt\",\"alg\":\"RS256\",\"jwk\":{\"kty\":\"RSA\",\"e\":99,\"n\":\""
                        + modulus + "\"}}")
                + '.'
                + encode(claims.replace("}", ",\"ath\":\"" + ath + "\"}"));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(keys.getPrivate());
        signature.update(input.getBytes(StandardCharsets.US_ASCII));
        return input + '.' + Base64URL.encode(signature.sign());
    }

    private static String proof(DPoPProofFactory factory, String method, String url, String token, Instant at)
            throws JOSEException {
        AccessToken bound = token == null ? null : new DPoPAccessToken(token);
        SignedJWT proof = factory.createDPoPJWT(new JWTID(), method, URI.create(url), Date.from(at), bound, null);
        return proof.serialize();
    }
}
