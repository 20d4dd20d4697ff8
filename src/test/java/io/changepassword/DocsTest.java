package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks those parts of the README and {@code docs/} that could go stale unnoticed. */
class DocsTest {

    private static final int README_WORDS = 1300;

    private static final Path MESSAGES = Path.of("themes/change-password/email/messages/messages_en.properties");

    @Test
    void readmeIsOnePage() {
        assertThat(read(Path.of("README.md")).strip().split("\\s+")).hasSizeLessThanOrEqualTo(README_WORDS);
    }

    /** {@code AppSampleIT} runs these files. */
    @ParameterizedTest
    @ValueSource(strings = {"change-password.js", "form.html"})
    void appHasTheSampleWordForWord(String file) {
        String language = file.substring(file.lastIndexOf('.') + 1);
        String sample = read(Path.of("src/test/resources/app", file));

        assertThat(sample).isNotBlank();
        assertThat(read(Path.of("docs/app.md"))).contains("```" + language + "\n" + sample + "```\n");
    }

    @Test
    void administrationNamesEveryText() throws IOException {
        Properties texts = new Properties();
        try (var file = Files.newBufferedReader(MESSAGES)) {
            texts.load(file);
        }

        assertThat(texts.stringPropertyNames()).isNotEmpty();
        assertThat(texts.stringPropertyNames())
                .allSatisfy(key ->
                        assertThat(read(Path.of("docs/administration.md"))).contains("`" + key + "`"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Path page) {
        String text = withoutCode(read(page));
        Path folder = page.toAbsolutePath().getParent();

        assertThat(links(text)).allSatisfy(link -> {
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty() ? page : folder.resolve(parts[0]);
            assertThat(target).as(link).exists();
            if (parts.length > 1) {
                assertThat(anchors(target)).as(link).contains(parts[1]);
            }
        });
    }

    private static Stream<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(
                    Stream.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
                            .map(Path::of),
                    docs.filter(file -> file.toString().endsWith(".md")).sorted().toList().stream());
        }
    }

    private static List<String> links(String text) {
        return Pattern.compile("]\\(([^)\\s]+)\\)")
                .matcher(text)
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.startsWith("http"))
                .toList();
    }

    /** Anchors as GitHub derives them from headings; a repeated heading gets a number. */
    private static List<String> anchors(Path page) {
        Map<String, Integer> seen = new HashMap<>();
        return withoutCode(read(page))
                .lines()
                .filter(line -> line.matches("#+ .*"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}\\s_-]", "")
                        .replace(' ', '-'))
                .map(anchor -> {
                    int before = seen.merge(anchor, 1, Integer::sum) - 1;
                    return before == 0 ? anchor : anchor + '-' + before;
                })
                .toList();
    }

    /** The text without its blocks of code, which have neither links nor headings. */
    private static String withoutCode(String text) {
        return text.replaceAll("(?s)```.*?```", "").replaceAll("(?m)^ {4,}.*$", "");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
