package io.changepassword.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartProgressTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
                    '', the server is starting
                    Updating the configuration and installing your custom providers, Keycloak is being built with the extension
                    Updating the configuration|Quarkus augmentation completed in 31871ms, 'the build is done, the server is starting'
                    Running the server in development mode|Initializing database schema, the database is being made
                    Initializing database schema|KC-SERVICES0050: Initializing master realm, the realms are being made
                    """)
    void stepWhenTheLogShowsSeveralThenTheLast(String log, String step) {
        assertThat(StartProgress.step(log.replace('|', '\n'))).isEqualTo(step);
    }

    @Test
    void sayWhenANewStepBeginsThenItIsSaidToo(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("keycloak.log");
        ByteArrayOutputStream said = new ByteArrayOutputStream();

        try (StartProgress progress = new StartProgress(log, new PrintStream(said, true, StandardCharsets.UTF_8))) {
            Eventually.assertThat(() -> said.toString(StandardCharsets.UTF_8), text -> text.contains("starting"));
            Files.writeString(log, "Initializing database schema");
            Eventually.assertThat(() -> said.toString(StandardCharsets.UTF_8), text -> text.contains("database"));
            assertThat(progress.seconds()).isPositive();
        }
    }
}
