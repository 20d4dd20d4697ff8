package io.changepassword.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Where a server that is started here listens: on loopback alone.
 *
 * @param port of the HTTP server
 * @param tlsPort of the same over TLS
 * @param managementPort of the management interface
 * @param tls whether that has TLS too, which it has if the server has
 */
public record Listeners(int port, int tlsPort, int managementPort, boolean tls) {

    private static final String KEY_STORE = "--https-key-store-file=";
    private static final String DATABASE = "--db=";
    private static final Duration START = Duration.ofMinutes(3);

    /** @param arguments of {@code kc.sh start-dev}, which say whether there is TLS */
    static Listeners on(int port, List<String> arguments) {
        return new Listeners(
                port, freePort(), freePort(), arguments.stream().anyMatch(argument -> argument.startsWith(KEY_STORE)));
    }

    /** @return a port on loopback that nobody listens on */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    /** The arguments of {@code kc.sh start-dev}, on the embedded database in memory if nothing else is said. */
    List<String> arguments(List<String> further) {
        List<String> all = new ArrayList<>(List.of(
                "--health-enabled=true",
                "--metrics-enabled=true",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--https-port=" + tlsPort,
                "--http-management-port=" + managementPort));
        all.addAll(further);
        if (all.stream().noneMatch(argument -> argument.startsWith(DATABASE))) {
            all.add(DATABASE + "dev-mem");
        }
        return all;
    }

    URI url() {
        return URI.create("http://localhost:" + port);
    }

    URI tlsUrl() {
        return URI.create("https://localhost:" + tlsPort);
    }

    URI managementUrl() {
        return URI.create((tls ? "https" : "http") + "://localhost:" + managementPort);
    }

    /**
     * Waits until the server answers.
     *
     * @param alive whether it still may
     * @return false if it has ended, or is too late
     */
    boolean awaitAnswer(BooleanSupplier alive) {
        HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/realms/master"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long deadline = System.nanoTime() + START.toNanos();
        while (!answersOk(client, request)) {
            if (System.nanoTime() > deadline || !alive.getAsBoolean()) {
                return false;
            }
        }
        return true;
    }

    private static boolean answersOk(HttpClient client, HttpRequest request) {
        try {
            TimeUnit.MILLISECONDS.sleep(200);
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }
}
