package io.changepassword.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.theme.Theme;

/**
 * Sentences for the user: the realm's login theme, the texts of its localisation in the admin console over it, in the locale
 * that Keycloak's pages would take.
 */
final class Messages {

    private final Properties bundle;
    private final Locale locale;

    /** @param user whose locale it is, or null before there is one: then the request's */
    Messages(KeycloakSession session, UserModel user) {
        locale = session.getContext().resolveLocale(user);
        try {
            bundle = session.theme()
                    .getTheme(Theme.Type.LOGIN)
                    .getEnhancedMessages(session.getContext().getRealm(), locale);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** @return the sentence, or the key itself where a third party's policy has brought no text along */
    String text(String key, List<Object> params) {
        String text = key == null ? "" : bundle.getProperty(key, key);
        try {
            return new MessageFormat(text, locale).format(params.toArray());
        } catch (IllegalArgumentException notAFormat) {
            return text;
        }
    }
}
