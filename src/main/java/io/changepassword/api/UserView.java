package io.changepassword.api;

import io.changepassword.credential.Caller;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.keycloak.crypto.JavaAlgorithm;
import org.keycloak.jose.jws.crypto.HashUtils;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.userprofile.Attributes;
import org.keycloak.userprofile.UserProfileContext;
import org.keycloak.userprofile.UserProfileProvider;

/** The {@code User} of the contract of a change with an action token: the caller, as the realm's user profile lets them see themselves. */
final class UserView {

    private static final Logger LOG = Logger.getLogger(UserView.class);
    /** Hex digits of {@code _id}: as long as the contract's own ids are. */
    private static final int ID_LENGTH = 24;

    private static final List<String> SETTINGS = List.of("mailOnBuildCompleted", "mailOnCodePushCompleted");

    /** These attributes are fields of their own in the contract; the e-mail address is not part of it. */
    private static final Set<String> NO_ATTRIBUTES =
            Set.of(UserModel.USERNAME, UserModel.EMAIL, UserModel.FIRST_NAME, UserModel.LAST_NAME);

    private final KeycloakSession session;
    private final Caller caller;
    private final UserModel user;
    private final Instant passwordSetAt;

    /** @param passwordSetAt when the caller's present password was set */
    UserView(KeycloakSession session, Caller caller, Instant passwordSetAt) {
        this.session = session;
        this.caller = caller;
        this.user = caller.user();
        this.passwordSetAt = passwordSetAt;
    }

    Map<String, Object> json() {
        Map<String, List<String>> readable = readable();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("_id", id());
        json.put("sub", user.getId());
        json.put("username", user.getUsername());
        json.put("firstName", orEmpty(first(readable, UserModel.FIRST_NAME)));
        json.put("lastName", orEmpty(first(readable, UserModel.LAST_NAME)));
        json.put("status", user.isEnabled() ? 1 : 0);
        // A federated user may have no such date; the session's start is the latest possible one.
        Instant createdAt = user.getCreatedTimestamp() == null
                ? Instant.ofEpochSecond(caller.userSession().getStarted())
                : Instant.ofEpochMilli(user.getCreatedTimestamp());
        json.put("createdAt", iso8601(createdAt));
        json.put("updatedAt", iso8601(passwordSetAt));
        json.put("lastLoginAt", iso8601(Instant.ofEpochSecond(caller.authenticatedAt())));
        addLocale(json, first(readable, UserModel.LOCALE));
        String picture = first(readable, "picture");
        if (picture != null && picture.matches("(?i)https?://.*")) {
            json.put("avatarUrl", picture);
        }
        addSettings(json, readable);
        readable.keySet().removeAll(NO_ATTRIBUTES);
        json.put("attributes", readable);
        return json;
    }

    /** The password is changed by now: a profile that cannot be read is left out, and is no error. */
    private Map<String, List<String>> readable() {
        try {
            return readProfile();
        } catch (RuntimeException unreadable) {
            LOG.errorf(unreadable, "The profile of user %s cannot be read", user.getId());
            return new TreeMap<>();
        }
    }

    /** What the user may read of themselves, and the profile knows: attributes it does not manage are the administrators'. */
    private Map<String, List<String>> readProfile() {
        Attributes attributes = session.getProvider(UserProfileProvider.class)
                .create(UserProfileContext.ACCOUNT, user)
                .getAttributes();
        Map<String, List<String>> readable = new TreeMap<>(attributes.getReadable());
        readable.keySet().removeAll(attributes.getUnmanagedAttributes().keySet());
        readable.values().removeIf(List::isEmpty);
        return readable;
    }

    private static void addLocale(Map<String, Object> json, String tag) {
        if (tag == null) {
            return;
        }
        Locale locale = Locale.forLanguageTag(tag.replace('_', '-'));
        if (Set.of(Locale.getISOLanguages()).contains(locale.getLanguage())) {
            json.put("language", locale.getLanguage());
        }
        if (Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2).contains(locale.getCountry())) {
            json.put("region", locale.getCountry());
        }
    }

    private static void addSettings(Map<String, Object> json, Map<String, List<String>> readable) {
        Map<String, Boolean> settings = new LinkedHashMap<>();
        for (String setting : SETTINGS) {
            String value = first(readable, setting);
            if ("true".equals(value) || "false".equals(value)) {
                settings.put(setting, Boolean.valueOf(value));
            }
        }
        if (!settings.isEmpty()) {
            json.put("settings", settings);
        }
    }

    private static String first(Map<String, List<String>> attributes, String name) {
        return attributes.getOrDefault(name, List.of()).stream()
                .filter(value -> value != null && !value.isBlank())
                .findFirst()
                .orElse(null);
    }

    private static String orEmpty(String value) {
        return value == null ? "" : value;
    }

    private static String iso8601(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private String id() {
        byte[] hash = HashUtils.hash(JavaAlgorithm.SHA256, user.getId().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash).substring(0, ID_LENGTH);
    }
}
