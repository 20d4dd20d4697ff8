package io.changepassword.measure;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.Burst;
import io.changepassword.fixture.Eventually;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import io.changepassword.server.KeycloakProcess;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Load, bounded, and no part of the build: {@code ./mvnw verify -Dit.test=LoadRun}. It prints what it measures.
 */
@ExtendWith(KeycloakExtension.class)
class LoadRun {

    private static final int CHANGES = 500;
    private static final int LOGINS = 100;
    private static final int BYSTANDERS = 10;
    private static final int REQUESTS = 10_000;
    private static final int AT_ONCE = 20;

    /**
     * What the server has in use, the metric that says so, and by how much it may grow: if each request left one thing behind, or
     * 4 KB, it would be more.
     */
    private static final List<Gauge> GAUGES = List.of(
            new Gauge("heap in use, bytes", "^jvm_memory_used_bytes\\{.*area=\"heap\"", 32_000_000),
            new Gauge("threads", "^jvm_threads_live_threads", 20),
            new Gauge("database connections in use", "^agroal_active_count", 2),
            new Gauge(
                    "single-use entries",
                    "^vendor_statistics_approximate_entries_unique\\{.*cache=\"actionTokens\"",
                    20),
            new Gauge(
                    "authentication sessions",
                    "^vendor_statistics_approximate_entries_unique\\{.*cache=\"authenticationSessions\"",
                    20));

    private record Gauge(String name, String metric, long growth) {}

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .with("bruteForceProtected", true)
            .with("failureFactor", 1_000_000)
            .with("quickLoginCheckMilliSeconds", 0)
            .with("accessTokenLifespan", 3600);

    /**
     * R10: changes of many users at once neither break nor starve ordinary logins. Each client retries after {@code Retry-After}.
     */
    @Test
    void changesOfManyUsersAtOnce() {
        List<HttpRequest> changes = IntStream.range(0, CHANGES)
                .mapToObj(i -> REALM.user())
                .map(user -> Burst.change(user, user.signIn(), user.password(), "A-new-Password-1"))
                .toList();
        List<TestUser> bystanders =
                IntStream.range(0, BYSTANDERS).mapToObj(i -> REALM.user()).toList();
        p95OfLogins(bystanders, () -> true, LOGINS);
        long alone = p95OfLogins(bystanders, () -> true, LOGINS);
        AtomicInteger busy = new AtomicInteger();
        List<CompletableFuture<Integer>> statuses =
                changes.stream().map(change -> untilServed(change, busy)).toList();
        long amongChanges = p95OfLogins(
                bystanders, () -> !statuses.stream().allMatch(CompletableFuture::isDone), Integer.MAX_VALUE);
        assertThat(statuses).extracting(CompletableFuture::join).containsOnly(200);
        System.out.printf(
                "%d changes at once: all made, %d times a client got 503 and retried; p95 of a login among them is"
                        + " %.1f times that of one alone%n",
                CHANGES, busy.get(), (double) amongChanges / alone);
    }

    private static CompletableFuture<Integer> untilServed(HttpRequest change, AtomicInteger busy) {
        return Burst.sendForResponse(change).thenCompose(response -> {
            if (response.statusCode() != 503) {
                return CompletableFuture.completedFuture(response.statusCode());
            }
            busy.incrementAndGet();
            long seconds = response.headers().firstValueAsLong("Retry-After").orElseThrow();
            return CompletableFuture.supplyAsync(
                            () -> change, CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS))
                    .thenCompose(again -> untilServed(again, busy));
        });
    }

    /** R13: many requests leave heap, threads, connections and single-use entries as they were. */
    @Test
    void manyRequestsLeaveNothingBehind() {
        // Events are rows of a database that is in the heap.
        REALM.update(Map.of("eventsEnabled", false));
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        List<HttpRequest> kinds = List.of(
                Burst.change(user, tokens, "wrong-password", "A-new-Password-1"),
                Burst.request("POST", REALM.changeUrl(), "e30.e30.e30", Map.of()),
                Burst.request("POST", REALM.changeUrl(), tokens.accessToken(), Map.of("loginId", "x")),
                Burst.request("POST", REALM.changeUrl(), tokens.accessToken(), List.of()));
        send(kinds, REQUESTS / 5);
        Map<Gauge, Double> before = gauges();
        send(kinds, REQUESTS);
        Eventually.assertThat(
                () -> grown(before, gauges()),
                grown -> GAUGES.stream().allMatch(gauge -> grown.get(gauge) <= gauge.growth()));
        Map<Gauge, Double> after = gauges();
        before.forEach((gauge, value) -> System.out.printf(
                "%s before and after %d requests: %.0f, %.0f%n", gauge.name(), REQUESTS, value, after.get(gauge)));
    }

    private static void send(List<HttpRequest> kinds, int requests) {
        for (int sent = 0; sent < requests; sent += AT_ONCE) {
            List<Integer> statuses = Burst.of(IntStream.range(0, AT_ONCE)
                    .mapToObj(i -> kinds.get(i % kinds.size()))
                    .toList());
            // Refused for what they are, or because there are so many of the session's, or of all.
            assertThat(statuses).contains(401).isSubsetOf(400, 401, 409, 503);
        }
    }

    private static Map<Gauge, Double> grown(Map<Gauge, Double> before, Map<Gauge, Double> after) {
        Map<Gauge, Double> grown = new LinkedHashMap<>();
        before.forEach((gauge, value) -> grown.put(gauge, after.get(gauge) - value));
        return grown;
    }

    /** Of several users: Keycloak refuses a login of one whose last login it has not quite finished. */
    private static long p95OfLogins(List<TestUser> users, BooleanSupplier goOn, int most) {
        List<Long> times = new ArrayList<>();
        while (times.size() < most && goOn.getAsBoolean()) {
            TestUser user = users.get(times.size() % users.size());
            long start = System.nanoTime();
            assertThat(user.signsInWith(user.password())).isTrue();
            times.add(System.nanoTime() - start);
        }
        Collections.sort(times);
        return times.get(times.size() * 95 / 100);
    }

    /** After a garbage collection, if the server was started here. */
    private static Map<Gauge, Double> gauges() {
        collectGarbage();
        String metrics = given().relaxedHTTPSValidation()
                .get(REALM.server().managementUrl() + "/metrics")
                .asString();
        Map<Gauge, Double> gauges = new LinkedHashMap<>();
        GAUGES.forEach(gauge -> gauges.put(gauge, sum(gauge, metrics)));
        return gauges;
    }

    private static void collectGarbage() {
        try {
            if (REALM.server() instanceof KeycloakProcess process) {
                process.collectGarbage();
            }
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static double sum(Gauge gauge, String metrics) {
        List<String> lines = metrics.lines()
                .filter(Pattern.compile(gauge.metric()).asPredicate())
                .toList();
        assertThat(lines).as("metric of " + gauge.name()).isNotEmpty();
        return lines.stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
