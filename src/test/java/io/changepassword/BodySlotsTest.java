package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.changepassword.credential.Caller;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.keycloak.models.ClientModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;

class BodySlotsTest {

    private final BodySlots slots = new BodySlots();

    @Test
    void serveWhenASessionHasItsShareThenNoMoreIsRun() {
        Caller caller = caller("user", "session");

        assertThat(nested(caller, BodySlots.A_SESSION)).isTrue();
        assertThat(nested(caller, BodySlots.A_SESSION + 1)).isFalse();
    }

    @Test
    void serveWhenAUserHasTheirShareThenNoOtherSessionIsServedButOtherUsersAre() {
        assertThat(nestedSessions(BodySlots.A_USER, caller("user", "another"))).isFalse();
        assertThat(nestedSessions(BodySlots.A_USER, caller("other", "another"))).isTrue();
    }

    @Test
    void serveWhenTheWorkFailsThenThePlaceIsGivenBack() {
        Caller caller = caller("user", "session");
        for (int i = 0; i <= BodySlots.A_USER; i++) {
            assertThatThrownBy(() -> slots.serve(caller, () -> {
                        throw new IllegalStateException();
                    }))
                    .isInstanceOf(IllegalStateException.class);
        }

        assertThat(slots.serve(caller, () -> "served")).contains("served");
    }

    /** Whether so many requests of the caller are served at once. */
    private boolean nested(Caller caller, int depth) {
        return depth == 0
                || slots.serve(caller, () -> nested(caller, depth - 1)).orElse(false);
    }

    /** Whether the last is served while so many sessions of the user are. */
    private boolean nestedSessions(int depth, Caller last) {
        Optional<Boolean> served = depth == 0
                ? slots.serve(last, () -> true)
                : slots.serve(caller("user", "session-" + depth), () -> nestedSessions(depth - 1, last));
        return served.orElse(false);
    }

    private static Caller caller(String userId, String sessionId) {
        UserModel user = mock(UserModel.class);
        when(user.getId()).thenReturn(userId);
        UserSessionModel session = mock(UserSessionModel.class);
        when(session.getId()).thenReturn(sessionId);
        return new Caller(user, session, mock(ClientModel.class));
    }
}
