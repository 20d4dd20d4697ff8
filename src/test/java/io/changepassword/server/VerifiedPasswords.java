package io.changepassword.server;

import static io.restassured.RestAssured.given;

import io.changepassword.provider.CountingHash;
import java.util.Map;

/** How many passwords a server has verified for a realm: by Keycloak's metric, or in 26.0, which has none, by a test provider. */
final class VerifiedPasswords {

    private static final String METRIC = "keycloak_credentials_password_hashing_validations_total";

    private final TestRealm realm;
    private final boolean byMetric;

    VerifiedPasswords(TestRealm realm) {
        this.realm = realm;
        this.byMetric = !realm.version().startsWith("26.0.");
    }

    /** @param representation of a realm whose passwords are to be counted, or a change of its policy */
    void countIn(Map<String, Object> representation) {
        if (!byMetric) {
            representation.merge(
                    "passwordPolicy", "hashAlgorithm(" + CountingHash.ID + ")", VerifiedPasswords::counting);
        }
    }

    private static Object counting(Object policy, Object counting) {
        String text = policy.toString();
        if (text.contains("hashAlgorithm(")) {
            return text;
        }
        return text.isEmpty() ? counting : text + " and " + counting;
    }

    long count() {
        return byMetric ? countByMetric() : countByProvider();
    }

    private long countByMetric() {
        return given().relaxedHTTPSValidation()
                .get(realm.server().managementUrl() + "/metrics")
                .then()
                .statusCode(200)
                .extract()
                .asString()
                .lines()
                .filter(line -> line.startsWith(METRIC) && line.contains("realm=\"" + realm.name() + "\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private long countByProvider() {
        Map<String, String> info = realm.admin()
                .get(realm.server().url() + "/admin/serverinfo")
                .then()
                .statusCode(200)
                .extract()
                .path("providers.'password-hashing'.providers.'" + CountingHash.ID + "'.operationalInfo");
        return Long.parseLong(info.getOrDefault(CountingHash.VERIFIED_IN + realm.name(), "0"));
    }
}
