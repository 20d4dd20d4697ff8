package io.changepassword.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.any;
import static org.mockito.Mockito.anyLong;
import static org.mockito.Mockito.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ModelException;
import org.keycloak.models.SingleUseObjectProvider;

class SingleUseTokenListTest {

    private final KeycloakSession session = mock(KeycloakSession.class);
    private final SingleUseObjectProvider objects = mock(SingleUseObjectProvider.class);
    private final SingleUseTokenList list = new SingleUseTokenList();

    @BeforeEach
    void anEmptyList() {
        when(session.singleUseObjects()).thenReturn(objects);
        when(objects.putIfAbsent(anyString(), anyLong())).thenReturn(true);
    }

    @Test
    void toStringThenTheCallForTheLog() {
        assertThat(list).hasToString("KeycloakSession.singleUseObjects()");
    }

    @Test
    void containsWhenThePageOfAnyVersionHasPutItThenTrue() {
        assertThat(list.contains(session, "key")).isFalse();

        when(objects.contains("key")).thenReturn(true);
        assertThat(list.contains(session, "key")).isTrue();

        when(objects.contains("key")).thenReturn(false);
        when(objects.contains("key.revoked")).thenReturn(true);
        assertThat(list.contains(session, "key")).isTrue();
    }

    @Test
    void putWhenFirstThenThePageOfAnyVersionFindsIt() {
        assertThat(list.put(session, "key", 300)).isTrue();

        verify(objects).putIfAbsent("key", 300);
        verify(objects).putIfAbsent("key.revoked", 300);
    }

    /** Up to 26.5 {@code putIfAbsent} refuses a key with the suffix. */
    @Test
    void putWhenAnEntryWithTheSuffixCannotBeConditionalThenItIsPutAllTheSame() {
        when(objects.putIfAbsent("key.revoked", 300)).thenThrow(new ModelException());

        assertThat(list.put(session, "key", 300)).isTrue();

        verify(objects).put("key.revoked", 300, Map.of());
    }

    @Test
    void putWhenTheStoreFailsThenNothingIsPutUnconditionally() {
        ModelException outage = new ModelException("the store", new IllegalStateException());
        when(objects.putIfAbsent("key.revoked", 300)).thenThrow(outage);

        assertThatThrownBy(() -> list.put(session, "key", 300)).isSameAs(outage);

        verify(objects, never()).put(anyString(), anyLong(), any());
    }

    @Test
    void putWhenAnotherRequestWasFirstThenFalse() {
        when(objects.putIfAbsent("key", 300)).thenReturn(false);

        assertThat(list.put(session, "key", 300)).isFalse();
    }

    @Test
    void putWhenThePageOf266WasFirstThenFalse() {
        when(objects.putIfAbsent("key.revoked", 300)).thenReturn(false);

        assertThat(list.put(session, "key", 300)).isFalse();
    }

    /** After a restart only the entry with the suffix is left. */
    @Test
    void putWhenItIsThereFromBeforeARestartThenFalse() {
        when(objects.contains("key.revoked")).thenReturn(true);

        assertThat(list.put(session, "key", 300)).isFalse();
        verify(objects, never()).putIfAbsent(anyString(), anyLong());
    }
}
