package io.changepassword.compat;

import jakarta.ws.rs.core.UriInfo;
import java.lang.invoke.MethodType;
import java.util.Set;
import org.keycloak.common.ClientConnection;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.keycloak.services.managers.BruteForceProtector;

/** Keycloak's brute-force detection, for attempts with passwords. The call that reports an attempt differs in almost every minor. */
public final class LoginFailures {

    private static final String PASSWORD = PasswordCredentialModel.TYPE;

    static final DriftingCall FAILED = link(BruteForceProtector.class, "failedLogin");
    static final DriftingCall SUCCEEDED = link(BruteForceProtector.class, "successfulLogin");

    private LoginFailures() {}

    /** Up to 26.5 all kinds of credential are counted as one, in 26.6 each by its name, from 26.7 on by a set of names. */
    static DriftingCall link(Class<?> protector, String method) {
        MethodType ofAnyKind = MethodType.methodType(
                void.class, RealmModel.class, UserModel.class, ClientConnection.class, UriInfo.class);
        return new DriftingCall.Linker(protector, method)
                .method(method, ofAnyKind.appendParameterTypes(Set.class), Set.of(PASSWORD))
                .method(method, ofAnyKind.appendParameterTypes(String.class), PASSWORD)
                .method(method, ofAnyKind)
                .link();
    }

    /** Counts one wrong password. Keycloak does so asynchronously. */
    public static void failed(KeycloakSession session, RealmModel realm, UserModel user) {
        report(FAILED, session, realm, user);
    }

    /** Clears the user's count of wrong passwords, and from 26.6 on no other count. Keycloak does so asynchronously. */
    public static void succeeded(KeycloakSession session, RealmModel realm, UserModel user) {
        report(SUCCEEDED, session, realm, user);
    }

    private static void report(DriftingCall what, KeycloakSession session, RealmModel realm, UserModel user) {
        var context = session.getContext();
        what.invoke(protector(session), realm, user, context.getConnection(), context.getUri());
    }

    /** @return whether the user is locked until an administrator unlocks them */
    public static boolean isPermanentlyLockedOut(KeycloakSession session, RealmModel realm, UserModel user) {
        return protector(session).isPermanentlyLockedOut(session, realm, user);
    }

    /** @return whether the user is locked for a while */
    public static boolean isTemporarilyDisabled(KeycloakSession session, RealmModel realm, UserModel user) {
        return protector(session).isTemporarilyDisabled(session, realm, user);
    }

    private static BruteForceProtector protector(KeycloakSession session) {
        return session.getProvider(BruteForceProtector.class);
    }
}
