package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.MockedKeycloak;
import io.changepassword.settings.RealmSettings.EndSessions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.events.Event;
import org.keycloak.events.EventType;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;

class UserSessionsTest {

    private final MockedKeycloak keycloak = new MockedKeycloak();

    private final UserSessionModel another = keycloak.addSession("another", false);
    private final UserSessionModel anotherOffline = keycloak.addSession("offline", true);

    @BeforeEach
    void theCallersSessionIsOfflineToo() {
        keycloak.addSession("session", true);
    }

    @Test
    void endWhenNoneThenNothingEnds() {
        end(EndSessions.NONE);

        assertThat(keycloak.online).hasSize(2);
        assertThat(keycloak.offline).hasSize(2);
        assertThat(keycloak.events).isEmpty();
    }

    @Test
    void endWhenOthersThenOnlyTheCallersStays() {
        end(EndSessions.OTHERS);

        assertThat(keycloak.online).containsOnlyKeys("session");
        assertThat(keycloak.offline).containsOnlyKeys("session");
        verify(another).setState(UserSessionModel.State.LOGGED_OUT);
        verify(anotherOffline).setState(UserSessionModel.State.LOGGED_OUT);
    }

    @Test
    void endWhenAllThenNoneStays() {
        end(EndSessions.ALL);

        assertThat(keycloak.online).isEmpty();
        assertThat(keycloak.offline).isEmpty();
    }

    @Test
    void endWhenEndedThenAnEventIsFiredForEach() {
        end(EndSessions.OTHERS);

        assertThat(keycloak.eventTypes()).containsExactly(EventType.LOGOUT, EventType.LOGOUT);
        assertThat(keycloak.events).extracting(Event::getSessionId).containsExactly("another", "offline");
    }

    @Test
    void endWhenTimeIsUpThenTheyEndWithoutANoticeToTheirClients() {
        new UserSessions(keycloak.session, keycloak.caller, Duration.ZERO).end(EndSessions.OTHERS);

        assertThat(keycloak.online).containsOnlyKeys("session");
        assertThat(keycloak.offline).containsOnlyKeys("session");
        verify(another, never()).setState(any());
        verify(anotherOffline, never()).setState(any());
        assertThat(keycloak.events).extracting(Event::getSessionId).containsExactly("another", "offline");
    }

    @Test
    void endWhenASessionHasEndedMeanwhileThenTheNextOne() {
        doAnswer(call -> keycloak.offline.remove("offline")).when(another).setState(UserSessionModel.State.LOGGED_OUT);

        end(EndSessions.OTHERS);

        assertThat(keycloak.events).extracting(Event::getSessionId).containsExactly("another");
    }

    @Test
    void endWhenOneFailsThenTheOthersEndAllTheSame() {
        doThrow(new IllegalStateException()).when(another).setState(any());

        end(EndSessions.OTHERS);

        assertThat(keycloak.events).extracting(Event::getSessionId).containsExactly("offline");
    }

    @Test
    void endWhenTheUserIsGoneThenNothingIsToEnd() {
        when(keycloak.users.getUserById(keycloak.realm, "user")).thenReturn(null);
        when(keycloak.sessions.getUserSessionsStream(keycloak.realm, (UserModel) null))
                .thenThrow(new NullPointerException("no user"));

        end(EndSessions.ALL);

        assertThat(keycloak.events).isEmpty();
    }

    private void end(EndSessions which) {
        new UserSessions(keycloak.session, keycloak.caller).end(which);
    }
}
