package io.changepassword.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.Burst;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What response times reveal: a measurement, and no part of the build. {@code ./mvnw verify -Dit.test=TimingComparison}
 * prints the median and the 90th percentile of each kind of refusal, as ratios to the first of its group, all taken in random
 * order. It judges no time; it fails only if a request is not refused as its kind is.
 */
@ExtendWith(KeycloakExtension.class)
class TimingComparison {

    private static final int WARM_UP = 50;
    private static final int SAMPLES = 200;

    @RegisterExtension
    static final TestRealm REALM = new TestRealm().with("passwordPolicy", "length(10) and passwordHistory(3)");

    @Test
    void compare() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        TestUser without = REALM.user();
        Tokens tokensWithout = without.signIn();
        String credential = (String) without.credentials().get(0).get("id");
        REALM.admin().delete(REALM.adminUrl("/users/" + without.id() + "/credentials/" + credential));
        TestUser other = REALM.user();
        TestUser disabled = REALM.user("disabled", Map.of("enabled", false));

        Map<String, HttpRequest> proofs = new LinkedHashMap<>();
        proofs.put("wrong old password, good new one", Burst.change(user, tokens, "wrong-password", "Good-Password-1"));
        proofs.put(
                "wrong old password, new one is the current",
                Burst.change(user, tokens, "wrong-password", user.password()));
        proofs.put("wrong old password, new one too short", Burst.change(user, tokens, "wrong-password", "short"));
        proofs.put(
                "user without a password", Burst.change(without, tokensWithout, "wrong-password", "Good-Password-1"));
        compare(400, proofs);

        Map<String, HttpRequest> logins = new LinkedHashMap<>();
        logins.put("loginId of another user", foreign(user, tokens, other.email()));
        logins.put("loginId of a disabled user", foreign(user, tokens, disabled.email()));
        logins.put("loginId of nobody", foreign(user, tokens, "nobody-1@example.com"));
        compare(403, logins);
    }

    private static HttpRequest foreign(TestUser user, Tokens tokens, String loginId) {
        Map<String, Object> body = user.body("wrong-password", "Good-Password-1");
        body.put("loginId", loginId);
        return Burst.request("POST", REALM.changeUrl(), tokens.accessToken(), body);
    }

    private static void compare(int status, Map<String, HttpRequest> requests) {
        Map<String, List<Long>> times = new LinkedHashMap<>();
        List<Map.Entry<String, HttpRequest>> order = new ArrayList<>(requests.entrySet());
        requests.keySet().forEach(kind -> times.put(kind, new ArrayList<>()));
        for (int round = 0; round < WARM_UP + SAMPLES; round++) {
            // The request before it influences the time as well.
            Collections.shuffle(order);
            for (var request : order) {
                long start = System.nanoTime();
                int refused = Burst.send(request.getValue()).join();
                long time = System.nanoTime() - start;
                assertThat(refused).as(request.getKey()).isEqualTo(status);
                if (round >= WARM_UP) {
                    times.get(request.getKey()).add(time);
                }
            }
        }
        times.values().forEach(Collections::sort);
        List<Long> first = times.values().iterator().next();
        times.forEach((kind, sorted) -> System.out.printf(
                "%-45s median %.2f  p90 %.2f  of %d%n",
                kind, ratio(sorted, first, 50), ratio(sorted, first, 90), sorted.size()));
    }

    private static double ratio(List<Long> sorted, List<Long> first, int percentile) {
        return (double) sorted.get(sorted.size() * percentile / 100) / first.get(first.size() * percentile / 100);
    }
}
