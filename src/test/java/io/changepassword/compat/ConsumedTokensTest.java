package io.changepassword.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RevokedTokenProvider;
import org.mockito.ArgumentCaptor;

class ConsumedTokensTest {

    private final KeycloakSession session = mock(KeycloakSession.class);
    private final RevokedTokenProvider revoked = mock(RevokedTokenProvider.class);

    @BeforeEach
    void keycloaksList() {
        when(session.revokedTokens()).thenReturn(revoked);
    }

    @Test
    void containsWhenOnKeycloaksListThenTrue() {
        when(revoked.contains("used")).thenReturn(true);

        assertThat(ConsumedTokens.contains(session, "used")).isTrue();
        assertThat(ConsumedTokens.contains(session, "fresh")).isFalse();
    }

    @Test
    void putWhenFirstThenTrueAndKeptAMinuteBeyondItsExpiry() {
        when(revoked.put(eq("key"), anyLong())).thenReturn(true, false);
        long expiration = Time.currentTimeMillis() / 1000 + 300;

        assertThat(ConsumedTokens.put(session, "key", expiration)).isTrue();

        ArgumentCaptor<Long> lifespan = ArgumentCaptor.forClass(Long.class);
        verify(revoked).put(eq("key"), lifespan.capture());
        assertThat(lifespan.getValue()).isBetween(355L, 360L);
        assertThat(ConsumedTokens.put(session, "key", expiration)).isFalse();
    }

    /** Keycloak's list throws at a lifespan that is not positive. */
    @Test
    void putWhenLongExpiredThenALifespanAllTheSame() {
        ConsumedTokens.put(session, "key", 0);

        verify(revoked).put("key", 1);
    }
}
