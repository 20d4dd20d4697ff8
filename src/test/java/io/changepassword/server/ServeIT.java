package io.changepassword.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.TestRealm;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What {@code -Pserve} prints, pasted as it is; skipped where there is no bash or no curl. */
@ExtendWith(KeycloakExtension.class)
class ServeIT {

    private static final String INDENT = "    ";
    /** The statuses that the commands print in their order. */
    private static final List<String> ALL_DONE = List.of("200", "200", "202", "200", "200");

    /** The statuses within a minute of bob's last mail: there is no second mail, and so no second token. */
    private static final List<String> WITHIN_A_MINUTE = List.of("200", "200", "429", "401", "401");

    private static final Pattern STATUS = Pattern.compile("\\d{3}");

    /** Brings the server and the administrator's token. */
    @RegisterExtension
    static final TestRealm REALM = new TestRealm();

    private MailCatcher mail;

    @BeforeAll
    static void requireTheCommands() throws Exception {
        Assumptions.assumeTrue(
                run("sh", "command -v bash && command -v curl && echo both").endsWith("both\n"),
                "No bash or no curl: install both to run this test");
    }

    @BeforeEach
    void importTheDemoRealm(@TempDir Path folder) throws IOException {
        mail = new MailCatcher(folder.resolve("mail.txt"));
        Response made = REALM.admin()
                .body(Serve.demoRealm(mail.start()))
                .post(REALM.server().url() + "/admin/realms");
        assertThat(made.statusCode()).as(made.asString()).isEqualTo(201);
    }

    @AfterEach
    void removeTheDemoRealm() {
        REALM.admin().delete(REALM.server().url() + "/admin/realms/demo").then().statusCode(204);
    }

    @Test
    void commandsWhenPastedAgainAndAgainThenPasswordsAreAsTheyWere() throws Exception {
        String commands = commands();

        List<String> twice = statuses("bash", commands + commands);
        assertThat(twice).hasSize(2 * ALL_DONE.size());
        assertThat(twice.subList(0, ALL_DONE.size())).isEqualTo(ALL_DONE);
        assertThat(twice.subList(ALL_DONE.size(), twice.size())).isIn(ALL_DONE, WITHIN_A_MINUTE);
        assertThat(statuses("sh", commands)).isIn(ALL_DONE, WITHIN_A_MINUTE);
    }

    @Test
    void commandsWhenAPasswordHasBeenChangedThenTheTokenFunctionSaysSoAndTheyChangeItBack() throws Exception {
        String commands = commands();
        String upToTheChange = commands.substring(0, commands.indexOf("TOKEN=$(token alice LookingGlass-2)"));

        assertThat(statuses("bash", upToTheChange)).containsExactly("200");
        assertThat(run("bash", upToTheChange))
                .contains("No token: {\"error\":\"invalid_grant\"")
                .endsWith("\n401\n");
        assertThat(statuses("bash", commands)).startsWith("401", "200");
        assertThat(statuses("bash", commands)).startsWith("200", "200");
    }

    private String commands() {
        String commands = Serve.welcome(REALM.server().url(), mail.file())
                .lines()
                .filter(line -> line.startsWith(INDENT))
                .map(line -> line.substring(INDENT.length()) + "\n")
                .collect(Collectors.joining());
        assertThat(commands).startsWith("token()").contains("curl", "sed");
        return commands;
    }

    private static List<String> statuses(String shell, String commands) throws Exception {
        return run(shell, commands).lines().filter(STATUS.asMatchPredicate()).toList();
    }

    /** @return what the commands print, errors too */
    private static String run(String shell, String commands) throws Exception {
        Process process =
                new ProcessBuilder(shell, "-s").redirectErrorStream(true).start();
        try (var input = process.getOutputStream()) {
            input.write(commands.getBytes(StandardCharsets.UTF_8));
        }
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return printed;
    }
}
