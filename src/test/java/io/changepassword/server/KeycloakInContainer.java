package io.changepassword.server;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import dasniko.testcontainers.keycloak.KeycloakContainer;
import io.changepassword.fixture.Listeners;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.containers.startupcheck.IsRunningStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * The official image of Keycloak, with the JARs mounted one by one as operators do. It is on the host's network, because the
 * tests' own servers, such as the directory and the mail server, listen on loopback.
 */
final class KeycloakInContainer implements StartedKeycloak {

    private static final String IMAGE = "quay.io/keycloak/keycloak:";
    private static final String PROVIDERS = "/opt/keycloak/providers/";

    private final KeycloakContainer container;
    private final Listeners listeners;

    private KeycloakInContainer(KeycloakContainer container, Listeners listeners) {
        this.container = container;
        this.listeners = listeners;
    }

    /**
     * @param version of the image
     * @param providers the JARs that go into the {@code providers} folder
     * @param readable a folder whose files the arguments name
     * @param log where the server's output goes
     * @param arguments further arguments of {@code kc.sh start-dev}
     */
    static KeycloakInContainer start(
            String version, List<Path> providers, Path readable, Path log, List<String> arguments) throws IOException {
        Listeners listeners = Listeners.on(Listeners.freePort(), arguments);
        KeycloakContainer container = new KeycloakContainer(IMAGE + version)
                .withAdminUsername(ADMIN.getKey())
                .withAdminPassword(ADMIN.getValue())
                .withStartupCheckStrategy(new IsRunningStartupCheckStrategy())
                .withCreateContainerCmdModifier(command -> command.withHostConfig(hostConfig(providers, readable)))
                .withLogConsumer(frame -> append(log, frame));
        // On the host's network no port is mapped.
        container.setExposedPorts(List.of());
        container.waitingFor(new Responding(container, listeners));
        listeners.arguments(arguments).forEach(container::withCustomCommand);
        Files.createDirectories(log.toAbsolutePath().getParent());
        Files.deleteIfExists(log);
        container.start();
        return new KeycloakInContainer(container, listeners);
    }

    private static HostConfig hostConfig(List<Path> providers, Path readable) {
        List<Bind> binds = new ArrayList<>();
        for (Path provider : providers) {
            binds.add(Bind.parse(provider.toAbsolutePath() + ":" + PROVIDERS + provider.getFileName() + ":ro"));
        }
        binds.add(Bind.parse(readable.toAbsolutePath() + ":" + readable.toAbsolutePath() + ":ro"));
        return HostConfig.newHostConfig().withNetworkMode("host").withBinds(binds);
    }

    private static void append(Path log, OutputFrame frame) {
        try {
            Files.write(log, frame.getBytes(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** There is no mapped port that the library's own strategy could check. */
    private static final class Responding extends AbstractWaitStrategy {

        private final KeycloakContainer container;
        private final Listeners listeners;

        Responding(KeycloakContainer container, Listeners listeners) {
            this.container = container;
            this.listeners = listeners;
        }

        @Override
        protected void waitUntilReady() {
            if (!listeners.awaitResponse(container::isRunning)) {
                throw new IllegalStateException("Keycloak does not response; its output:\n" + container.getLogs());
            }
        }
    }

    @Override
    public Listeners listeners() {
        return listeners;
    }

    @Override
    public void close() {
        container.stop();
    }
}
