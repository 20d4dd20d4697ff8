package io.changepassword.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.changepassword.fixture.Listeners;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server of a test class's own, all of whose traces can be searched: its log, every category at TRACE if one wants it; its
 * database, a file; and its spans, each of them sent here. It runs beside the shared one, from a copy of the distribution.
 */
public final class TracedKeycloak implements BeforeAllCallback, AfterAllCallback {

    private final Queue<byte[]> spans = new ConcurrentLinkedQueue<>();
    private final int port = Listeners.freePort();
    private final String level;
    private HttpServer collector;
    private KeycloakServer server;
    private Path home;
    private Path log;

    private TracedKeycloak(String level) {
        this.level = level;
    }

    public static TracedKeycloak withAllTraces() {
        // Without the categories that log classes and tables at start: four fifths of the log.
        return new TracedKeycloak("trace,org.hibernate.orm.core:info,io.quarkus.arc:info");
    }

    /** With a quiet log the server starts in half of the time. */
    public static TracedKeycloak withQuietLog() {
        return new TracedKeycloak("info");
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Assumptions.assumeTrue(
                !System.getProperty("keycloak.server", "process").startsWith("http"),
                "the log and the database of a server that runs elsewhere cannot be read");
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", this::collect);
        collector.start();
        home = Distribution.copy("keycloak-traced").home();
        log = Path.of(System.getProperty("keycloak.logs"), "keycloak-traced.log");
        start();
    }

    private void start() throws KeycloakProcess.StartException {
        server = KeycloakProcess.start(
                home,
                List.of(Path.of(System.getProperty("keycloak.provider"))),
                port,
                log,
                "--db=dev-file",
                "--log-level=" + level,
                // A preview feature up to 26.0.
                "--features=opentelemetry",
                "--tracing-enabled=true",
                "--tracing-protocol=http/protobuf",
                "--tracing-endpoint=http://127.0.0.1:" + collector.getAddress().getPort());
    }

    /** Ends the server, and starts it again on the same database, at the same address. */
    public void restart() throws KeycloakProcess.StartException {
        server.close();
        start();
    }

    private void collect(HttpExchange exchange) throws IOException {
        try (exchange) {
            spans.add(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static Path database(Path home) {
        return home.resolve("data").resolve("h2").resolve("keycloakdb.mv.db");
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (server != null) {
            server.close();
        }
        if (collector != null) {
            collector.stop(0);
        }
    }

    public KeycloakServer server() {
        return server;
    }

    /** The lines of the log since the last start with this text in them. */
    public List<String> logged(String text) throws IOException {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains(text)).toList();
        }
    }

    /** The database's file, a byte to a character; deleted data is still in it. */
    public String database() {
        try {
            return Files.readString(database(home), StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** All spans so far, a byte to a character. */
    public String spans() {
        return spans.stream()
                .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining());
    }
}
