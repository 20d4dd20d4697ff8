package io.changepassword.server;

import java.io.IOException;
import java.nio.file.Path;
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

    /** Why it did not start; the next class does not wait for the same again. */
    private static IllegalStateException failure;

    @Override
    public void beforeAll(ExtensionContext context) {
        server(context);
    }

    static KeycloakServer server(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(KeycloakExtension.class))
                .computeIfAbsent(KeycloakServer.class, key -> start(), KeycloakServer.class);
    }

    /** With the log as chatty as an operator could make it, so that a secret in it would be found. */
    private static String[] arguments(Path logs) {
        String categories = Stream.of("services", "credential", "events", "authentication", "protocol", "policy")
                .map(category -> ",org.keycloak." + category + ":trace")
                .collect(Collectors.joining());
        return Stream.concat(
                        Stream.of("--log-level=INFO,io.changepassword:trace" + categories),
                        Stream.of(Certificates.make(logs.resolveSibling("certificates"))
                                .arguments()))
                .toArray(String[]::new);
    }

    private static KeycloakServer start() {
        if (failure != null) {
            throw failure;
        }
        String server = System.getProperty("keycloak.server", "process");
        if (server.startsWith("http")) {
            return RunningKeycloak.fromSystemProperties(server);
        }
        if (!server.equals("process")) {
            throw new IllegalArgumentException("-Dkeycloak.server=" + server + " is neither 'process' nor a URL");
        }
        Path logs = Path.of(System.getProperty("keycloak.logs"));
        try {
            return KeycloakProcess.start(
                    Path.of(System.getProperty("keycloak.home")),
                    List.of(
                            Path.of(System.getProperty("keycloak.provider")),
                            ProviderJar.write(
                                    logs.resolveSibling("test-providers").resolve("test-providers.jar"))),
                    KeycloakProcess.freePort(),
                    logs.resolve("keycloak.log"),
                    arguments(logs));
        } catch (KeycloakProcess.StartException | IOException notStarted) {
            failure = new IllegalStateException(notStarted);
            throw failure;
        }
    }
}
