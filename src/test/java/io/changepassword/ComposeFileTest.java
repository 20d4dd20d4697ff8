package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Checks {@code docker/compose.yaml} as far as that needs no images; {@code DockerImageIT} tests the image itself. */
class ComposeFileTest {

    private final Map<String, Map<String, Object>> services = services();

    @Test
    void everySecretComesFromTheEnvironmentAndMustBeThere() {
        for (Map<String, Object> service : services.values()) {
            environment(service).forEach((name, value) -> {
                if (name.endsWith("PASSWORD")) {
                    assertThat(value).as(name).matches("\\$\\{[A-Z_]+:\\?set [A-Z_]+}");
                }
            });
        }
        assertThat(environment(services.get("postgres"))).containsKey("POSTGRES_PASSWORD");
        assertThat(environment(services.get("keycloak"))).containsKeys("KC_DB_PASSWORD", "KC_BOOTSTRAP_ADMIN_PASSWORD");
    }

    @Test
    void everyPortIsOfThisMachineAlone() {
        services.values()
                .forEach(service -> assertThat((List<?>) service.getOrDefault("ports", List.of()))
                        .allSatisfy(port -> assertThat((String) port).startsWith("127.0.0.1:")));
    }

    @Test
    void keycloakWaitsForTheHealthOfTheOthersAndHasAHealthCheckOfItsImage() throws IOException {
        assertThat(services.get("keycloak").get("depends_on"))
                .isEqualTo(Map.of(
                        "postgres", Map.of("condition", "service_healthy"),
                        "mail", Map.of("condition", "service_healthy")));
        assertThat(services.get("postgres")).containsKey("healthcheck");
        assertThat(services.get("mail")).containsKey("healthcheck");
        assertThat(Files.readString(Path.of("docker", "Dockerfile"))).contains("HEALTHCHECK");
    }

    @Test
    void theRealmsPlaceholdersAreInTheEnvironment() throws IOException {
        assertThat(Files.readString(Path.of("docker", "demo-realm.json"))).contains("${MAIL_HOST}", "${MAIL_PORT}");
        assertThat(environment(services.get("keycloak"))).containsKeys("MAIL_HOST", "MAIL_PORT");
    }

    @SuppressWarnings("unchecked") // the file is in this repository
    private static Map<String, Map<String, Object>> services() {
        try (var file = Files.newBufferedReader(Path.of("docker", "compose.yaml"))) {
            Map<String, Object> compose = new Yaml(new SafeConstructor(new LoaderOptions())).load(file);
            return (Map<String, Map<String, Object>>) compose.get("services");
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    @SuppressWarnings("unchecked") // the same file
    private static Map<String, String> environment(Map<String, Object> service) {
        return (Map<String, String>) service.getOrDefault("environment", Map.of());
    }
}
