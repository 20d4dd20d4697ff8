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

/** README and docs promise the versions that are tested, and no others. */
class SupportedVersionsTest {

    private static final Pattern VERSION = Pattern.compile("26\\.\\d+\\.\\d+");

    private static final List<String> MATRIX = versions(".ci/matrix", "versions=\\((26[^)]*)\\)");

    /** The two tables have the same cells in the columns that both have. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (26\\.\\d+\\.\\d+) \\|(?: (?:tested)? ?\\|){2}");

    @Test
    void readmeAndVersionsNameTheVersionsOfTheMatrix() throws IOException {
        List<String> readme = rows("README.md");

        assertThat(MATRIX).isNotEmpty();
        assertThat(readme.stream().map(row -> row.split("[| ]+")[1])).containsExactlyInAnyOrderElementsOf(MATRIX);
        assertThat(rows("docs/versions.md")).isEqualTo(readme);
    }

    private static List<String> rows(String file) throws IOException {
        return ROW.matcher(Files.readString(Path.of(file)))
                .results()
                .map(MatchResult::group)
                .toList();
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

    /** The versions in the first group of the pattern's first match in the file. */
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
