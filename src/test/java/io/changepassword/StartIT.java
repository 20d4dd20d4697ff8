package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changepassword.fixture.Listeners;
import io.changepassword.fixture.TestRealm;
import io.changepassword.server.Distribution;
import io.changepassword.server.KeycloakExtension;
import io.changepassword.server.KeycloakProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the log shows an operator at start. */
@ExtendWith(KeycloakExtension.class)
@DisabledIfSystemProperty(
        named = "keycloak.server",
        matches = "http.*",
        disabledReason = "the log of a server that runs elsewhere cannot be read")
class StartIT {

    private static final Path LOGS = Path.of(System.getProperty("keycloak.logs"));

    @RegisterExtension
    static final TestRealm REALM = new TestRealm();

    @Test
    void startWhenAllIsKnownThenOneLineSaysTheVersionsAndADebugLineWhatIsLinked() throws IOException {
        assertThat(logged("keycloak.log", "keycloak-change-password"))
                .singleElement()
                .asString()
                .contains("INFO")
                .endsWith("keycloak-change-password " + System.getProperty("project.version") + " on Keycloak "
                        + REALM.version() + ": linked");
        assertThat(logged("keycloak.log", "BruteForceProtector.failedLogin("))
                .singleElement()
                .asString()
                .contains(
                        "DEBUG",
                        "BruteForceProtector.successfulLogin(",
                        "AuthResult.",
                        "DPoPUtil.",
                        "KeycloakSession.");
    }

    @Test
    void startWhenKeycloakHasTheKnownVulnerabilityThenWarned() throws IOException {
        assertThat(logged("keycloak.log", "CVE-2026-18963"))
                .hasSize(KnownVulnerability.isIn(REALM.version()) ? 1 : 0)
                .allSatisfy(line -> assertThat(line).contains("WARN", REALM.version(), "26.7.2", "26.6.6", "26.4.15"));
    }

    @Test
    void startWhenACallHasAnUnknownShapeThenKeycloakEndsWithOneLineThatNamesIt() throws IOException {
        Distribution other = Distribution.copy("keycloak-of-another-shape");
        other.rename("failedLogin", "failedTries");

        assertThatThrownBy(() -> KeycloakProcess.start(
                        other.home(),
                        List.of(Path.of(System.getProperty("keycloak.provider"))),
                        Listeners.freePort(),
                        LOGS.resolve("keycloak-of-another-shape.log")))
                .isInstanceOf(KeycloakProcess.StartException.class)
                .hasMessageContaining("Keycloak has ended");

        assertThat(logged("keycloak-of-another-shape.log", "does not fit"))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line)
                        .contains(
                                "ERROR",
                                "Keycloak " + REALM.version(),
                                "org.keycloak.services.managers.BruteForceProtector.failedLogin"));
    }

    private static List<String> logged(String log, String text) throws IOException {
        try (Stream<String> lines = Files.lines(LOGS.resolve(log), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains(text)).toList();
        }
    }
}
