package io.changepassword.settings;

import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * The settings of one realm: realm attributes, so that the admin REST API, realm files and the console can all set them. A
 * bad value falls back to the default and is logged once.
 *
 * @param endSessions {@value #END_SESSIONS}: which sessions of the user end with a change (default {@code others})
 * @param minimumLength {@value #MINIMUM_LENGTH}: the shortest new password, in code points (default and least 8, at most
 *     255); the realm's own {@code length} policy may demand more
 * @param maxAuthAge {@value #MAX_AUTH_AGE}: seconds since the caller's session authenticated after which it must do so
 *     again (RFC 9470); unset by default
 */
public record RealmSettings(EndSessions endSessions, int minimumLength, OptionalInt maxAuthAge) {

    public static final String ENABLED = "changePassword.enabled";
    public static final String END_SESSIONS = "changePassword.endSessions";
    public static final String MINIMUM_LENGTH = "changePassword.minimumLength";
    public static final String MAX_AUTH_AGE = "changePassword.maxAuthAge";

    /** The shortest new password of the published contract, in code points. */
    public static final int CONTRACT_MINIMUM_LENGTH = 8;

    /** The longest new password, in code points: what Keycloak stores and checks at bounded cost. */
    public static final int MAXIMUM_LENGTH = 255;

    private static final Logger LOG = Logger.getLogger(RealmSettings.class);

    /** Realm id and key of each warning already logged: the same bad value is read at every request. */
    private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

    /** Which sessions of the user end with a change. */
    public enum EndSessions {
        /** All but the caller's. */
        OTHERS,
        /** The caller's too. */
        ALL,
        NONE
    }

    public static RealmSettings of(RealmModel realm) {
        return new RealmSettings(
                read(realm, END_SESSIONS, EndSessions.OTHERS, RealmSettings::parseEndSessions),
                read(
                        realm,
                        MINIMUM_LENGTH,
                        CONTRACT_MINIMUM_LENGTH,
                        value -> parseInt(value, CONTRACT_MINIMUM_LENGTH, MAXIMUM_LENGTH)),
                read(
                        realm,
                        MAX_AUTH_AGE,
                        OptionalInt.empty(),
                        value -> OptionalInt.of(parseInt(value, 0, Integer.MAX_VALUE))));
    }

    /** @return {@value #ENABLED}: whether the realm offers the API at all (default {@code true}) */
    public static boolean isOpen(RealmModel realm) {
        return read(realm, ENABLED, true, RealmSettings::parseBoolean);
    }

    /** @return whether users of the realm may be made to update their password; an action token does nothing else */
    public static boolean isUpdatePasswordEnabled(RealmModel realm) {
        var action = realm.getRequiredActionProviderByAlias(UserModel.RequiredAction.UPDATE_PASSWORD.name());
        return action != null && action.isEnabled();
    }

    private static <T> T read(RealmModel realm, String key, T byDefault, Function<String, T> parser) {
        String value = realm.getAttribute(key);
        if (value == null || value.isBlank()) {
            return byDefault;
        }
        try {
            return parser.apply(value.strip());
        } catch (IllegalArgumentException bad) {
            if (LOGGED.add(realm.getId() + ' ' + key)) {
                LOG.warnf("Realm %s: bad value of the attribute %s, its default holds", realm.getName(), key);
            }
            return byDefault;
        }
    }

    private static boolean parseBoolean(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        };
    }

    private static EndSessions parseEndSessions(String value) {
        return Arrays.stream(EndSessions.values())
                .filter(choice -> choice.name().equalsIgnoreCase(value))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new);
    }

    private static int parseInt(String value, int least, int most) {
        int number = Integer.parseInt(value);
        if (number < least || number > most) {
            throw new IllegalArgumentException();
        }
        return number;
    }
}
