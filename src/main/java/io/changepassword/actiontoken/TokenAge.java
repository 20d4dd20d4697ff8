package io.changepassword.actiontoken;

import io.changepassword.credential.StoredPassword;
import java.time.Instant;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * The issue date of a token, compared with what makes older tokens invalid: the realm's and the user's not-before, and the user's
 * password. Keycloak's own page lets a token outlive a change of the password.
 *
 * @param issuedAt seconds since the epoch
 * @param passwordSetAt the date of the password that our token names, or null: see {@link #passwordOf}
 */
record TokenAge(long issuedAt, Long passwordSetAt) {

    /** In milliseconds; a user is created before their first password. */
    private static final long MADE_WITH_THE_USER = 2_000;

    /** @return when the user's password was set, in milliseconds since the epoch; 0 if there is none, or a directory has it */
    static long passwordOf(UserModel user) {
        return StoredPassword.of(user).setAt().map(Instant::toEpochMilli).orElse(0L);
    }

    boolean isValid(KeycloakSession session, UserModel user) {
        RealmModel realm = session.getContext().getRealm();
        return issuedAt >= realm.getNotBefore()
                && issuedAt >= session.users().getNotBeforeOfUser(realm, user)
                && isOfThePassword(user);
    }

    private boolean isOfThePassword(UserModel user) {
        long setAt = passwordOf(user);
        return passwordSetAt == null ? isNewerThan(setAt, user) : passwordSetAt == setAt;
    }

    /**
     * Keycloak's own tokens have a time in whole seconds. A token of the second of the change is taken for older, unless the
     * password was the first: scripts make a user with a first password and send the mail within one second.
     */
    private boolean isNewerThan(long setAt, UserModel user) {
        long second = setAt / 1000;
        Long userMadeAt = user.getCreatedTimestamp();
        boolean firstPassword = userMadeAt != null && setAt - userMadeAt < MADE_WITH_THE_USER;
        return issuedAt > second || issuedAt == second && firstPassword;
    }
}
