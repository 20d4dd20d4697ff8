package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.Json;
import io.changepassword.fixture.RawRequest;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.server.KeycloakExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that no client library would send, as bytes: the files of {@code src/test/resources/requests}. Each file begins with
 * its row and title, then the accepted statuses; then comes the request, in which lines of the head end with CRLF,
 * {@code \xNN} is a byte, and names in braces are filled in.
 */
@ExtendWith(KeycloakExtension.class)
class RawRequestsIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";
    /** Stands in a file for a connection that the server closes without a response. */
    private static final int CLOSED = 0;

    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:x([0-9a-f]{2})|([trn]))");

    @RegisterExtension
    static final TestRealm REALM = new TestRealm();

    static Stream<Arguments> requests() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/requests"))) {
            return files.sorted().map(file -> Arguments.of(lines(file)[0].substring(2), file)).toList().stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void changeWhenRequestIsOddThenTheStatusIsTheOneInTheFile(String title, Path file) throws IOException {
        TestUser user = REALM.user();
        String token = user.signIn().accessToken();
        var before = user.credentials();
        long verified = REALM.passwordsVerified();
        List<Integer> right = Arrays.stream(lines(file)[1].substring(2).split(" "))
                .map(Integer::valueOf)
                .toList();

        String response;
        try (RawRequest request = RawRequest.to(REALM.server())) {
            request.send(bytes(file, user, token));
            response = request.response(lines(file)[2].startsWith("HEAD "));
        }

        int status = response.isEmpty() ? CLOSED : Integer.parseInt(response.split(" ")[1]);
        assertThat(status).as("%s: %s", title, response).isIn(right);
        assertThat(response).doesNotContain("Exception").doesNotContain("\tat ").doesNotContain(token);
        if (status == 200) {
            assertThat(user.signsInWith(NEW_PASSWORD)).isTrue();
        } else {
            assertThat(user.credentials()).isEqualTo(before);
            assertThat(REALM.passwordsVerified()).isEqualTo(verified);
        }
    }

    private static byte[] bytes(Path file, TestUser user, String token) {
        String[] parts = String.join("\n", Arrays.copyOfRange(lines(file), 2, lines(file).length))
                .split("\n\n", 2);
        String json = Json.of(user.body(user.password(), NEW_PASSWORD));
        byte[] body = unescape((parts.length < 2 ? "" : parts[1])
                .replace("{body}", json)
                .replace("{token}", token)
                .replace("{chunk}", Integer.toHexString(json.length())));
        byte[] head = unescape(parts[0].replace("{path}", REALM.changePath())
                        .replace("{host}", REALM.authority())
                        .replace("{token}", token)
                        .replace("{length}", String.valueOf(body.length))
                        .replace("\n", "\r\n")
                + "\r\n\r\n");
        byte[] request = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    private static byte[] unescape(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Matcher escape = ESCAPE.matcher(text);
        int done = 0;
        while (escape.find()) {
            bytes.writeBytes(text.substring(done, escape.start()).getBytes(StandardCharsets.UTF_8));
            bytes.write(
                    escape.group(1) != null
                            ? Integer.parseInt(escape.group(1), 16)
                            : "\t\r\n".charAt("trn".indexOf(escape.group(2))));
            done = escape.end();
        }
        bytes.writeBytes(text.substring(done).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    private static String[] lines(Path file) {
        try {
            return Files.readString(file).split("\n", -1);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
