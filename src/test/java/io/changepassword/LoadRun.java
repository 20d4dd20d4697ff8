package io.changepassword;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.server.Burst;
import io.changepassword.server.KeycloakExtension;
import io.changepassword.server.TestRealm;
import io.changepassword.server.TestUser;
import io.changepassword.server.Tokens;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
    private static final int REQUESTS = 10_000;
    private static final int AT_ONCE = 20;

    @RegisterExtension
    static final TestRealm REALM =
            new TestRealm().with("bruteForceProtected", true).with("failureFactor", 1_000_000);

    /** R10: changes of many users at once neither break nor starve ordinary logins. */
    @Test
    void changesOfManyUsersAtOnce() {
        List<HttpRequest> changes = IntStream.range(0, CHANGES)
                .mapToObj(i -> REALM.user())
                .map(user -> Burst.change(user, user.signIn(), user.password(), "A-new-Password-1"))
                .toList();
        TestUser bystander = REALM.user();
        long alone = p95OfLogins(bystander, 40);
        List<CompletableFuture<Integer>> answers =
                changes.stream().map(Burst::send).toList();
        long amongChanges = p95OfLogins(bystander, 40);
        Map<Integer, Integer> statuses = new LinkedHashMap<>();
        answers.forEach(answer -> statuses.merge(answer.join(), 1, Integer::sum));
        System.out.printf(
                "%d changes at once: %s; p95 of a login among them is %.1f times that of one alone%n",
                CHANGES, statuses, (double) amongChanges / alone);
        assertThat(statuses).containsOnlyKeys(200);
    }

    /** R13: many requests leave heap, threads and connections as they were. */
    @Test
    void manyRequestsLeaveNothingBehind() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        List<HttpRequest> kinds = List.of(
                Burst.change(user, tokens, "wrong-password", "A-new-Password-1"),
                Burst.request("POST", REALM.changeUrl(), "e30.e30.e30", Map.of()),
                Burst.request("POST", REALM.changeUrl(), tokens.accessToken(), Map.of("loginId", "x")),
                Burst.request("POST", REALM.changeUrl(), tokens.accessToken(), List.of()));
        send(kinds, REQUESTS / 5);
        Map<String, Double> before = gauges();
        send(kinds, REQUESTS);
        Map<String, Double> after = gauges();
        before.forEach((name, value) -> System.out.printf(
                "%s before and after %d requests: %.0f, %.0f%n", name, REQUESTS, value, after.get(name)));
    }

    private static void send(List<HttpRequest> kinds, int requests) {
        for (int sent = 0; sent < requests; sent += AT_ONCE) {
            Burst.of(IntStream.range(0, AT_ONCE)
                    .mapToObj(i -> kinds.get(i % kinds.size()))
                    .toList());
        }
    }

    private static long p95OfLogins(TestUser user, int logins) {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < logins; i++) {
            long start = System.nanoTime();
            assertThat(user.signsInWith(user.password())).isTrue();
            times.add(System.nanoTime() - start);
        }
        Collections.sort(times);
        return times.get(times.size() * 95 / 100);
    }

    private static Map<String, Double> gauges() {
        String metrics = given().relaxedHTTPSValidation()
                .get(REALM.server().managementUrl() + "/metrics")
                .asString();
        Map<String, Double> gauges = new LinkedHashMap<>();
        for (String name : List.of("jvm_memory_used_bytes", "jvm_threads_live_threads", "agroal_active_count")) {
            gauges.put(
                    name,
                    metrics.lines()
                            .filter(line -> line.startsWith(name)
                                    && (!name.contains("memory") || line.contains("area=\"heap\"")))
                            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                            .sum());
        }
        return gauges;
    }
}
