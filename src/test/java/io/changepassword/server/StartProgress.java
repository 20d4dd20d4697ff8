package io.changepassword.server;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Says what a starting server does: at each step that its log shows, and every 15 seconds, so that nobody waits in silence. */
final class StartProgress implements AutoCloseable {

    static final String STARTING = "the server is starting";

    /** A step, and the words in the log with which it begins; in their order. */
    private static final List<Map.Entry<String, String>> STEPS = List.of(
            Map.entry("Updating the configuration", "Keycloak is being built with the extension"),
            Map.entry("Quarkus augmentation completed", "the build is done, " + STARTING),
            Map.entry("Initializing database schema", "the database is being made"),
            Map.entry("Initializing master realm", "the realms are being made"));

    private static final int REMINDER_SECONDS = 15;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final long start = System.nanoTime();
    private final Path log;
    private final PrintStream out;
    private String said = "";
    private long saidAt;

    /** @param log of the server, which need not be there yet */
    StartProgress(Path log, PrintStream out) {
        this.log = log;
        this.out = out;
        clock.scheduleAtFixedRate(this::say, 3, 1, TimeUnit.SECONDS);
    }

    private void say() {
        String step = step(log());
        if (!step.equals(said) || seconds() >= saidAt + REMINDER_SECONDS) {
            said = step;
            saidAt = seconds();
            out.printf("%5d s: %s%n", saidAt, step);
        }
    }

    /** @return since this was made */
    long seconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
    }

    private String log() {
        try {
            return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        } catch (IOException notYet) {
            return "";
        }
    }

    /** The last step that has begun. */
    static String step(String log) {
        return STEPS.stream()
                .filter(step -> log.contains(step.getKey()))
                .map(Map.Entry::getValue)
                .reduce(STARTING, (earlier, later) -> later);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
