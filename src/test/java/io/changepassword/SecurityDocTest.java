package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/abuse-catalogue.md} names exactly the tests that exist. */
class SecurityDocTest {

    private static final Path DOC = Path.of("docs/abuse-catalogue.md");
    private static final Path TESTS = Path.of("src/test/java/io/changepassword");
    private static final Path REQUESTS = Path.of("src/test/resources/requests");

    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z]\\d\\d) \\|[^|]*\\| (.*) \\|$");
    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z]+\\.[A-Za-z0-9]+)`");
    private static final Pattern REQUEST = Pattern.compile("`requests/([a-z]\\d\\d)-\\*`");
    private static final Pattern NAMED =
            Pattern.compile("@DisplayName\\(\\s*\"((?:[A-Z]\\d\\d )+)[^\"]*\"\\)[^{;]*?void (\\w+)\\(", Pattern.DOTALL);

    @Test
    void everyRowNamesExactlyTheTestsThatCarryItsId() throws IOException {
        assertThat(documented()).isEqualTo(inTests());
    }

    @Test
    void everyRowHasATestOrAReason() throws IOException {
        ROW.matcher(Files.readString(DOC))
                .results()
                .forEach(row -> assertThat(row.group(2))
                        .as(row.group(1))
                        .matches(".*(`.*`|does not apply: \\S+|\\*\\*open\\*\\*: \\S+).*"));
    }

    /** By row, the tests that the document names. */
    private static Map<String, TreeSet<String>> documented() throws IOException {
        Map<String, TreeSet<String>> rows = new TreeMap<>();
        ROW.matcher(Files.readString(DOC)).results().forEach(row -> {
            TreeSet<String> tests = Stream.concat(
                            TEST.matcher(row.group(2)).results().map(test -> test.group(1)),
                            REQUEST.matcher(row.group(2)).results().map(request -> "requests/" + request.group(1)))
                    .collect(Collectors.toCollection(TreeSet::new));
            if (!tests.isEmpty()) {
                rows.put(row.group(1), tests);
            }
        });
        return rows;
    }

    /** By row, the tests whose display name has the row's id, and the raw requests whose title has it. */
    private static Map<String, TreeSet<String>> inTests() throws IOException {
        Map<String, TreeSet<String>> rows = new TreeMap<>();
        try (Stream<Path> files = Files.walk(TESTS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String type = file.getFileName().toString().replace(".java", "");
                NAMED.matcher(Files.readString(file)).results().forEach(test -> add(rows, type, test));
            }
        }
        try (Stream<Path> files = Files.list(REQUESTS)) {
            for (Path file : files.toList()) {
                String row = Files.readString(file).substring(2, 5);
                rows.computeIfAbsent(row, key -> new TreeSet<>()).add("requests/" + row.toLowerCase(Locale.ROOT));
            }
        }
        return rows;
    }

    private static void add(Map<String, TreeSet<String>> rows, String type, MatchResult test) {
        for (String row : test.group(1).strip().split(" ")) {
            rows.computeIfAbsent(row, key -> new TreeSet<>()).add(type + "." + test.group(2));
        }
    }
}
