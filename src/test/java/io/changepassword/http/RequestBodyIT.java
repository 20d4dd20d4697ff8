package io.changepassword.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.Json;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import io.restassured.RestAssured;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.http.Header;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that do not have the contract's shape are refused before any password is verified. */
@ExtendWith(KeycloakExtension.class)
class RequestBodyIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";

    @RegisterExtension
    static final TestRealm REALM = new TestRealm().with("bruteForceProtected", true);

    /** Stands for an absent field, as opposed to null. */
    private static final Object ABSENT = new Object();

    static Stream<Arguments> badValues() {
        List<Object> bad = Arrays.asList(
                ABSENT, null, "", " \t\n ", 12345678, 1.5, true, List.of("Initial-Password-1"), Map.of("a", "b"));
        return Stream.of("loginId", "oldPassword", "newPassword")
                .flatMap(field -> bad.stream().map(value -> Arguments.of(field, value)));
    }

    @ParameterizedTest
    @MethodSource("badValues")
    @DisplayName("P02 P03 field is bad: it is named, and nothing is hashed")
    void changeWhenFieldIsBadThenItIsNamedAndNothingHashed(String field, Object value) {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        Map<String, Object> body = user.body(user.password(), NEW_PASSWORD);
        body.put(field, value);
        if (value == ABSENT) {
            body.remove(field);
        }

        Response response = assertRefusedUnread(user, tokens, Json.of(body), 400);

        assertThat(response.<String>path("error")).isEqualTo("invalid_request");
        assertThat(response.<List<String>>path("violations.field")).containsExactly(field);
        assertThat(response.<String>path("error_description")).contains(field);
        boolean missing = value == ABSENT || value == null || value instanceof String;
        user.assertEvents(missing && !field.equals("loginId") ? "password_missing" : "invalid_request");
    }

    @Test
    @DisplayName("P02 all fields are missing: all are named in the contract's order")
    void changeWhenAllFieldsAreMissingThenAllAreNamedInTheContractsOrder() {
        TestUser user = REALM.user();

        Response response = user.change(user.signIn(), Map.of("userId", "x"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.<List<String>>path("violations.field"))
                .containsExactly("loginId", "oldPassword", "newPassword");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ab\\u0000cdefgh",
                "abcdefgh\\ud800",
                "abcdefgh\\udc00\\ud800",
                "\\u200b\\u200b\\u200b",
                "\\u3000"
            })
    @DisplayName("P14 P15 P16 new password is no text that a store accepts: refused")
    void changeWhenNewPasswordIsNoTextForAStoreThenRefused(String json) {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        String body = "{\"loginId\":\"%s\",\"oldPassword\":\"%s\",\"newPassword\":\"%s\"}"
                .formatted(user.email(), user.password(), json);

        Response response = assertRefusedUnread(user, tokens, body, 400);

        assertThat(response.<List<String>>path("violations.field")).containsExactly("newPassword");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"x\"",
                "1",
                "{",
                "{} x",
                "{}{}",
                "{'loginId':'a'}",
                "{/**/}",
                "{\"loginId\":\"a\",\"loginId\":\"b\"}",
                "{\"loginId\":01}",
                "{\"loginId\":NaN}"
            })
    @DisplayName("P01 P04 P06 body is no strict JSON object: refused")
    void changeWhenBodyIsNoStrictJsonObjectThenRefused(String body) {
        TestUser user = REALM.user();

        Response response = assertRefusedUnread(user, user.signIn(), body, 400);

        assertThat(response.<String>path("error")).isEqualTo("invalid_request");
        user.assertEvents("invalid_request");
    }

    @Test
    @DisplayName("P04 field is there in two spellings: refused")
    void changeWhenFieldIsThereInTwoSpellingsThenRefused() {
        TestUser user = REALM.user();
        Map<String, Object> body = user.body(user.password(), NEW_PASSWORD);
        body.put("OldPassword", "other");

        Response response = assertRefusedUnread(user, user.signIn(), Json.of(body), 400);

        assertThat(response.<List<String>>path("violations.field")).containsExactly("oldPassword");
    }

    @Test
    @DisplayName("P10 body is in another encoding: refused")
    void changeWhenBodyIsInAnotherEncodingThenRefused() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        String json = Json.of(user.body(user.password(), NEW_PASSWORD));

        for (byte[] bytes : List.of(
                json.getBytes(StandardCharsets.UTF_16),
                json.getBytes(StandardCharsets.UTF_16LE),
                json.replace("A-new", "\u00e4-new").getBytes(StandardCharsets.ISO_8859_1),
                ("\ufeff" + json).getBytes(StandardCharsets.UTF_8))) {
            assertRefusedUnread(user, tokens, bytes, 400);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/json",
                "application/x-www-form-urlencoded",
                "multipart/form-data",
                "application/xml",
                "*/*",
                "application/json;charset=utf-16",
                "gar bage",
                "application/"
            })
    @DisplayName("P09 media type is not JSON: 415")
    void changeWhenMediaTypeIsNotJsonThen415(String type) {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        var before = user.credentials();

        // The client library must not convert the body to a form or a multipart.
        Response response = raw(tokens)
                .config(RestAssured.config()
                        .encoderConfig(
                                RestAssured.config().getEncoderConfig().encodeContentTypeAs(type, ContentType.TEXT)))
                .header("Content-Type", type)
                .body(Json.of(user.body(user.password(), NEW_PASSWORD)))
                .post(REALM.changeUrl());

        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(response.<String>path("error")).isEqualTo("invalid_request");
        assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
        user.assertRefused(before, "invalid_request");
    }

    @Test
    @DisplayName("P09 a media type that cannot be parsed does not change the other headers of the response")
    void changeWhenMediaTypeIsUnreadableThenTheSecurityHeadersAreTheSame() {
        Tokens tokens = REALM.user().signIn();
        REALM.update(Map.of(
                "browserSecurityHeaders", Map.of("xRobotsTag", "noindex", "contentSecurityPolicyReportOnly", "")));

        List<Header> expected = headersOfResponse(tokens, "text/plain");
        // Some versions omit this header from JSON responses.
        Predicate<Header> robots = header -> header.getName().equals("X-Robots-Tag");
        assertThat(headersOfResponse(tokens, "gar bage"))
                .filteredOn(expected.stream().anyMatch(robots) ? header -> true : robots.negate())
                .isEqualTo(expected);
    }

    /** The headers without the policy for pages, which Keycloak omits from JSON responses. */
    private static List<Header> headersOfResponse(Tokens tokens, String type) {
        RestAssuredConfig asIs = RestAssured.config()
                .encoderConfig(RestAssured.config().getEncoderConfig().encodeContentTypeAs(type, ContentType.TEXT));
        return raw(tokens)
                .config(asIs)
                .header("Content-Type", type)
                .body("{}")
                .post(REALM.changeUrl())
                .headers()
                .asList()
                .stream()
                .filter(header -> !header.getName().equals("Content-Security-Policy"))
                .sorted(Comparator.comparing(Header::toString))
                .toList();
    }

    @Test
    @DisplayName("P11 body is compressed: 415")
    void changeWhenBodyIsCompressedThen415() {
        TestUser user = REALM.user();
        Response response = raw(user.signIn())
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .body(new byte[] {31, -117, 8})
                .post(REALM.changeUrl());
        assertThat(response.statusCode()).isEqualTo(415);
    }

    @Test
    @DisplayName("P08 body is at the limit: accepted, and one byte more is refused")
    void changeWhenBodyIsAtTheLimitThenReadAndOneByteMoreIsNot() {
        TestUser user = REALM.user();
        Tokens tokens = user.signIn();
        String json = Json.of(user.body(user.password(), NEW_PASSWORD));
        String atLimit = json + " ".repeat(JsonBody.MAXIMUM_BYTES - json.length());

        Response tooLarge = assertRefusedUnread(user, tokens, atLimit + " ", 413);
        assertThat(tooLarge.<String>path("error")).isEqualTo("invalid_request");
        user.assertEvents("invalid_request");

        user.change(tokens, atLimit).then().statusCode(200);
    }

    @Test
    @DisplayName("P08 body is too large and its length is not announced: refused, and read no further than the limit")
    void changeWhenBodyOfUnknownLengthIsTooLargeThenRefused() throws Exception {
        TestUser user = REALM.user();
        byte[] body = " ".repeat(JsonBody.MAXIMUM_BYTES + 1).getBytes(StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(URI.create(REALM.changeUrl()))
                .header("Authorization", "Bearer " + user.signIn().accessToken())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build();

        int status = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();

        assertThat(status).isEqualTo(413);
        user.assertEvents("invalid_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"de;q=2", "-", "de,-", "de;q=foo", "x;q=", ";;;q=", "*", "xx-YY-zz"})
    @DisplayName("W09 an Accept-Language that cannot be parsed does not change the response")
    void changeWhenAcceptLanguageIsUnreadableThenTheResponseIsTheSame(String language) {
        REALM.update(Map.of("internationalizationEnabled", true, "supportedLocales", List.of("de", "en")));
        TestUser user = REALM.user();

        Response response = raw(user.signIn())
                .header("Accept-Language", language)
                .header("Content-Type", "application/json")
                .body(Json.of(user.body("wrong", NEW_PASSWORD)))
                .post(REALM.changeUrl());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.<String>path("error")).isEqualTo("invalid_user_credentials");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    @DisplayName("P05 field is unknown: ignored")
    void changeWhenFieldIsUnknownThenIgnored() {
        TestUser user = REALM.user();
        Map<String, Object> body = user.body(user.password(), NEW_PASSWORD);
        body.putAll(new HashMap<>(Map.of("userId", "somebody", "realm", "master", "temporary", true)));

        user.change(user.signIn(), body).then().statusCode(200);

        assertThat(user.requiredActions()).isEmpty();
        assertThat(user.signsInWith(NEW_PASSWORD)).isTrue();
    }

    private static Response assertRefusedUnread(TestUser user, Tokens tokens, Object body, int status) {
        var before = user.credentials();
        long verified = REALM.passwordsVerified();
        RequestSpecification request = raw(tokens).header("Content-Type", "application/json");
        Response response = (body instanceof byte[] bytes ? request.body(bytes) : request.body((String) body))
                .post(REALM.changeUrl());
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        assertThat(REALM.passwordsVerified()).as("passwords verified").isEqualTo(verified);
        assertThat(user.credentials()).isEqualTo(before);
        assertThat(user.failures()).isZero();
        return response;
    }

    private static RequestSpecification raw(Tokens tokens) {
        return given().auth().oauth2(tokens.accessToken());
    }
}
