package io.changepassword.server;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A real PostgreSQL on loopback, made of Maven artifacts; as an ordinary user and, with an unshared user namespace, as root. */
final class PostgresDatabase implements AutoCloseable {

    /** The user who may connect from loopback, with any password. */
    private static final String USER = "postgres";

    private final EmbeddedPostgres postgres;

    private PostgresDatabase(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    static PostgresDatabase start() {
        try {
            // Keycloak's pool may grow to 100.
            return new PostgresDatabase(EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "200")
                    // Not the system's temporary folder, where another user's file could be in the way.
                    .setOverrideWorkingDirectory(Path.of(System.getProperty("keycloak.logs"))
                            .resolveSibling("postgres")
                            .toFile())
                    .start());
        } catch (IOException notStarted) {
            throw new UncheckedIOException(notStarted);
        }
    }

    /** Arguments of {@code kc.sh} for a server on this database. */
    List<String> arguments() {
        return List.of("--db=postgres", "--db-url=" + url(), "--db-username=" + USER, "--db-password=" + USER);
    }

    /** Arguments for an image that is built for PostgreSQL. */
    Map<String, String> environment() {
        return Map.of("KC_DB_URL", url(), "KC_DB_USERNAME", USER, "KC_DB_PASSWORD", USER);
    }

    private String url() {
        return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres";
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
