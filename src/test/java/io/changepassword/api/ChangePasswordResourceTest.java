package io.changepassword.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.mockStatic;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.compat.BearerAuthentication;
import io.changepassword.fixture.MockedRequest;
import io.changepassword.fixture.MockedResponses;
import io.changepassword.http.Endpoint;
import io.changepassword.limits.HashingPermits;
import io.changepassword.limits.RequestPermits;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.keycloak.common.Profile;
import org.keycloak.representations.AccessToken;
import org.keycloak.utils.KeycloakSessionUtil;
import org.mockito.ArgumentMatchers;

/** For each endpoint its locator and its preflight, and what every other path gets. */
@ExtendWith(MockedResponses.class)
class ChangePasswordResourceTest {

    private static final String BASE = "https://id.example/realms/a-realm/change-password/";

    private final MockedRequest request = new MockedRequest();
    private final AccessToken token = new AccessToken();
    private final RequestPermits permits = new RequestPermits(1);
    private final ChangePasswordResource api =
            new ChangePasswordResource(request.session, permits, new HashingPermits(1));

    private record Route(
            Endpoint endpoint,
            Class<?> resource,
            Function<ChangePasswordResource, Object> locator,
            Function<ChangePasswordResource, Response> preflight) {}

    static Stream<Arguments> routes() {
        return Stream.of(
                        new Route(
                                CurrentPasswordResource.ENDPOINT,
                                CurrentPasswordResource.class,
                                ChangePasswordResource::currentPassword,
                                ChangePasswordResource::currentPasswordOptions),
                        new Route(
                                ActionTokenResource.ENDPOINT,
                                ActionTokenResource.class,
                                ChangePasswordResource::actionToken,
                                ChangePasswordResource::actionTokenOptions),
                        new Route(
                                ActionTokenMailResource.ENDPOINT,
                                ActionTokenMailResource.class,
                                ChangePasswordResource::actionTokenMail,
                                ChangePasswordResource::actionTokenMailOptions))
                .map(route -> Arguments.argumentSet(route.endpoint().path(), route));
    }

    @BeforeEach
    void aGoodRequest() {
        request.header(HttpHeaders.AUTHORIZATION, "Bearer a-token");
        request.header(HttpHeaders.CONTENT_TYPE, "application/json");
        token.audience("account");
        token.addAccess("account").addRole("manage-account");
    }

    @BeforeEach
    void features() {
        Profile.init(Profile.ProfileName.DEFAULT, Map.of(Profile.Feature.DPOP, false));
        // Keycloak's Cors looks there for the session.
        KeycloakSessionUtil.setKeycloakSession(request.session);
    }

    @AfterEach
    void forgetThem() {
        KeycloakSessionUtil.setKeycloakSession(null);
        Profile.reset();
    }

    @ParameterizedTest
    @MethodSource("routes")
    void locatorWhenTheCallerIsAdmittedThenTheEndpointsResource(Route route) {
        at(route.endpoint().path());

        assertThat(open(route)).isInstanceOf(route.resource());
    }

    /** JAX-RS calls a locator for every path that begins with its own. */
    @ParameterizedTest
    @MethodSource("routes")
    void locatorWhenThePathGoesOnThenNotFound(Route route) {
        at(route.endpoint().path() + "/more");

        assertNotFound(refused(() -> open(route)));
    }

    @ParameterizedTest
    @MethodSource("routes")
    void locatorWhenTheCallerIsNotAdmittedThenRefusedWithItsEvents(Route route) {
        at(route.endpoint().path());
        token.audience("another");

        Response refused = refused(() -> open(route));

        assertThat(refused.getStatus()).isEqualTo(401);
        assertThat(request.keycloak.events).isNotEmpty().allSatisfy(event -> {
            assertThat(event.getError()).isEqualTo("invalid_token");
            assertThat(event.getUserId()).isEqualTo("user");
        });
    }

    /** Before anything is verified: a rush of requests must not starve the logins. */
    @ParameterizedTest
    @MethodSource("routes")
    void locatorWhenTheNodeIsBusyThenNothingIsVerified(Route route) {
        at(route.endpoint().path());

        Response refused = permits.serve(
                "a session", "a user", () -> refused(() -> route.locator().apply(api)));

        assertThat(refused.getStatus()).isEqualTo(503);
        assertThat(request.keycloak.events).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("routes")
    void preflightThenTheEndpointsMethodIsAllowed(Route route) {
        assertThat(route.preflight().apply(api).getHeaderString("Allow")).isEqualTo("POST, OPTIONS");
    }

    @Test
    void unknownThenNotFoundWithoutAnEvent() {
        assertNotFound(refused(api::unknown));
        assertNotFound(refused(api::unknownOptions));
    }

    /** Keycloak would throw at it wherever it looks for a locale, in mails too. */
    @Test
    void openWhenAcceptLanguageIsUnreadableThenItIsDropped() {
        at(CurrentPasswordResource.PATH);
        when(request.request.getHttpHeaders().getAcceptableLanguages()).thenThrow(new IllegalArgumentException());

        open(new Route(null, null, ChangePasswordResource::currentPassword, null));

        verifyAcceptLanguageIsDropped();
    }

    @Test
    void unknownWhenAcceptLanguageIsUnreadableThenItIsDropped() {
        when(request.request.getHttpHeaders().getAcceptableLanguages()).thenThrow(new IllegalArgumentException());

        assertNotFound(refused(api::unknown));

        verifyAcceptLanguageIsDropped();
    }

    @Test
    void openWhenAcceptLanguageIsReadableThenTheRequestStaysAsItCame() {
        at(CurrentPasswordResource.PATH);

        open(new Route(null, null, ChangePasswordResource::currentPassword, null));

        verify(request.context, never()).setHttpRequest(any());
    }

    private void verifyAcceptLanguageIsDropped() {
        verify(request.context)
                .setHttpRequest(ArgumentMatchers.argThat(without ->
                        without.getHttpHeaders().getAcceptableLanguages().isEmpty()));
    }

    private void at(String path) {
        request.at(URI.create(BASE + path));
    }

    /** Keycloak's own check of a token has no other way in than its static method. */
    private Object open(Route route) {
        try (var keycloak = mockStatic(BearerAuthentication.class)) {
            keycloak.when(() -> BearerAuthentication.verify(any(), any(), anyBoolean()))
                    .thenReturn(Optional.of(new BearerAuthentication(
                            request.keycloak.user, request.keycloak.userSession, token, request.keycloak.client)));

            return route.locator().apply(api);
        }
    }

    private void assertNotFound(Response refused) {
        assertThat(refused.getStatus()).isEqualTo(404);
        assertThat(refused.getEntity())
                .isEqualTo("{\"error\":\"not_found\",\"error_description\":\"changePassword.notFound\"}");
        assertThat(request.keycloak.events).isEmpty();
    }

    private static Response refused(Runnable requested) {
        return catchThrowableOfType(WebApplicationException.class, requested::run)
                .getResponse();
    }
}
