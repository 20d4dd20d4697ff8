package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keycloak.common.Profile;
import org.keycloak.models.KeycloakSession;

class ChallengeTest {

    private final KeycloakSession session = mock(KeycloakSession.class, RETURNS_DEEP_STUBS);
    private final Challenge challenge = new Challenge(session);

    @BeforeEach
    void aRealmAndADpopToken() {
        dpop(true);
        when(session.getKeycloakSessionFactory().getProviderFactoriesStream(any()))
                .thenAnswer(call -> Stream.empty());
        when(session.getContext().getRealm().getName()).thenReturn("demo");
        when(session.getContext().getHttpRequest().getHttpHeaders().getRequestHeader(HttpHeaders.AUTHORIZATION))
                .thenReturn(List.of("DPoP e30.e30.e30"));
    }

    @AfterEach
    void forgetTheFeatures() {
        Profile.reset();
    }

    /** A quotation mark is allowed in a realm's name; it must not end the string, or begin a parameter of its own. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {"a\"b, a\\\"b", "a\\b, a\\\\b", "pr\u00fcfung, pr?fung", "'a\r\nb', a??b", "\uD83D\uDE00, ?"})
    void missingWhenRealmNameIsOddThenItStaysWithinTheQuotes(String realm, String quoted) {
        when(session.getContext().getRealm().getName()).thenReturn(realm);

        assertThat(challenge.missing()).startsWith("Bearer realm=\"" + quoted + "\", DPoP ");
    }

    @Test
    void missingWhenDpopIsSwitchedOffThenItIsNotOffered() {
        dpop(false);

        assertThat(challenge.missing()).isEqualTo("Bearer realm=\"demo\"");
    }

    @Test
    void invalidTokenWhenItCameByDpopThenDpopIsAskedFor() {
        assertThat(challenge.invalidToken()).startsWith("DPoP algs=\"").contains("\", error=\"invalid_token\"");
    }

    @Test
    void invalidTokenWhenItCameAsBearerThenBearerIsAskedFor() {
        when(session.getContext().getHttpRequest().getHttpHeaders().getRequestHeader(HttpHeaders.AUTHORIZATION))
                .thenReturn(List.of("Bearer e30.e30.e30"));

        assertThat(challenge.invalidToken()).startsWith("Bearer realm=\"demo\", error=\"invalid_token\"");
    }

    @Test
    void invalidTokenWhenDpopIsSwitchedOffThenBearerIsAskedFor() {
        dpop(false);

        assertThat(challenge.invalidToken()).startsWith("Bearer realm=\"demo\", error=\"invalid_token\"");
    }

    private static void dpop(boolean enabled) {
        Profile.init(Profile.ProfileName.DEFAULT, Map.of(Profile.Feature.DPOP, enabled));
    }
}
