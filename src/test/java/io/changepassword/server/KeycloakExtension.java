package io.changepassword.server;

import io.changepassword.fixture.Certificates;
import io.changepassword.fixture.Listeners;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts the server of {@code -Dkeycloak.server} for the first test class that wants one; all share it, and it ends with the
 * last test, also when tests fail.
 */
public final class KeycloakExtension implements BeforeAllCallback {

    /** The database embedded in Keycloak. */
    private static final String EMBEDDED = "dev-mem";

    /** Why the server did not start; the next class does not try again. */
    private static IllegalStateException failure;

    @Override
    public void beforeAll(ExtensionContext context) {
        server(context);
    }

    public static KeycloakServer server(ExtensionContext context) {
        ExtensionContext.Store store =
                context.getRoot().getStore(ExtensionContext.Namespace.create(KeycloakExtension.class));
        // Started before the server, so that it ends after the server.
        List<String> database = database(store);
        return store.computeIfAbsent(KeycloakServer.class, key -> start(database), KeycloakServer.class);
    }

    private static List<String> database(ExtensionContext.Store store) {
        String database = System.getProperty("keycloak.db", EMBEDDED);
        return switch (database) {
            case EMBEDDED -> List.of();
            case "postgres" ->
                store.computeIfAbsent(PostgresDatabase.class, key -> PostgresDatabase.start(), PostgresDatabase.class)
                        .arguments();
            default ->
                throw new IllegalArgumentException(
                        "-Dkeycloak.db=" + database + " is neither '" + EMBEDDED + "' nor 'postgres'");
        };
    }

    private static KeycloakServer start(List<String> database) {
        if (failure != null) {
            throw failure;
        }
        String server = System.getProperty("keycloak.server", "process");
        if (server.startsWith("http")) {
            return RunningKeycloak.fromSystemProperties(server);
        }
        Path logs = Path.of(System.getProperty("keycloak.logs"));
        try {
            return start(server, logs, database);
        } catch (KeycloakProcess.StartException | IOException | RuntimeException notStarted) {
            failure = new IllegalStateException(notStarted);
            throw failure;
        }
    }

    private static KeycloakServer start(String server, Path logs, List<String> database)
            throws KeycloakProcess.StartException, IOException {
        List<Path> providers = List.of(
                Path.of(System.getProperty("keycloak.provider")),
                ProviderJar.write(logs.resolveSibling("test-providers").resolve("test-providers.jar")));
        Path certificates = logs.resolveSibling("certificates");
        List<String> arguments = new ArrayList<>(database);
        arguments.addAll(chatty());
        arguments.addAll(Certificates.make(certificates).arguments());
        Path log = logs.resolve("keycloak.log");
        return switch (server) {
            case "process" ->
                KeycloakProcess.start(
                        Path.of(System.getProperty("keycloak.home")),
                        providers,
                        Listeners.freePort(),
                        log,
                        arguments.toArray(String[]::new));
            case "container" ->
                KeycloakInContainer.start(
                        System.getProperty("keycloak.version"), providers, certificates, log, arguments);
            default ->
                throw new IllegalArgumentException(
                        "-Dkeycloak.server=" + server + " is neither 'process' nor 'container' nor a URL");
        };
    }

    /** With the log as chatty as an operator could make it, so that a secret in it would be found. */
    private static List<String> chatty() {
        String categories = Stream.of("services", "credential", "events", "authentication", "protocol", "policy")
                .map(category -> ",org.keycloak." + category + ":trace")
                .collect(Collectors.joining());
        // DPoP is a preview feature up to 26.3.
        return List.of("--log-level=INFO,io.changepassword:trace" + categories, "--features=dpop");
    }
}
