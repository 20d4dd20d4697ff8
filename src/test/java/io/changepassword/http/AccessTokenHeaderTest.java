package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.credential.ChangeEvents;
import io.changepassword.fixture.MockedRequest;
import io.changepassword.http.AccessTokenHeader.Scheme;
import io.changepassword.http.Endpoint.Credential;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenHeaderTest {

    private static final String AUTHORIZATION = "Authorization";
    private static final String X_ACCESS_TOKEN = "x-access-token";
    private static final String DPOP = "DPoP";

    private final MockedRequest request = new MockedRequest();
    private final HttpHeaders headers = request.request.getHttpHeaders();

    @Test
    void isAmbiguousWhenThereIsNoCredentialThenFalse() {
        assertThat(AccessTokenHeader.isAmbiguous(headers)).isFalse();
    }

    @Test
    void isAmbiguousWhenThereIsOneCredentialThenFalse() {
        request.header(AUTHORIZATION, "DPoP a");
        request.header(DPOP, "a-proof");
        assertThat(AccessTokenHeader.isAmbiguous(headers)).isFalse();

        request.headers.clear();
        request.header(X_ACCESS_TOKEN, "a");
        assertThat(AccessTokenHeader.isAmbiguous(headers)).isFalse();
    }

    /** Even of the same token twice: one reader takes the first, another the last. */
    @ParameterizedTest
    @ValueSource(strings = {AUTHORIZATION, X_ACCESS_TOKEN, DPOP})
    void isAmbiguousWhenAHeaderIsThereTwiceThenTrue(String name) {
        request.header(name, "Bearer a", "Bearer a");

        assertThat(AccessTokenHeader.isAmbiguous(headers)).isTrue();
    }

    @Test
    void isAmbiguousWhenThereIsATokenInEachHeaderThenTrue() {
        request.header(AUTHORIZATION, "Bearer a");
        request.header(X_ACCESS_TOKEN, "a");

        assertThat(AccessTokenHeader.isAmbiguous(headers)).isTrue();
    }

    /** A proxy may join two headers into one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer a, Bearer b",
                "Bearer a,Basic b",
                "DPoP a, DPoP b",
                "Basic a, Bearer b",
                "Bearer a, \t Bearer\tb",
                "Bearer a, , Bearer b",
                "Bearer a, x-scheme~1 b",
                "Bearer realm=\"x\", Bearer b",
                "Bearer a, Digest realm=\"x\"",
                "Digest realm=\"x\", Basic realm=\"y\"",
                "Bearer a\"b, Bearer c"
            })
    void isAmbiguousWhenASchemeAndASpaceFollowACommaThenTrue(String authorization) {
        request.header(AUTHORIZATION, authorization);

        assertThat(AccessTokenHeader.isAmbiguous(headers)).isTrue();
    }

    /** One credential, if a bad one: 401, not 400. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer {\"error\": \"x\", \"error_description\": \"a, b c\"}",
                "Bearer {\"error_description\": \"a \\\", b c\"}",
                "Bearer a, realm=\"x\"",
                "Bearer a, realm=\"x y\"",
                "\"a, Bearer b\"",
                "Bearer a,b",
                "Bearer a, b",
                "Bearer a,",
                "Bearer a, "
            })
    void isAmbiguousWhenNoSchemeAndSpaceFollowTheCommaThenFalse(String authorization) {
        request.header(AUTHORIZATION, authorization);

        assertThat(AccessTokenHeader.isAmbiguous(headers)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer a.b.c, BEARER, a.b.c",
        "bearer a.b.c, BEARER, a.b.c",
        "BEARER a.b.c, BEARER, a.b.c",
        "DPoP a.b.c, DPOP, a.b.c",
        "dpop a.b.c, DPOP, a.b.c"
    })
    void ofWhenTheSchemeIsKnownThenTheTokenBehindIt(String authorization, Scheme scheme, String token) {
        request.header(AUTHORIZATION, authorization);

        assertThat(of(Credential.AUTHORIZATION)).contains(new AccessTokenHeader(scheme, token));
        assertThat(of(Credential.AUTHORIZATION_OR_X_ACCESS_TOKEN)).contains(new AccessTokenHeader(scheme, token));
    }

    /** Nothing is trimmed: Keycloak's parser would not take it for this token either. */
    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {"Bearer  a, a", "Bearer a ,a ", "Bearer ,''"})
    void ofWhenThereIsMoreThanOneSpaceThenItBelongsToTheToken(String authorization, String token) {
        request.header(AUTHORIZATION, authorization);

        assertThat(of(Credential.AUTHORIZATION)).contains(new AccessTokenHeader(Scheme.BEARER, token));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic a", "Bearer", "Bearer\ta", "Bearera", " Bearer a", "x-access-token a", "a.b.c", ""})
    void ofWhenNoKnownSchemeAndASpaceBeginTheHeaderThenNone(String authorization) {
        request.header(AUTHORIZATION, authorization);

        assertThat(of(Credential.AUTHORIZATION_OR_X_ACCESS_TOKEN)).isEmpty();
    }

    /** A pattern would match it by recursion. */
    @Test
    void isAmbiguousWhenAQuotedStringIsLongThenTheStackSuffices() {
        String escapes = "\\\\".repeat(30_000);

        request.header(AUTHORIZATION, "Bearer \"" + escapes + ", Bearer b\"");
        assertThat(AccessTokenHeader.isAmbiguous(headers)).isFalse();

        request.header(AUTHORIZATION, "Bearer \"" + escapes + "\", Bearer b");
        assertThat(AccessTokenHeader.isAmbiguous(headers)).isTrue();

        request.header(AUTHORIZATION, "Bearer \"" + escapes + ", Bearer b");
        assertThat(AccessTokenHeader.isAmbiguous(headers)).isTrue();
    }

    @Test
    void ofWhenThereIsNoHeaderThenNone() {
        assertThat(of(Credential.AUTHORIZATION)).isEmpty();
        assertThat(of(Credential.AUTHORIZATION_OR_X_ACCESS_TOKEN)).isEmpty();
    }

    @Test
    void ofWhenTheTokenIsBareThenOnlyWhereTheEndpointTakesIt() {
        request.header(X_ACCESS_TOKEN, "a.b.c");

        assertThat(of(Credential.AUTHORIZATION_OR_X_ACCESS_TOKEN))
                .contains(new AccessTokenHeader(Scheme.X_ACCESS_TOKEN, "a.b.c"));
        assertThat(of(Credential.AUTHORIZATION)).isEmpty();
    }

    @Test
    void ofAuthorizationWhenTheTokenIsBareThenNone() {
        request.header(X_ACCESS_TOKEN, "a.b.c");

        assertThat(AccessTokenHeader.ofAuthorization(headers)).isEmpty();
    }

    @Test
    void toStringThenWithoutTheToken() {
        assertThat(new AccessTokenHeader(Scheme.BEARER, "a-secret")).asString().isEqualTo("AccessTokenHeader[*]");
    }

    private Optional<AccessTokenHeader> of(Credential credential) {
        return AccessTokenHeader.of(
                headers,
                new Endpoint(
                        "POST", "a/path", credential, Endpoint.Body.NONE, ErrorFormat.OAUTH, ChangeEvents.Kind.CHANGE));
    }
}
