package io.changepassword.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Signs action tokens as Keycloak does, with a key that the realm is given for that: so they can be valid, and validly wrong. */
public final class ActionTokens {

    private final TestRealm realm;
    private final JWSAlgorithm algorithm;
    private final String keyId = UUID.randomUUID().toString();
    private final byte[] secret = new byte[64];

    private ActionTokens(TestRealm realm, JWSAlgorithm algorithm) {
        this.realm = realm;
        this.algorithm = algorithm;
        new SecureRandom().nextBytes(secret);
    }

    /** Gives the realm a key of its own for action tokens. */
    public static ActionTokens of(TestRealm realm) {
        return of(realm, JWSAlgorithm.HS512);
    }

    /** Gives the realm a key, which it uses for action tokens if it is for HS512. */
    public static ActionTokens of(TestRealm realm, JWSAlgorithm algorithm) {
        ActionTokens tokens = new ActionTokens(realm, algorithm);
        Map<String, Object> component = Map.of(
                "name",
                "action tokens",
                "providerId",
                "hmac-generated",
                "providerType",
                "org.keycloak.keys.KeyProvider",
                "config",
                Map.of(
                        "priority", List.of("200"),
                        "algorithm", List.of(algorithm.getName()),
                        "kid", List.of(tokens.keyId),
                        // Without it, versions up to 26.4 make up a secret of the default size.
                        "secretSize", List.of(String.valueOf(tokens.secret.length)),
                        "secret",
                                List.of(Base64.getUrlEncoder().withoutPadding().encodeToString(tokens.secret))));
        realm.admin().body(component).post(realm.adminUrl("/components")).then().statusCode(201);
        return tokens;
    }

    /** The claims of the token in an administrator's mail that demands a new password of this user, now. */
    public Map<String, Object> executeActions(TestUser user) {
        Map<String, Object> claims = claims(user, "execute-actions");
        claims.put("azp", "account");
        claims.put("rqac", List.of("UPDATE_PASSWORD"));
        return claims;
    }

    /** The claims of a token that the user has asked for, now. */
    public Map<String, Object> changePassword(TestUser user) {
        Map<String, Object> claims = claims(user, "change-password");
        claims.put("azp", TestRealm.APP);
        claims.put("pwd_set_at", user.credentials().get(0).get("createdDate"));
        return claims;
    }

    private Map<String, Object> claims(TestUser user, String type) {
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims = new HashMap<>();
        claims.put("jti", UUID.randomUUID().toString());
        claims.put("iss", realm.url(""));
        claims.put("aud", realm.url(""));
        claims.put("sub", user.id());
        claims.put("typ", type);
        claims.put("nonce", UUID.randomUUID().toString());
        claims.put("eml", user.email());
        claims.put("iat", now);
        claims.put("exp", now + 300);
        return claims;
    }

    public String sign(Map<String, Object> claims) {
        return sign(claims, new JWSHeader.Builder(algorithm).keyID(keyId).build());
    }

    /** @param header of an HMAC algorithm, whatever else is in it */
    public String sign(Map<String, Object> claims, JWSHeader header) {
        try {
            JWSObject token = new JWSObject(header, new Payload(claims));
            token.sign(new MACSigner(secret));
            return token.serialize();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public String keyId() {
        return keyId;
    }
}
