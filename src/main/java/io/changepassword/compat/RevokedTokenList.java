package io.changepassword.compat;

import java.lang.invoke.MethodType;
import org.keycloak.models.KeycloakSession;

/** The list of consumed tokens from Keycloak 26.7 on: a provider of its own. */
final class RevokedTokenList implements ConsumedTokenList {

    private final DriftingCall list;
    private final DriftingCall contains;
    private final DriftingCall put;

    private RevokedTokenList(DriftingCall list, DriftingCall contains, DriftingCall put) {
        this.list = list;
        this.contains = contains;
        this.put = put;
    }

    static RevokedTokenList link(Class<?> keycloakSession, Class<?> provider) {
        return new RevokedTokenList(
                new DriftingCall.Linker(keycloakSession, "revokedTokens")
                        .method("revokedTokens", MethodType.methodType(provider))
                        .link(),
                new DriftingCall.Linker(provider, "contains")
                        .method("contains", MethodType.methodType(boolean.class, String.class))
                        .link(),
                new DriftingCall.Linker(provider, "put")
                        .method("put", MethodType.methodType(boolean.class, String.class, long.class))
                        .link());
    }

    @Override
    public boolean contains(KeycloakSession session, String key) {
        return contains.invoke(list.<Object>invoke(session), key);
    }

    @Override
    public boolean put(KeycloakSession session, String key, long lifespan) {
        return put.invoke(list.<Object>invoke(session), key, lifespan);
    }

    @Override
    public String toString() {
        return list.toString();
    }
}
