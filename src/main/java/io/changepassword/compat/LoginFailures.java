package io.changepassword.compat;

import java.util.Set;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.keycloak.services.managers.BruteForceProtector;

/** Tells Keycloak's brute-force detection of password attempts; its methods take other parameters in almost every minor. */
public final class LoginFailures {

    private static final Set<String> PASSWORD = Set.of(PasswordCredentialModel.TYPE);

    private LoginFailures() {}

    /** Counts one wrong password. Keycloak does so asynchronously. */
    public static void failed(KeycloakSession session, RealmModel realm, UserModel user) {
        var context = session.getContext();
        session.getProvider(BruteForceProtector.class)
                .failedLogin(realm, user, context.getConnection(), context.getUri(), PASSWORD);
    }

    /** Clears the user's count of wrong passwords, and no other count. Keycloak does so asynchronously. */
    public static void succeeded(KeycloakSession session, RealmModel realm, UserModel user) {
        var context = session.getContext();
        session.getProvider(BruteForceProtector.class)
                .successfulLogin(realm, user, context.getConnection(), context.getUri(), PASSWORD);
    }
}
