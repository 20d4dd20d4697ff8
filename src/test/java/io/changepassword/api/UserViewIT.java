package io.changepassword.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.ActionTokens;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The {@code User} in the response to a change with an action token. */
@ExtendWith(KeycloakExtension.class)
class UserViewIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";

    @RegisterExtension
    static final TestRealm REALM = new TestRealm()
            .with("internationalizationEnabled", true)
            .with("supportedLocales", List.of("en", "de", "pt-BR"))
            .with("defaultLocale", "en");

    private static ActionTokens signer;

    /** Attributes that users may read, attributes that only administrators may read, and attributes unknown to the profile. */
    @BeforeAll
    static void declareAttributes() {
        signer = ActionTokens.of(REALM);
        Map<String, Object> profile = REALM.admin()
                .get(REALM.adminUrl("/users/profile"))
                .then()
                .extract()
                .path("$");
        List<Object> attributes = new ArrayList<>((List<?>) profile.get("attributes"));
        for (String readable : List.of("picture", "department", "mailOnBuildCompleted", "mailOnCodePushCompleted")) {
            attributes.add(attribute(readable, List.of("admin", "user")));
        }
        attributes.add(attribute("creditRating", List.of("admin")));
        Map<String, Object> changed = new HashMap<>(profile);
        changed.put("attributes", attributes);
        changed.put("unmanagedAttributePolicy", "ENABLED");
        REALM.admin().body(changed).put(REALM.adminUrl("/users/profile")).then().statusCode(200);
    }

    private static Map<String, Object> attribute(String name, List<String> view) {
        return Map.of("name", name, "multivalued", true, "permissions", Map.of("view", view, "edit", List.of("admin")));
    }

    @Test
    @DisplayName("B27 everything known, except what the user may not read")
    void changeWhenProfileIsFullThenTheUserIsReturnedAsTheyMaySeeThemselves() throws Exception {
        Instant before = Instant.now().minus(Duration.ofSeconds(2));
        TestUser user = REALM.user(
                "full",
                Map.of(
                        "attributes",
                        Map.of(
                                "locale", List.of("pt-BR"),
                                "picture", List.of("https://example.com/p.png"),
                                "department", List.of("Research", "Sales"),
                                "mailOnBuildCompleted", List.of("true"),
                                "mailOnCodePushCompleted", List.of("false"),
                                "creditRating", List.of("poor"),
                                "unmanaged", List.of("internal"))));

        Map<String, Object> response = change(user);

        assertThat(response)
                .containsEntry("_id", sha256(user.id()).substring(0, 24))
                .containsEntry("sub", user.id())
                .containsEntry("username", "full")
                .containsEntry("firstName", "First")
                .containsEntry("lastName", "Last")
                .containsEntry("status", 1)
                .containsEntry("language", "pt")
                .containsEntry("region", "BR")
                .containsEntry("avatarUrl", "https://example.com/p.png")
                .containsEntry("settings", Map.of("mailOnBuildCompleted", true, "mailOnCodePushCompleted", false))
                .containsOnlyKeys(
                        "_id",
                        "sub",
                        "username",
                        "firstName",
                        "lastName",
                        "status",
                        "createdAt",
                        "updatedAt",
                        "lastLoginAt",
                        "language",
                        "region",
                        "avatarUrl",
                        "attributes",
                        "settings");
        assertThat(response.get("attributes"))
                .isEqualTo(Map.of(
                        "department", List.of("Research", "Sales"),
                        "locale", List.of("pt-BR"),
                        "mailOnBuildCompleted", List.of("true"),
                        "mailOnCodePushCompleted", List.of("false"),
                        "picture", List.of("https://example.com/p.png")));
        Instant createdAt = instant(response, "createdAt");
        Instant updatedAt = instant(response, "updatedAt");
        assertThat(createdAt).isAfter(before).isBefore(updatedAt);
        assertThat(instant(response, "lastLoginAt")).isAfter(before).isBeforeOrEqualTo(updatedAt);
        assertThat(updatedAt.toEpochMilli())
                .isEqualTo(((Number) user.credentials().get(0).get("createdDate")).longValue());
    }

    @Test
    void changeWhenProfileIsEmptyThenNamesAreEmptyAndTheRestIsLeftOut() {
        TestUser user = REALM.user("bare", Map.of());
        Tokens tokens = user.signIn();
        // Only administrators can leave names empty: a sign-in would require them.
        user.update(Map.of("firstName", "", "lastName", ""));

        Map<String, Object> response = change(user, tokens);

        assertThat(response)
                .containsEntry("firstName", "")
                .containsEntry("lastName", "")
                .doesNotContainKeys("language", "region", "avatarUrl", "settings", "password", "email")
                .containsEntry("attributes", Map.of());
    }

    @Test
    @DisplayName("B27 names that the profile hides from the user are empty")
    void changeWhenNamesAreHiddenThenTheyAreEmpty() {
        TestRealm realm = REALM.another();
        try {
            ActionTokens tokensOfRealm = ActionTokens.of(realm);
            Map<String, Object> profile = new HashMap<>(realm.admin()
                    .get(realm.adminUrl("/users/profile"))
                    .then()
                    .extract()
                    .<Map<String, Object>>path("$"));
            List<Object> attributes = new ArrayList<>();
            for (Object known : (List<?>) profile.get("attributes")) {
                Object name = ((Map<?, ?>) known).get("name");
                attributes.add(
                        "lastName".equals(name)
                                ? Map.of(
                                        "name",
                                        name,
                                        "permissions",
                                        Map.of("view", List.of("admin"), "edit", List.of("admin")))
                                : known);
            }
            profile.put("attributes", attributes);
            realm.admin()
                    .body(profile)
                    .put(realm.adminUrl("/users/profile"))
                    .then()
                    .statusCode(200);
            TestUser user = realm.user();

            Response response =
                    user.redeem(user.signIn(), tokensOfRealm.sign(tokensOfRealm.executeActions(user)), NEW_PASSWORD);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.<String>path("firstName")).isEqualTo("First");
            assertThat(response.<String>path("lastName")).isEmpty();
            assertThat(response.asString()).doesNotContain("\"Last\"");
        } finally {
            realm.delete();
        }
    }

    private static Map<String, Object> change(TestUser user) {
        return change(user, user.signIn());
    }

    private static Map<String, Object> change(TestUser user, Tokens tokens) {
        return user.redeem(tokens, signer.sign(signer.executeActions(user)), NEW_PASSWORD)
                .then()
                .statusCode(200)
                .extract()
                .path("$");
    }

    private static Instant instant(Map<String, Object> response, String field) {
        assertThat(response.get(field).toString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z");
        return Instant.parse(response.get(field).toString());
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
