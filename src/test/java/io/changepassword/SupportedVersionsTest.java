package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README promises the versions that are tested, and no others. */
class SupportedVersionsTest {

    private static final Pattern VERSION = Pattern.compile("26\\.\\d+\\.\\d+");

    private static final List<String> MATRIX = versions(".ci/matrix", "versions=\\((26[^)]*)\\)");

    @Test
    void readmeNamesTheVersionsOfTheMatrix() throws IOException {
        List<String> rows = Pattern.compile("(?m)^\\| (26\\.\\d+\\.\\d+) \\|")
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(row -> row.group(1))
                .toList();

        assertThat(MATRIX).isNotEmpty();
        assertThat(rows).containsExactlyInAnyOrderElementsOf(MATRIX);
    }

    @Test
    void theScheduledMatrixIsTheSame() {
        assertThat(versions(".github/workflows/matrix.yml", "keycloak: \\[([^]]*)]"))
                .isEqualTo(MATRIX);
    }

    @Test
    void theNewestIsTheDefaultAndThatOfTheImages() {
        String newest = MATRIX.get(MATRIX.size() - 1);

        assertThat(versions("pom.xml", "<keycloak.api.version>(.*)</keycloak.api.version>"))
                .containsExactly(newest);
        assertThat(versions("docker/Dockerfile", "ARG KEYCLOAK_VERSION=(.*)")).containsExactly(newest);
        assertThat(versions("docker/compose.yaml", "KEYCLOAK_VERSION:-(.*)}")).containsExactly(newest);
    }

    @Test
    void ciTestsTheOldestAndTheNewest() {
        assertThat(versions(".ci/run", "(?s)(.*)")).containsExactly(MATRIX.get(0), MATRIX.get(MATRIX.size() - 1));
    }

    /** The versions in the first group of the first place in the file that looks like this. */
    private static List<String> versions(String file, String place) {
        try {
            String found = Pattern.compile(place)
                    .matcher(Files.readString(Path.of(file)))
                    .results()
                    .findFirst()
                    .map(match -> match.group(1))
                    .orElseThrow();
            return VERSION.matcher(found).results().map(MatchResult::group).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
