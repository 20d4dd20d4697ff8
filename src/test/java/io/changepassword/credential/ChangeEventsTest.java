package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.credential.ChangeEvents.Kind;
import io.changepassword.fixture.MockedKeycloak;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keycloak.events.Event;
import org.keycloak.events.EventType;
import org.keycloak.models.ImpersonationSessionNote;

@SuppressWarnings("deprecation") // as in the class tested
class ChangeEventsTest {

    private final MockedKeycloak keycloak = new MockedKeycloak();
    private final ChangeEvents events = ChangeEvents.of(keycloak.session, Kind.CHANGE, keycloak.caller);

    @Test
    void refusedWhenCalledThenBothEventsNameUserAndReason() {
        events.refused("an_error", "a reason");

        assertThat(keycloak.eventTypes())
                .containsExactly(EventType.UPDATE_CREDENTIAL_ERROR, EventType.UPDATE_PASSWORD_ERROR);
        assertThat(keycloak.events).allSatisfy(event -> {
            assertThat(event.getError()).isEqualTo("an_error");
            assertThat(event.getRealmId()).isEqualTo("realm");
            assertThat(event.getClientId()).isEqualTo("an-app");
            assertThat(event.getUserId()).isEqualTo("user");
            assertThat(event.getSessionId()).isEqualTo("session");
            assertThat(event.getDetails())
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "credential_type", "password",
                            "api", "change-password",
                            "username", "alice",
                            "reason", "a reason"));
        });
    }

    @Test
    void refusedWhenTheRequestIsRolledBackThenTheEventsStay() {
        keycloak.session.getTransactionManager().setRollbackOnly();

        events.refused("an_error", null);
        keycloak.session.close();

        assertThat(keycloak.events).hasSize(2);
    }

    @Test
    void refusedWhenAStoreFailsThenTheOtherEventIsTriedAndNothingIsThrown() {
        doThrow(new IllegalStateException("down")).when(keycloak.eventStore).onEvent(any(Event.class));

        events.refused("an_error", null);

        verify(keycloak.eventStore, times(2)).onEvent(any(Event.class));
    }

    @Test
    void refusedWhenNobodyIsKnownYetThenNobodyIsNamed() {
        ChangeEvents.anonymous(keycloak.session, Kind.CHANGE).refused("an_error", null);

        assertThat(keycloak.eventTypes()).containsExactly(EventType.UPDATE_CREDENTIAL_ERROR);
        assertThat(keycloak.events).allSatisfy(event -> {
            assertThat(event.getUserId()).isNull();
            assertThat(event.getClientId()).isNull();
            assertThat(event.getSessionId()).isNull();
            assertThat(event.getDetails()).containsOnlyKeys("credential_type", "api");
        });
    }

    @Test
    void ofWhenImpersonatedThenTheImpersonatorIsNamed() {
        when(keycloak.userSession.getNote(ImpersonationSessionNote.IMPERSONATOR_USERNAME.toString()))
                .thenReturn("an-admin");

        ChangeEvents.of(keycloak.session, Kind.CHANGE, keycloak.caller).refused("an_error", null);

        assertThat(keycloak.events)
                .allSatisfy(event -> assertThat(event.getDetails()).contains(entry("impersonator", "an-admin")));
    }

    @Test
    void succeededWhenCommittedThenBothEvents() {
        events.succeeded(Map.of());
        assertThat(keycloak.events).isEmpty();

        keycloak.session.close();

        assertThat(keycloak.eventTypes()).containsExactly(EventType.UPDATE_CREDENTIAL, EventType.UPDATE_PASSWORD);
        assertThat(keycloak.events)
                .allSatisfy(event -> assertThat(event.getUserId()).isEqualTo("user"));
    }

    @Test
    void succeededWhenRolledBackThenNoEvent() {
        events.succeeded(Map.of());

        keycloak.session.getTransactionManager().setRollbackOnly();
        keycloak.session.close();

        assertThat(keycloak.events).isEmpty();
    }

    @Test
    void refusedWhenFiredTwiceThenNothingOfTheFirstIsLeft() {
        events.refused("an_error", "a reason");
        keycloak.events.clear();

        events.refused("another", null);

        assertThat(keycloak.events)
                .allSatisfy(event -> assertThat(event.getDetails()).doesNotContainKey("reason"));
    }

    @Test
    void loggedOutWhenAnotherEventFollowsThenItNamesTheCallersSession() {
        events.loggedOut(keycloak.addSession("another", false));

        events.refused("an_error", null);

        assertThat(keycloak.events).extracting(Event::getSessionId).containsOnly("session");
    }

    @Test
    void loggedOutWhenCommittedThenTheSessionThatEndedIsNamed() {
        events.loggedOut(keycloak.addSession("another", false));
        keycloak.session.close();

        assertThat(keycloak.eventTypes()).containsExactly(EventType.LOGOUT);
        assertThat(keycloak.events).extracting(Event::getSessionId).containsExactly("another");
    }

    @Test
    void refusedWhenItIsAboutAMailThenOneEventWithTheAddress() {
        when(keycloak.user.getEmail()).thenReturn("alice@example.com");

        ChangeEvents.of(keycloak.session, Kind.MAIL, keycloak.caller).refused("an_error", "a reason");

        assertThat(keycloak.eventTypes()).containsExactly(EventType.SEND_RESET_PASSWORD_ERROR);
        assertThat(keycloak.events.get(0).getDetails())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "api", "change-password",
                        "username", "alice",
                        "email", "alice@example.com",
                        "reason", "a reason"));
    }

    @Test
    void succeededWhenItIsAboutAMailThenOneEvent() {
        ChangeEvents.of(keycloak.session, Kind.MAIL, keycloak.caller).succeeded(Map.of());

        keycloak.session.close();

        assertThat(keycloak.eventTypes()).containsExactly(EventType.SEND_RESET_PASSWORD);
    }

    /** As Keycloak's own page, which names no address either. */
    @Test
    void refusedWhenItIsAboutAChangeThenWithoutTheAddress() {
        when(keycloak.user.getEmail()).thenReturn("alice@example.com");

        ChangeEvents.of(keycloak.session, Kind.CHANGE, keycloak.caller).refused("an_error", null);

        assertThat(keycloak.events)
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.getDetails()).doesNotContainKey("email"));
    }

    @Test
    void succeededWhenFiredTwiceThenNothingOfTheFirstIsLeft() {
        events.succeeded(Map.of("action", "a-token"));
        events.succeeded(Map.of());

        keycloak.session.close();

        assertThat(keycloak.events)
                .extracting(event -> event.getDetails().get("action"))
                .containsExactly("a-token", "a-token", null, null);
    }

    @Test
    void succeededWhenThereAreDetailsThenEachEventHasThem() {
        events.succeeded(Map.of("action", "a-token"));

        keycloak.session.close();

        assertThat(keycloak.events)
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.getDetails()).contains(entry("action", "a-token")));
    }
}
