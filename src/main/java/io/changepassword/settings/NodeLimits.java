package io.changepassword.settings;

import java.util.List;
import org.keycloak.Config;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;

/**
 * What one node does at once, over all realms: options of the provider, set with the server's own configuration as
 * {@code spi-realm-restapi-extension--change-password--<option>}, up to 26.2 with single dashes.
 *
 * @param requests {@value #REQUESTS}: how many requests are served at once; more get a 503 with {@code Retry-After}
 * @param hashing {@value #HASHING}: for how many of them passwords are hashed at once; more wait
 */
public record NodeLimits(int requests, int hashing) {

    public static final String REQUESTS = "max-requests";
    public static final String HASHING = "max-hashing";

    /** A third of Keycloak's least number of worker threads, 50. */
    private static final int DEFAULT_REQUESTS = 16;

    /** @throws IllegalArgumentException naming an option that is no number of at least 1; Keycloak does not start then */
    public static NodeLimits of(Config.Scope config) {
        return new NodeLimits(read(config, REQUESTS, DEFAULT_REQUESTS), read(config, HASHING, defaultHashing()));
    }

    /** Half of the cores; the other half is for the logins. */
    private static int defaultHashing() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    private static int read(Config.Scope config, String option, int defaultValue) {
        String value = config.get(option);
        if (value == null) {
            return defaultValue;
        }
        try {
            int number = Integer.parseInt(value.strip());
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException refusedBelow) {
            // Handled as a number that is too small.
        }
        throw new IllegalArgumentException("The option " + option + " of change-password"
                + " (spi-realm-restapi-extension) must be a whole number of at least 1, not '" + value + "'");
    }

    /** The options, for Keycloak's help and for its check of the configuration. */
    public static List<ProviderConfigProperty> options() {
        return ProviderConfigurationBuilder.create()
                .property()
                .name(REQUESTS)
                .type(ProviderConfigProperty.INTEGER_TYPE)
                .helpText("How many requests to change a password a node serves at once.")
                .defaultValue(DEFAULT_REQUESTS)
                .add()
                .property()
                .name(HASHING)
                .type(ProviderConfigProperty.INTEGER_TYPE)
                .helpText("For how many changes a node hashes passwords at once; by default half of its cores.")
                .add()
                .build();
    }
}
