package io.changepassword.provider;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.keycloak.Config;
import org.keycloak.credential.hash.PasswordHashProvider;
import org.keycloak.credential.hash.PasswordHashProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.PasswordPolicy;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.keycloak.provider.ServerInfoAwareProviderFactory;

/** Keycloak's Argon2, with a count of its runs. Keycloak itself counts verified passwords from 26.1 on, and never hashed ones. */
public final class CountingHash implements PasswordHashProviderFactory, ServerInfoAwareProviderFactory {

    public static final String ID = "it-counting";

    /** The prefix of the key of a realm's count of verified passwords; the realm's name follows. */
    public static final String VERIFIED_IN = "verified in ";

    private final AtomicInteger encoded = new AtomicInteger();
    private final AtomicInteger verified = new AtomicInteger();
    private final Map<String, Integer> verifiedIn = new ConcurrentHashMap<>();

    @Override
    public PasswordHashProvider create(KeycloakSession session) {
        PasswordHashProvider argon2 = session.getProvider(PasswordHashProvider.class, "argon2");
        return new PasswordHashProvider() {
            @Override
            public PasswordCredentialModel encodedCredential(String rawPassword, int iterations) {
                encoded.incrementAndGet();
                PasswordCredentialModel hashed = argon2.encodedCredential(rawPassword, iterations);
                return PasswordCredentialModel.createFromValues(
                        ID,
                        hashed.getPasswordSecretData().getSalt(),
                        hashed.getPasswordCredentialData().getHashIterations(),
                        hashed.getPasswordCredentialData().getAdditionalParameters(),
                        hashed.getPasswordSecretData().getValue());
            }

            @Override
            public boolean verify(String rawPassword, PasswordCredentialModel credential) {
                verified.incrementAndGet();
                verifiedIn.merge(session.getContext().getRealm().getName(), 1, Integer::sum);
                return argon2.verify(rawPassword, credential);
            }

            @Override
            public boolean policyCheck(PasswordPolicy policy, PasswordCredentialModel credential) {
                return ID.equals(credential.getPasswordCredentialData().getAlgorithm());
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Map<String, String> getOperationalInfo() {
        Map<String, String> info = new HashMap<>();
        info.put("encoded", String.valueOf(encoded));
        info.put("verified", String.valueOf(verified));
        verifiedIn.forEach((realm, count) -> info.put(VERIFIED_IN + realm, String.valueOf(count)));
        return info;
    }

    @Override
    public void init(Config.Scope config) {}

    @Override
    public void postInit(KeycloakSessionFactory factory) {}

    @Override
    public void close() {}

    @Override
    public String getId() {
        return ID;
    }
}
