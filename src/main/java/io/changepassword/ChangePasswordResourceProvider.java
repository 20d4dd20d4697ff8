package io.changepassword;

import io.changepassword.api.ChangePasswordResource;
import io.changepassword.limits.HashingPermits;
import io.changepassword.limits.RequestPermits;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.resource.RealmResourceProvider;

/** Gives Keycloak the API's resource. All checks happen at the endpoints. */
final class ChangePasswordResourceProvider implements RealmResourceProvider {

    private final KeycloakSession session;
    private final RequestPermits permits;
    private final HashingPermits hashing;

    ChangePasswordResourceProvider(KeycloakSession session, RequestPermits permits, HashingPermits hashing) {
        this.session = session;
        this.permits = permits;
        this.hashing = hashing;
    }

    @Override
    public Object getResource() {
        return new ChangePasswordResource(session, permits, hashing);
    }

    @Override
    public void close() {}
}
