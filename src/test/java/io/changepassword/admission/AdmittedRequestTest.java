package io.changepassword.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;

import io.changepassword.api.CurrentPasswordResource;
import io.changepassword.fixture.MockedRequest;
import io.changepassword.fixture.MockedResponses;
import io.changepassword.http.Refusal;
import io.changepassword.http.RequestRefusedException;
import io.changepassword.limits.NoPermitException;
import io.changepassword.limits.RequestPermits;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.keycloak.events.Event;

@ExtendWith(MockedResponses.class)
class AdmittedRequestTest {

    private static final int OF_NODE = RequestPermits.PER_USER + 1;

    private final MockedRequest request = new MockedRequest();
    private final RequestPermits permits = new RequestPermits(OF_NODE);
    private final AdmittedRequest admitted = request.admittedTo(CurrentPasswordResource.ENDPOINT, permits);

    @Test
    void serveWhenAllIsWellThenTheResponseOfTheWork() {
        Response response = mock(Response.class);

        assertThat(admitted.serve(() -> response)).isSameAs(response);
    }

    @Test
    void serveWhenTheWorkIsRefusedThenTheRefusalWithItsEvents() {
        Response refused = refused(() -> {
            throw new RequestRefusedException(Refusal.LOGIN_ID);
        });

        assertThat(refused.getStatus()).isEqualTo(403);
        assertThat(request.keycloak.events)
                .extracting(Event::getError)
                .containsExactly("different_user_authenticated", "different_user_authenticated");
    }

    /** Each event is a write: so many at once as there are permits, and no more. */
    @Test
    void serveWhenTheWorkIsRefusedThenTheEventsAreFiredWithinThePermit() {
        RequestPermits one = new RequestPermits(1);
        List<Boolean> room = new ArrayList<>();
        doAnswer(call -> room.add(hasRoom(one)))
                .when(request.keycloak.eventStore)
                .onEvent(any(Event.class));

        catchThrowableOfType(
                WebApplicationException.class,
                () -> request.admittedTo(CurrentPasswordResource.ENDPOINT, one).serve(() -> {
                    throw new RequestRefusedException(Refusal.LOGIN_ID);
                }));

        assertThat(room).containsExactly(false, false);
        assertThat(hasRoom(one)).isTrue();
    }

    @Test
    void serveWhenTheSessionHasTooManyUnderWayThenConflict() {
        Response refused = whileServing(RequestPermits.PER_SESSION, "session", "somebody", this::refused);

        assertThat(refused.getStatus()).isEqualTo(409);
        assertThat(request.keycloak.events).hasSize(2);
    }

    @Test
    void serveWhenTheUserHasTooManyUnderWayThenConflict() {
        assertThat(whileServing(RequestPermits.PER_USER, null, "user", this::refused)
                        .getStatus())
                .isEqualTo(409);
    }

    /** Without an event: a rush would become a rush of writes. */
    @Test
    void serveWhenTheNodeHasTooManyUnderWayThenComeAgainLater() {
        Response refused = whileServing(OF_NODE, null, null, this::refused);

        assertThat(refused.getStatus()).isEqualTo(503);
        assertThat(request.keycloak.events).isEmpty();
    }

    /** @param sessionId of all the others, or null for a session each; userId likewise */
    private <T> T whileServing(int others, String sessionId, String userId, Supplier<T> then) {
        if (others == 0) {
            return then.get();
        }
        String session = sessionId == null ? "session-" + others : sessionId;
        String user = userId == null ? "user-" + others : userId;
        return permits.serve(session, user, () -> whileServing(others - 1, sessionId, userId, then));
    }

    private Response refused() {
        return refused(() -> mock(Response.class));
    }

    private Response refused(Supplier<Response> work) {
        return catchThrowableOfType(WebApplicationException.class, () -> admitted.serve(work))
                .getResponse();
    }

    private static boolean hasRoom(RequestPermits permits) {
        try {
            permits.requireRoom();
            return true;
        } catch (NoPermitException full) {
            return false;
        }
    }
}
