package io.changepassword.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@code ./mvnw -Pserve}: a Keycloak with the extension and the demo realm, until Ctrl-C. */
public final class Serve {

    private static final String REALM_FILE = "demo-realm.json";

    /** Stand in the realm's file, for Keycloak to put in what the environment says. */
    private static final String MAIL_HOST = "${MAIL_HOST}";

    private static final String MAIL_PORT = "${MAIL_PORT}";

    /** Exit codes of a server that was told to end: by Ctrl-C, and by a termination signal. */
    private static final Set<Integer> STOPPED = Set.of(130, 143);

    private Serve() {}

    /** @param arguments the distribution's home, the JAR, the port */
    public static void main(String[] arguments) throws InterruptedException {
        Path home = Path.of(arguments[0]);
        int port = port(arguments[2]);
        Path log = home.resolveSibling("keycloak.log");
        MailCatcher mail = new MailCatcher(home.resolveSibling("mail.txt"));
        System.out.println("Starting Keycloak on port " + port + "; its log is " + log + " …");
        try {
            importDemoRealm(home, mail.start());
            KeycloakProcess keycloak =
                    KeycloakProcess.start(home, List.of(Path.of(arguments[1])), port, log, "--import-realm");
            System.out.println(welcome(port, mail.file()));
            if (!STOPPED.contains(keycloak.await())) {
                System.err.println("Keycloak has ended; its log is " + log + ".");
            }
        } catch (KeycloakProcess.StartException | IOException failure) {
            System.err.println(failure.getMessage());
        }
        System.exit(1);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port < 65536) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // Told below.
        }
        System.err.println("-Dport=" + text + " is no port number.");
        System.exit(1);
        return 0;
    }

    private static void importDemoRealm(Path home, int mailPort) throws IOException {
        Path folder = Files.createDirectories(home.resolve("data").resolve("import"));
        try (var realm = Serve.class.getResourceAsStream("/" + REALM_FILE)) {
            String text = new String(realm.readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(
                    folder.resolve(REALM_FILE),
                    text.replace(MAIL_HOST, "127.0.0.1").replace(MAIL_PORT, String.valueOf(mailPort)));
        }
    }

    private static String welcome(int port, Path mail) {
        return """

                Keycloak with the change-password API is ready.

                  API            http://localhost:%1$d/realms/demo/change-password
                  admin console  http://localhost:%1$d/admin  (admin / admin)
                  users          alice / Wonderland-1   bob / Builder-2026
                  mail           is sent nowhere, but printed here, and kept in %2$s

                1. Sign in as alice and keep her access token:

                  TOKEN=$(curl -s http://localhost:%1$d/realms/demo/protocol/openid-connect/token \\
                    -d grant_type=password -d client_id=demo-app -d username=alice -d password=Wonderland-1 \\
                    | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

                2. Change her password; the answer is {}:

                  curl -i http://localhost:%1$d/realms/demo/change-password/api/svc/v1/users/change-password \\
                    -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
                    -d '{"loginId":"alice@example.com","oldPassword":"Wonderland-1","newPassword":"LookingGlass-2"}'

                3. Sign in with the new password; with the old one it fails:

                  curl -i http://localhost:%1$d/realms/demo/protocol/openid-connect/token \\
                    -d grant_type=password -d client_id=demo-app -d username=alice -d password=LookingGlass-2

                4. Sign in as bob, and have a token mailed to him:

                  BOB=$(curl -s http://localhost:%1$d/realms/demo/protocol/openid-connect/token \\
                    -d grant_type=password -d client_id=demo-app -d username=bob -d password=Builder-2026 \\
                    | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
                  curl -i -X POST -H "x-access-token: $BOB" \\
                    http://localhost:%1$d/realms/demo/change-password/auth/change-password/token

                5. Take the token out of the mail's link, and change his password with it; the answer is bob. A second time it
                   is 401. Or open the link in a browser.

                  MAILED=$(sleep 1; sed -n 's/.*key=//p' %2$s | tail -1)
                  curl -i http://localhost:%1$d/realms/demo/change-password/auth/change-password \\
                    -H "x-access-token: $BOB" -H 'Content-Type: application/json' \\
                    -d "{\\"password\\":\\"Bulldozer-2027\\",\\"token\\":\\"$MAILED\\"}"

                   The mail of "Credential reset" in the admin console (Users, bob, Credentials) has such a token too.

                Every start begins with the same users and passwords. Ctrl-C ends it.
                """.formatted(port, mail);
    }
}
