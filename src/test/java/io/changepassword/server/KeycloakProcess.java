package io.changepassword.server;

import io.changepassword.fixture.Listeners;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The Keycloak distribution as a process on loopback, in development mode. By default it has its embedded database in memory,
 * so that every start finds the same state. It runs on the JDK that runs the tests.
 */
public final class KeycloakProcess implements StartedKeycloak {

    private static final Duration STOP = Duration.ofSeconds(20);

    private final Process process;
    private final Listeners listeners;
    private final Thread atExit = new Thread(this::stop, "stop-keycloak");

    private KeycloakProcess(Process process, Listeners listeners) {
        this.process = process;
        this.listeners = listeners;
        try {
            Runtime.getRuntime().addShutdownHook(atExit);
        } catch (IllegalStateException ending) {
            // Tests go on while this JVM ends, and would leave running servers behind.
            stop();
            throw ending;
        }
    }

    /** A server that could not be started, with a message for whoever wanted it. */
    public static final class StartException extends Exception {
        private static final long serialVersionUID = 1L;

        StartException(String message) {
            super(message);
        }
    }

    /**
     * @param home the unpacked distribution
     * @param providers the JARs that go into its {@code providers} folder; if they are there already, nothing is copied and
     *     Keycloak does not build itself anew
     * @param port of the HTTP server
     * @param log where the server's output goes
     * @param arguments further arguments of {@code kc.sh start-dev}
     */
    public static KeycloakProcess start(Path home, List<Path> providers, int port, Path log, String... arguments)
            throws StartException {
        Path script = home.resolve("bin").resolve("kc.sh");
        if (!Files.isRegularFile(script)) {
            throw new StartException("There is no Keycloak distribution at " + home + ".");
        }
        if (!isFree(port)) {
            throw new StartException("Port " + port + " is taken; choose another one with -Dport=.");
        }
        try {
            for (Path provider : providers) {
                install(provider, home.resolve("providers"));
            }
            Files.createDirectories(log.toAbsolutePath().getParent());
            return launch(script, port, log, List.of(arguments));
        } catch (IOException failure) {
            throw new StartException("Keycloak cannot be started: " + failure.getMessage());
        }
    }

    private static KeycloakProcess launch(Path script, int port, Path log, List<String> arguments)
            throws IOException, StartException {
        Listeners listeners = Listeners.on(port, arguments);
        List<String> command = new ArrayList<>(List.of(script.toString(), "start-dev"));
        command.addAll(listeners.arguments(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Map<String, String> environment = builder.environment();
        // Only this configuration counts, not variables that the shell has exported.
        environment.keySet().removeIf(name -> name.startsWith("KC_") || name.equals("JAVA_OPTS_APPEND"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN.getKey());
        environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN.getValue());
        KeycloakProcess keycloak = new KeycloakProcess(builder.start(), listeners);
        if (!listeners.awaitResponse(keycloak.process::isAlive)) {
            boolean late = keycloak.process.isAlive();
            keycloak.close();
            throw new StartException(
                    "Keycloak " + (late ? "is not ready in time" : "has ended") + "; its log is " + log + tail(log));
        }
        return keycloak;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static void install(Path provider, Path providers) throws IOException {
        Path installed = providers.resolve(provider.getFileName());
        if (!Files.exists(installed) || Files.mismatch(provider, installed) != -1) {
            Files.copy(provider, installed, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The last error lines of the log, for a reader who has nothing else. */
    private static String tail(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> errors = lines.filter(line -> line.contains("ERROR")).toList();
            return errors.stream().limit(3).map(line -> "\n  " + line).reduce("", String::concat);
        } catch (IOException | UncheckedIOException unreadable) {
            return "";
        }
    }

    @Override
    public Listeners listeners() {
        return listeners;
    }

    /** Makes the server's JVM collect its garbage, so that only memory in use is counted. */
    public void collectGarbage() throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        List<Long> javas = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .filter(handle -> handle.info().command().orElse("").endsWith("java"))
                .map(ProcessHandle::pid)
                .toList();
        for (long java : javas) {
            new ProcessBuilder(jcmd.toString(), String.valueOf(java), "GC.run")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
    }

    /** Waits until the server ends by itself, or by a signal, and returns its exit code. */
    public int await() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException shuttingDown) {
            // Then the shutdown hook is running already, or has run.
        }
    }

    /** Ends the script, and the child process that the script may have; kills them if they do not end. */
    private void stop() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroy);
        all.forEach(KeycloakProcess::awaitEnd);
    }

    private static void awaitEnd(ProcessHandle handle) {
        try {
            handle.onExit().get(STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception late) {
            handle.destroyForcibly();
            handle.onExit().join();
        }
    }
}
