package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import io.changepassword.credential.ChangeEvents;
import io.changepassword.fixture.MockedRequest;
import io.changepassword.fixture.MockedResponses;
import io.changepassword.http.Endpoint.Credential;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.representations.AccessToken;
import org.keycloak.utils.KeycloakSessionUtil;

@ExtendWith(MockedResponses.class)
class CrossOriginTest {

    private static final String APP = "https://app.example";
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    private static final String ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials";
    private static final String ALLOW_HEADERS = "Access-Control-Allow-Headers";
    private static final String ALLOW_METHODS = "Access-Control-Allow-Methods";

    private final MockedRequest request = new MockedRequest();
    private final CrossOrigin crossOrigin = new CrossOrigin(request.session);
    private final AccessToken token = new AccessToken();

    /** Keycloak keeps the session of a request with its thread. */
    @BeforeEach
    void theThreadsSession() {
        KeycloakSessionUtil.setKeycloakSession(request.session);
    }

    @AfterEach
    void forgetIt() {
        KeycloakSessionUtil.setKeycloakSession(null);
    }

    /** Or an app in a browser would not learn that its token has expired. */
    @Test
    void addHeadersWhenNoClientIsKnownThenAnyOriginReadsWithoutCredentials() {
        request.header("Origin", "https://any.example");

        crossOrigin.addHeaders();

        assertReadableBy("https://any.example", false);
        assertThat(request.responseHeaders
                        .getFirst("Access-Control-Expose-Headers")
                        .split(", ?"))
                .containsExactlyInAnyOrder("WWW-Authenticate", "Retry-After");
    }

    /** As of an app that is no web page. */
    @Test
    void restrictToWhenThereIsNoOriginThenAllowedAndNoHeaders() {
        assertThat(restrict()).isTrue();
        assertNotReadable();
    }

    @Test
    void restrictToWhenTheOriginIsTheServersOwnThenAllowedAndNoHeaders() {
        request.header("Origin", "https://id.example");

        assertThat(restrict()).isTrue();
        assertNotReadable();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "http://app.example",
                "https://app.example:8443",
                "https://app.example.evil.example",
                "HTTPS://APP.EXAMPLE",
                "http://id.example",
                "null",
                ""
            })
    void restrictToWhenTheOriginIsForeignThenNotAllowedAndNoHeaders(String origin) {
        request.header("Origin", origin);
        token.setAllowedOrigins(Set.of(APP));

        assertThat(restrict()).isFalse();
        assertNotReadable();
    }

    @Test
    void restrictToWhenTheTokenNamesTheOriginThenItReadsWithCredentials() {
        request.header("Origin", APP);
        token.setAllowedOrigins(Set.of("https://another.example", APP));

        assertThat(restrict()).isTrue();
        crossOrigin.addHeaders();
        assertReadableBy(APP, true);
    }

    /** What the token was issued with holds, whatever becomes of the client's setting. */
    @Test
    void restrictToWhenTheTokenNamesOthersThanTheClientThenTheTokensHold() {
        request.header("Origin", APP);
        token.setAllowedOrigins(Set.of("https://another.example"));
        when(request.keycloak.client.getWebOrigins()).thenReturn(Set.of(APP));

        assertThat(restrict()).isFalse();
        assertNotReadable();
    }

    /** A lightweight token has no such claim. */
    @Test
    void restrictToWhenTheTokenNamesNoneThenTheClientsHold() {
        request.header("Origin", APP);
        when(request.keycloak.client.getWebOrigins()).thenReturn(Set.of(APP));

        assertThat(restrict()).isTrue();
        crossOrigin.addHeaders();
        assertReadableBy(APP, true);
    }

    @Test
    void restrictToWhenTheTokensListIsEmptyThenTheClientsHold() {
        request.header("Origin", APP);
        token.setAllowedOrigins(Set.of());
        when(request.keycloak.client.getWebOrigins()).thenReturn(Set.of(APP));

        assertThat(restrict()).isTrue();
    }

    @Test
    void restrictToWhenNobodyNamesAnyThenNotAllowed() {
        request.header("Origin", APP);

        assertThat(restrict()).isFalse();
        assertNotReadable();
    }

    @Test
    void restrictToWhenAnyOriginIsAllowedThenItReadsWithoutCredentials() {
        request.header("Origin", APP);
        token.setAllowedOrigins(Set.of("*"));

        assertThat(restrict()).isTrue();
        crossOrigin.addHeaders();
        assertReadableBy(APP, false);
    }

    @ParameterizedTest
    @EnumSource(Credential.class)
    void preflightWhenItIsCrossOriginThenTheEndpointsMethodAndHeadersAreAllowed(Credential credential) {
        request.header("Origin", "https://any.example");

        Response response = preflight(credential);

        assertThat(response.getStatus()).isEqualTo(204);
        assertReadableBy("https://any.example", true);
        assertThat(values(ALLOW_METHODS)).containsExactlyInAnyOrder("POST", "OPTIONS");
        assertThat(values(ALLOW_HEADERS))
                .contains("Content-Type", "Authorization", "DPoP")
                .doesNotHaveDuplicates();
        assertThat(values(ALLOW_HEADERS).contains("x-access-token"))
                .isEqualTo(credential == Credential.AUTHORIZATION_OR_X_ACCESS_TOKEN);
    }

    @ParameterizedTest
    @EnumSource(Credential.class)
    void preflightWhenThereIsNoOriginThenNoCrossOriginHeaders(Credential credential) {
        preflight(credential);

        assertThat(request.responseHeaders).isEmpty();
    }

    /** The response depends on the origin, and no cache keeps it for another. */
    @Test
    void preflightThenTheMethodsAreNamedAndNobodyStoresIt() {
        Response response = preflight(Credential.AUTHORIZATION);

        assertThat(response.getStatus()).isEqualTo(204);
        assertThat(response.getHeaders())
                .containsEntry("Allow", List.of("POST, OPTIONS"))
                .containsEntry("Cache-Control", List.of("no-store"))
                .containsEntry("Vary", List.of("Origin"));
    }

    private boolean restrict() {
        return crossOrigin.restrictTo(request.keycloak.client, token);
    }

    private Response preflight(Credential credential) {
        return CrossOrigin.preflight(
                request.session,
                new Endpoint(
                        "POST", "a/path", credential, Endpoint.Body.NONE, ErrorFormat.OAUTH, ChangeEvents.Kind.CHANGE));
    }

    private void assertReadableBy(String origin, boolean withCredentials) {
        assertThat(request.responseHeaders)
                .containsEntry(ALLOW_ORIGIN, List.of(origin))
                .containsEntry(ALLOW_CREDENTIALS, List.of(String.valueOf(withCredentials)));
    }

    private void assertNotReadable() {
        crossOrigin.addHeaders();

        assertThat(request.responseHeaders).isEmpty();
    }

    /** Of a header whose value is a list. */
    private List<String> values(String header) {
        return request.responseHeaders.get(header).stream()
                .flatMap(value -> Arrays.stream(value.split(", ?")))
                .toList();
    }
}
