package io.changepassword.server;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A realm of a test class's own, made and removed over the admin REST API, so that classes do not disturb each other; and in
 * it a user of a test's own, so that tests do not either.
 */
public final class TestRealm implements BeforeAllCallback, AfterAllCallback {

    /** A public client that may call the API, with the web origin {@link #ORIGIN}. */
    public static final String APP = "app";

    public static final String ORIGIN = "http://localhost:3000";

    private static final String PATH = "/change-password/api/svc/v1/users/change-password";
    private static final String TOKEN_PATH = "/change-password/auth/change-password";

    private final String name = "it-" + UUID.randomUUID();
    private final Map<String, Object> representation = new HashMap<>();
    private final List<Map<String, Object>> clients = new ArrayList<>();
    private final AtomicInteger users = new AtomicInteger();
    private final TracedKeycloak traced;
    private KeycloakServer server;
    private VerifiedPasswords verified;
    private String adminToken;
    private long adminTokenUntil;

    static {
        // REST Assured would write forms in Latin-1, and add a charset to every media type.
        RestAssured.config = RestAssured.config()
                .encoderConfig(EncoderConfig.encoderConfig()
                        .defaultContentCharset(StandardCharsets.UTF_8)
                        .appendDefaultContentCharsetToContentTypeIfUndefined(false));
        RestAssured.filters(new EveryAnswer());
    }

    /** On the server that all share. */
    public TestRealm() {
        this(null);
    }

    /** On a server of the test class's own. */
    public TestRealm(TracedKeycloak traced) {
        this.traced = traced;
        with("enabled", true);
        with("eventsEnabled", true);
        with("sslRequired", "external");
        client(APP, Map.of("webOrigins", List.of(ORIGIN)));
    }

    /** @param field of Keycloak's realm representation */
    public TestRealm with(String field, Object value) {
        representation.put(field, value);
        return this;
    }

    /** Adds a public client with direct access grants; {@code more} are fields of Keycloak's client representation. */
    public TestRealm client(String id, Map<String, Object> more) {
        Map<String, Object> client = new HashMap<>(Map.of(
                "clientId",
                id,
                "publicClient",
                true,
                "directAccessGrantsEnabled",
                true,
                "redirectUris",
                List.of(ORIGIN + "/*")));
        client.putAll(more);
        clients.add(client);
        return this;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        create(traced == null ? KeycloakExtension.server(context) : traced.server());
    }

    private void create(KeycloakServer where) {
        server = where;
        verified = new VerifiedPasswords(this);
        verified.countIn(representation);
        with("realm", name).with("clients", clients);
        admin().body(representation).post(server.url() + "/admin/realms").then().statusCode(201);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        delete();
    }

    /** The server's version. */
    public String version() {
        return admin().get(server.url() + "/admin/serverinfo").then().extract().path("systemInfo.version");
    }

    /** A further realm on the same server, which the test deletes itself. */
    public TestRealm another() {
        TestRealm another = new TestRealm();
        another.create(server);
        return another;
    }

    public void delete() {
        admin().delete(adminUrl("")).then().statusCode(204);
    }

    public String name() {
        return name;
    }

    public KeycloakServer server() {
        return server;
    }

    /** @param path below the realm's base URL */
    public String url(String path) {
        return server.url() + "/realms/" + name + path;
    }

    /** The path of door A, as it stands in a request line. */
    public String changePath() {
        return "/realms/" + name + PATH;
    }

    /** Host and port, as they stand in the header {@code Host}. */
    public String authority() {
        return server.url().getAuthority();
    }

    /** Door A of this realm. */
    public String changeUrl() {
        return url(PATH);
    }

    /** Door B of this realm. */
    public String tokenUrl() {
        return url(TOKEN_PATH);
    }

    /** Where a token for door B is asked for. */
    public String tokenMailUrl() {
        return url(TOKEN_PATH + "/token");
    }

    /** @param path below the realm's admin URL */
    public String adminUrl(String path) {
        return server.url() + "/admin/realms/" + name + path;
    }

    /** A request with the administrator's token. */
    public RequestSpecification admin() {
        return given().auth().oauth2(adminToken()).contentType(ContentType.JSON);
    }

    public synchronized String adminToken() {
        if (System.nanoTime() > adminTokenUntil || adminToken == null) {
            adminToken = given().formParam("grant_type", "password")
                    .formParam("client_id", "admin-cli")
                    .formParam("username", server.admin().getKey())
                    .formParam("password", server.admin().getValue())
                    .post(server.url() + "/realms/master/protocol/openid-connect/token")
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("access_token");
            adminTokenUntil = System.nanoTime() + 30_000_000_000L;
        }
        return adminToken;
    }

    /** Changes fields of the realm. */
    public void update(Map<String, Object> fields) {
        Map<String, Object> changed = new HashMap<>(fields);
        if (changed.containsKey("passwordPolicy")) {
            verified.countIn(changed);
        }
        admin().body(changed).put(adminUrl("")).then().statusCode(204);
    }

    /** Sets attributes of the realm, and leaves the others; an empty value stands for an attribute that is not set. */
    public void attributes(Map<String, String> attributes) {
        Map<String, Object> present = admin().get(adminUrl("")).then().extract().path("attributes");
        Map<String, Object> all = new HashMap<>(present);
        all.putAll(attributes);
        update(Map.of("attributes", all));
    }

    public void switchOffRequiredAction(String alias) {
        String url = adminUrl("/authentication/required-actions/" + alias);
        Map<String, Object> action =
                new HashMap<>(admin().get(url).then().extract().<Map<String, Object>>path("$"));
        action.put("enabled", false);
        admin().body(action).put(url).then().statusCode(204);
    }

    /** Changes fields of a client. */
    public void updateClient(String id, Map<String, Object> fields) {
        Map<String, Object> changed = new HashMap<>(fields);
        changed.put("clientId", id);
        admin().body(changed).put(clientUrl(id)).then().statusCode(204);
    }

    public void deleteClient(String id) {
        admin().delete(clientUrl(id)).then().statusCode(204);
    }

    private String clientUrl(String id) {
        String uuid =
                admin().queryParam("clientId", id).get(adminUrl("/clients")).path("[0].id");
        return adminUrl("/clients/" + uuid);
    }

    /** A new user with a password. */
    public TestUser user() {
        return user("user-" + users.incrementAndGet(), Map.of());
    }

    /** A new user with a password; {@code more} are fields of Keycloak's user representation. */
    public TestUser user(String username, Map<String, Object> more) {
        return user(username, "Initial-Password-" + users.incrementAndGet(), more);
    }

    /** A new user with this password; {@code more} are fields of Keycloak's user representation. */
    public TestUser user(String username, String password, Map<String, Object> more) {
        String email = username + "@example.com";
        Map<String, Object> user = new HashMap<>(Map.of(
                "username",
                username,
                "email",
                email,
                "emailVerified",
                true,
                "firstName",
                "First",
                "lastName",
                "Last",
                "enabled",
                true,
                "credentials",
                List.of(Map.of("type", "password", "value", password))));
        user.putAll(more);
        Response made = admin().body(user).post(adminUrl("/users"));
        assertThat(made.statusCode()).as(made.asString()).isEqualTo(201);
        String location = made.header("Location");
        return new TestUser(this, location.substring(location.lastIndexOf('/') + 1), username, email, password);
    }

    /** The answer of the token endpoint to a password grant. */
    public Response grant(String client, String username, String password, String scope) {
        return given().formParam("grant_type", "password")
                .formParam("client_id", client)
                .formParam("username", username)
                .formParam("password", password)
                .formParam("scope", scope)
                .post(url("/protocol/openid-connect/token"));
    }

    /** The answer of the token endpoint to a refresh. */
    public Response refresh(Tokens tokens) {
        return given().formParam("grant_type", "refresh_token")
                .formParam("client_id", tokens.client())
                .formParam("refresh_token", tokens.refreshToken())
                .post(url("/protocol/openid-connect/token"));
    }

    /** The error codes of the realm's refusals in which no user stands, the newest first. */
    public List<String> anonymousErrors() {
        List<Map<String, Object>> events = admin().queryParam("type", "UPDATE_CREDENTIAL_ERROR")
                .get(adminUrl("/events"))
                .then()
                .statusCode(200)
                .extract()
                .path("$");
        return events.stream()
                .filter(event -> event.get("userId") == null)
                .map(event -> (String) event.get("error"))
                .toList();
    }

    /** How many passwords the server has verified for this realm, right ones and wrong ones. */
    public long passwordsVerified() {
        return verified.count();
    }
}
