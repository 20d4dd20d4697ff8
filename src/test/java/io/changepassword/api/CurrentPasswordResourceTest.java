package io.changepassword.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.changepassword.fixture.MockedKeycloak;
import io.changepassword.fixture.MockedRequest;
import io.changepassword.fixture.MockedResponses;
import io.changepassword.limits.HashingPermits;
import io.changepassword.limits.RequestPermits;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.credential.CredentialInput;
import org.keycloak.events.Event;
import org.keycloak.events.EventType;

@ExtendWith(MockedResponses.class)
@SuppressWarnings("deprecation") // UPDATE_PASSWORD
class CurrentPasswordResourceTest {

    private static final String NEW = "new-password";

    private final MockedRequest request = new MockedRequest();
    private final MockedKeycloak keycloak = request.keycloak;
    private final HashingPermits hashing = new HashingPermits(1, Duration.ZERO);
    private final CurrentPasswordResource resource = new CurrentPasswordResource(
            request.admittedTo(CurrentPasswordResource.ENDPOINT, new RequestPermits(1)), hashing);

    @BeforeEach
    void anAddress() {
        when(keycloak.user.getUsername()).thenReturn("Alice");
        when(keycloak.user.getEmail()).thenReturn("A.Smith@Example.com");
    }

    @Test
    void changeWhenTheOldPasswordIsRightThenChangedAndAnEmptyObject() {
        Response response = resource.change(body("alice", MockedKeycloak.OLD, NEW));

        assertThat(response.getStatus()).isEqualTo(200);
        assertThat(response.getEntity()).isEqualTo("{}");
        assertThat(keycloak.password).isEqualTo(NEW);
        assertThat(keycloak.eventTypes()).containsExactly(EventType.UPDATE_CREDENTIAL, EventType.UPDATE_PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"A.Smith@Example.com", "a.smith@example.com", "A.SMITH@EXAMPLE.COM", "Alice", "alice", "ALICE"})
    void changeWhenTheLoginIdIsTheCallersInAnyCaseThenChanged(String loginId) {
        assertThat(resource.change(body(loginId, MockedKeycloak.OLD, NEW)).getStatus())
                .isEqualTo(200);
    }

    @Test
    void changeWhenTheCallerHasNoAddressThenTheirUsernameServes() {
        when(keycloak.user.getEmail()).thenReturn(null);

        assertThat(resource.change(body("alice", MockedKeycloak.OLD, NEW)).getStatus())
                .isEqualTo(200);
    }

    /** To look somebody up would tell whether they exist. */
    @ParameterizedTest
    @ValueSource(strings = {"bob", "bob@example.com", " alice", "alic", "user", "null"})
    void changeWhenTheLoginIdIsAnothersThenRefusedAndNobodyIsLookedUp(String loginId) {
        Response refused = refused(body(loginId, "wrong", NEW));

        assertThat(refused.getStatus()).isEqualTo(403);
        assertThat(refused.getEntity())
                .isEqualTo("{\"error\":\"not_allowed\",\"error_description\":\"changePassword.loginId\"}");
        assertThat(keycloak.events).extracting(Event::getError).containsOnly("different_user_authenticated");
        verifyNoInteractions(keycloak.users);
        assertNothingHasHappened();
    }

    /** No guess: nothing is verified for whoever does not know whose password it is. */
    @Test
    void changeWhenTheLoginIdIsAnothersThenNothingIsCounted() {
        refused(body("bob", "wrong", NEW));

        assertThat(keycloak.failures).isZero();
        verify(keycloak.credentials, never()).isValid(any(CredentialInput.class));
    }

    @Test
    void changeWhenTheBodyIsOfAnotherShapeThenEveryBadFieldIsNamed() {
        Response refused = refused(stream("{\"loginId\": 1, \"oldPassword\": \" \"}"));

        assertThat(refused.getStatus()).isEqualTo(400);
        assertThat(refused.getEntity().toString())
                .contains("\"error\":\"invalid_request\"")
                .containsSubsequence("\"loginId\"", "\"oldPassword\"", "\"newPassword\"");
        assertNothingHasHappened();
    }

    @Test
    void changeWhenTheOldPasswordIsWrongThenCountedAndNothingIsChanged() {
        Response refused = refused(body("alice", "wrong", NEW));

        assertThat(refused.getStatus()).isEqualTo(400);
        assertThat(refused.getEntity().toString()).contains("\"error\":\"invalid_user_credentials\"");
        assertThat(keycloak.failures).isOne();
        assertNothingHasHappened();
    }

    @Test
    void changeWhenTheNewPasswordBreaksARuleThenItIsNamed() {
        Response refused = refused(body("alice", MockedKeycloak.OLD, "short"));

        assertThat(refused.getStatus()).isEqualTo(400);
        assertThat(refused.getEntity().toString())
                .contains("\"error\":\"password_rejected\"", "\"field\":\"newPassword\",\"policy\":\"length\"");
        assertNothingHasHappened();
    }

    @Test
    void changeWhenTheNodeHashesTooManyThenComeAgainLater() {
        hashing.acquire();

        Response refused = refused(body("alice", MockedKeycloak.OLD, NEW));

        assertThat(refused.getStatus()).isEqualTo(503);
        assertThat(refused.getHeaderString("Retry-After")).isNotNull();
        assertNothingHasHappened();
    }

    private void assertNothingHasHappened() {
        assertThat(keycloak.password).isEqualTo(MockedKeycloak.OLD);
        assertThat(keycloak.eventTypes())
                .containsExactly(EventType.UPDATE_CREDENTIAL_ERROR, EventType.UPDATE_PASSWORD_ERROR);
    }

    private Response refused(InputStream body) {
        return catchThrowableOfType(WebApplicationException.class, () -> resource.change(body))
                .getResponse();
    }

    private static InputStream body(String loginId, String oldPassword, String newPassword) {
        return stream(new JsonMapper()
                .createObjectNode()
                .put("loginId", loginId)
                .put("oldPassword", oldPassword)
                .put("newPassword", newPassword)
                .toString());
    }

    private static InputStream stream(String body) {
        return new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8));
    }
}
