package io.changepassword.server;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import io.changepassword.fixture.Listeners;
import io.changepassword.fixture.Mailbox;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * The image that {@code docker/Dockerfile} makes, built as the README says, and started as {@code docker/compose.yaml} does;
 * but on the host's network, beside a PostgreSQL that runs there. It is ready when its own health check says so.
 */
public final class OptimisedImage implements BeforeAllCallback, AfterAllCallback {

    private static final String IMAGE = "keycloak-change-password:it";
    private static final String IMPORT = "/opt/keycloak/data/import/demo-realm.json";

    private final Mailbox mailbox;
    private final Listeners listeners = Listeners.on(Listeners.freePort(), List.of());
    private PostgresDatabase postgres;
    private GenericContainer<?> container;

    /** @param mailbox where the demo realm's mail goes */
    public OptimisedImage(Mailbox mailbox) {
        this.mailbox = mailbox;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        build();
        postgres = PostgresDatabase.start();
        HostConfig onHost = HostConfig.newHostConfig()
                .withNetworkMode("host")
                .withBinds(Bind.parse(Path.of("docker", "demo-realm.json").toAbsolutePath() + ":" + IMPORT + ":ro"));
        container = new GenericContainer<>(DockerImageName.parse(IMAGE))
                .withCommand("start", "--optimized", "--import-realm")
                .withEnv(Map.of(
                        "KC_HOSTNAME", url().toString(),
                        "KC_HTTP_ENABLED", "true",
                        "KC_HTTP_HOST", "127.0.0.1",
                        "KC_HTTP_PORT", String.valueOf(listeners.port()),
                        "KC_HTTP_MANAGEMENT_PORT", String.valueOf(listeners.managementPort()),
                        "MAIL_HOST", mailbox.smtpServer().get("host"),
                        "MAIL_PORT", mailbox.smtpServer().get("port")))
                .withEnv(postgres.environment())
                .withCreateContainerCmdModifier(command -> command.withHostConfig(onHost))
                .waitingFor(Wait.forHealthcheck().withStartupTimeout(Duration.ofMinutes(3)));
        container.start();
    }

    private static void build() throws IOException, InterruptedException {
        Path log = Path.of(System.getProperty("keycloak.logs"), "docker-build.log");
        Files.createDirectories(log.getParent());
        String version = "KEYCLOAK_VERSION=" + System.getProperty("keycloak.version");
        Process build = new ProcessBuilder(
                        "docker", "build", "-f", "docker/Dockerfile", "--build-arg", version, "-t", IMAGE, ".")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (build.waitFor() != 0) {
            throw new IOException("docker build has failed; its log is " + log);
        }
    }

    public URI url() {
        return listeners.url();
    }

    /** The id of the user who runs the processes. */
    public String user() throws IOException, InterruptedException {
        return container.execInContainer("id", "-u").getStdout().strip();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (container != null) {
            container.stop();
        }
        if (postgres != null) {
            postgres.close();
        }
    }
}
