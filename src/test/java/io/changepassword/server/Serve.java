package io.changepassword.server;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@code ./mvnw -Pserve}: a Keycloak with the extension and the demo realm, until Ctrl-C. */
public final class Serve {

    private static final String REALM_FILE = "demo-realm.json";

    /** Placeholders in the realm's file, which Keycloak replaces with environment variables. */
    private static final String MAIL_HOST = "${MAIL_HOST}";

    private static final String MAIL_PORT = "${MAIL_PORT}";

    /** Exit codes of a server that was ended by Ctrl-C and by a termination signal. */
    private static final Set<Integer> STOPPED = Set.of(130, 143);

    private Serve() {}

    /** @param arguments the distribution's home, the JAR, the port */
    public static void main(String[] arguments) throws InterruptedException {
        Path home = Path.of(arguments[0]);
        int port = port(arguments[2]);
        Path log = home.resolveSibling("keycloak.log");
        MailCatcher mail = new MailCatcher(home.resolveSibling("mail.txt"));
        System.out.println(starting(port, log));
        try {
            Files.deleteIfExists(log);
            importDemoRealm(home, mail.start());
            KeycloakProcess keycloak = start(home, Path.of(arguments[1]), port, log);
            System.out.println(welcome(URI.create("http://localhost:" + port), mail.file()));
            if (!STOPPED.contains(keycloak.await())) {
                System.err.println("Keycloak has ended; its log is " + log + ".");
            }
        } catch (KeycloakProcess.StartException | IOException failure) {
            System.err.println(failure.getMessage());
        }
        System.exit(1);
    }

    private static KeycloakProcess start(Path home, Path jar, int port, Path log)
            throws KeycloakProcess.StartException {
        try (StartProgress progress = new StartProgress(log, System.out)) {
            KeycloakProcess keycloak = KeycloakProcess.start(home, List.of(jar), port, log, "--import-realm");
            System.out.println("Keycloak has started in " + progress.seconds() + " seconds.");
            return keycloak;
        }
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port < 65536) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // Reported below.
        }
        System.err.println("-Dport=" + text + " is no port number.");
        System.exit(1);
        return 0;
    }

    private static void importDemoRealm(Path home, int mailPort) throws IOException {
        Path folder = Files.createDirectories(home.resolve("data").resolve("import"));
        Files.writeString(folder.resolve(REALM_FILE), demoRealm(mailPort));
    }

    /**
     * The demo realm, as Keycloak's realm representation.
     *
     * @param mailPort the port on loopback that takes its mail
     */
    static String demoRealm(int mailPort) throws IOException {
        try (var realm = Serve.class.getResourceAsStream("/" + REALM_FILE)) {
            return new String(realm.readAllBytes(), StandardCharsets.UTF_8)
                    .replace(MAIL_HOST, "127.0.0.1")
                    .replace(MAIL_PORT, String.valueOf(mailPort));
        }
    }

    private static String starting(int port, Path log) {
        return """

                Starting Keycloak on port %d; its log is %s.
                The first start takes one to two minutes: Keycloak is built with the extension, then it makes its database and
                the demo realm. A later start needs no build, and takes about half of that.
                """.formatted(port, log);
    }

    /**
     * What can be done with the started server. Lines that are indented by four spaces are commands, for bash, zsh and a
     * POSIX shell. They can be pasted again and again: in the end each password is as it was before.
     *
     * @param server its base URL
     * @param mail the file that has the mail
     */
    static String welcome(URI server, Path mail) {
        return """

                Keycloak with the change-password API is ready.

                  API            {server}/realms/demo/change-password
                  admin console  {server}/admin  (admin / admin)
                  users          alice / Wonderland-1   bob / Builder-2026
                  mail           is sent nowhere, but printed here, and kept in {mail}

                Paste the commands into another terminal, as often as you like: in the end all passwords are as they were.
                Access tokens live an hour.

                1. Sign in as alice. "No token" means that her password is LookingGlass-2; go on, and step 4 changes it back.

                    token() {
                      reply=$(curl -s {server}/realms/demo/protocol/openid-connect/token \\
                        -d grant_type=password -d client_id=demo-app -d "username=$1" -d "password=$2")
                      case $reply in
                        *'"access_token"'*) printf '%s\\n' "$reply" | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/' ;;
                        *) printf 'No token: %s\\n' "$reply" >&2; return 1 ;;
                      esac
                    }
                    TOKEN=$(token alice Wonderland-1)

                2. Change her password: {} and 200. A second time it is 400, since the old password is wrong now.

                    curl -s -w '\\n%{http_code}\\n' {server}/realms/demo/change-password/api/svc/v1/users/change-password \\
                      -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
                      -d '{"loginId":"alice","oldPassword":"Wonderland-1","newPassword":"LookingGlass-2"}'

                3. Sign in with the new password.

                    TOKEN=$(token alice LookingGlass-2)

                4. Change it back: {} and 200. Then LookingGlass-2 gives no token any more.

                    curl -s -w '\\n%{http_code}\\n' {server}/realms/demo/change-password/api/svc/v1/users/change-password \\
                      -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
                      -d '{"loginId":"alice","oldPassword":"LookingGlass-2","newPassword":"Wonderland-1"}'
                    token alice LookingGlass-2

                5. Sign in as bob, and have a token mailed to him: 202. Within a minute of the last mail it is 429; then there
                   is no new token, and steps 6 and 7 are 401.

                    BOB=$(token bob Builder-2026)
                    curl -s -w '\\n%{http_code}\\n' -X POST -H "Authorization: Bearer $BOB" \\
                      {server}/realms/demo/change-password/auth/change-password/token

                6. Take the token out of the mail's link, and change his password with it: his user, and 200. A second time it
                   is 401, since a token works once. Or open the link in a browser.

                    MAILED=$(sed -n 's/.*key=//p' '{mail}' | tail -1)
                    curl -s -w '\\n%{http_code}\\n' {server}/realms/demo/change-password/auth/change-password \\
                      -H "Authorization: Bearer $BOB" -H 'Content-Type: application/json' \\
                      -d "{\\"password\\":\\"Bulldozer-2027\\",\\"token\\":\\"$MAILED\\"}"

                7. Change it back with the current password: {} and 200.

                    BOB=$(token bob Bulldozer-2027)
                    curl -s -w '\\n%{http_code}\\n' {server}/realms/demo/change-password/api/svc/v1/users/change-password \\
                      -H "Authorization: Bearer $BOB" -H 'Content-Type: application/json' \\
                      -d '{"loginId":"bob","oldPassword":"Bulldozer-2027","newPassword":"Builder-2026"}'

                The mail of "Credential Reset" in the admin console (Users, bob, Credentials) has a token for step 6 too.

                Every start begins with the same users and passwords. Ctrl-C ends it.
                """.replace("{server}", server.toString()).replace("{mail}", mail.toString());
    }
}
