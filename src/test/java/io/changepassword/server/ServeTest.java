package io.changepassword.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ServeTest {

    /** Whoever reads one goes on with the other. */
    @Test
    void welcomeWhenReadBesideTheReadmeThenBothHaveTheSameFunction() throws IOException {
        String welcome = Serve.welcome(URI.create("http://localhost:8080"), Path.of("mail.txt"));
        String function = welcome.lines()
                .map(String::strip)
                .dropWhile(line -> !line.startsWith("token()"))
                .takeWhile(line -> !line.equals("TOKEN=$(token alice Wonderland-1)"))
                .collect(Collectors.joining("\n"));

        assertThat(function).isNotEmpty();
        assertThat(Files.readString(Path.of("README.md"))
                        .lines()
                        .map(String::strip)
                        .collect(Collectors.joining("\n")))
                .contains(function);
    }
}
