package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts: complete in every language, used, and sound as message formats. */
class MessageBundlesTest {

    private static final Pattern KEY = Pattern.compile("\"(changePassword\\.[A-Za-z]+)\"");

    /** Names of attributes look like keys of texts. */
    private static final Set<String> SETTINGS = Set.of(
            "changePassword.enabled",
            "changePassword.endSessions",
            "changePassword.minimumLength",
            "changePassword.maxAuthAge",
            "changePassword.tokenLink");

    @ParameterizedTest
    @ValueSource(strings = {"en", "de"})
    void bundleHoldsExactlyTheTextsThatTheCodeNames(String locale) throws IOException {
        assertThat(new TreeSet<>(bundle(locale).stringPropertyNames())).isEqualTo(keysInCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "de"})
    void textsAreMessageFormatsInWhichNothingIsLost(String locale) throws IOException {
        bundle(locale).forEach((key, text) -> {
            assertThat(text.toString().replace("''", "")).as("%s", key).doesNotContain("'");
            assertThat(new MessageFormat(text.toString()).format(new Object[] {"x"}))
                    .as("%s", key)
                    .isEqualTo(text.toString().replace("{0}", "x").replace("''", "'"));
        });
    }

    @Test
    void germanIsNotEnglish() throws IOException {
        Properties english = bundle("en");
        bundle("de").forEach((key, text) -> assertThat(text).as("%s", key).isNotEqualTo(english.get(key)));
    }

    private static Properties bundle(String locale) throws IOException {
        Properties bundle = new Properties();
        try (var stream = MessageBundlesTest.class.getResourceAsStream(
                "/theme/change-password/email/messages/messages_" + locale + ".properties")) {
            bundle.load(new InputStreamReader(stream, StandardCharsets.UTF_8));
        }
        return bundle;
    }

    private static Set<String> keysInCode() throws IOException {
        try (Stream<Path> code = Files.walk(Path.of("src/main/java"));
                Stream<Path> templates = Files.walk(Path.of("themes"))) {
            return Stream.concat(code, templates.filter(file -> file.toString().endsWith(".ftl")))
                    .filter(Files::isRegularFile)
                    .flatMap(file -> KEY.matcher(read(file)).results())
                    .map(match -> match.group(1))
                    .filter(key -> !SETTINGS.contains(key))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
