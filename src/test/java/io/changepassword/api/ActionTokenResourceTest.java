package io.changepassword.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.changepassword.fixture.MockedJaxRs;
import io.changepassword.fixture.MockedKeycloak;
import io.changepassword.fixture.MockedKeys;
import io.changepassword.fixture.MockedRequest;
import io.changepassword.limits.HashingPermits;
import io.changepassword.limits.RequestPermits;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.keycloak.authentication.actiontoken.execactions.ExecuteActionsActionToken;
import org.keycloak.common.Profile;
import org.keycloak.common.util.Time;
import org.keycloak.events.Event;
import org.keycloak.events.EventType;
import org.keycloak.models.RequiredActionProviderModel;
import org.keycloak.userprofile.Attributes;
import org.keycloak.userprofile.UserProfile;
import org.keycloak.userprofile.UserProfileContext;
import org.keycloak.userprofile.UserProfileProvider;

@ExtendWith(MockedJaxRs.class)
@SuppressWarnings("deprecation") // UPDATE_PASSWORD
class ActionTokenResourceTest {

    private static final String NEW = "new-password";

    private final MockedRequest request = new MockedRequest();
    private final MockedKeycloak keycloak = request.keycloak;
    private final ActionTokenResource resource = new ActionTokenResource(
            request.admittedTo(ActionTokenResource.ENDPOINT, new RequestPermits(1)), new HashingPermits(1));

    private String token;

    @BeforeEach
    void aTokenOfAnAdministratorsMail() {
        new MockedKeys(keycloak.realm).giveTo(request.session);
        RequiredActionProviderModel updatePassword = new RequiredActionProviderModel();
        updatePassword.setEnabled(true);
        when(keycloak.realm.getRequiredActionProviderByAlias("UPDATE_PASSWORD")).thenReturn(updatePassword);
        when(keycloak.realm.getClientByClientId("an-app")).thenReturn(keycloak.client);
        token = new ExecuteActionsActionToken(
                        "user",
                        null,
                        Math.toIntExact(Time.currentTimeMillis() / 1000 + 300),
                        List.of("UPDATE_PASSWORD"),
                        null,
                        "an-app")
                .serialize(request.session, keycloak.realm, request.uri);
    }

    @BeforeEach
    void anEmptyProfile() {
        UserProfileProvider profiles = mock(UserProfileProvider.class);
        UserProfile profile = mock(UserProfile.class);
        Attributes attributes = mock(Attributes.class);
        when(request.session.getProvider(UserProfileProvider.class)).thenReturn(profiles);
        when(profiles.create(UserProfileContext.ACCOUNT, keycloak.user)).thenReturn(profile);
        when(profile.getAttributes()).thenReturn(attributes);
    }

    @BeforeEach
    void features() {
        Profile.init(Profile.ProfileName.DEFAULT, Map.of(Profile.Feature.DPOP, false));
    }

    @AfterEach
    void forgetThem() {
        Profile.reset();
    }

    @Test
    void changeWhenTheTokenServesThenChangedAndTheUser() throws JsonProcessingException {
        keycloak.passwordSetAt = 1_500_000_000_123L;

        Response response = resource.change(body(NEW, token));

        assertThat(response.getStatus()).isEqualTo(200);
        JsonNode user = new JsonMapper().readTree((String) response.getEntity());
        assertThat(user.get("sub").textValue()).isEqualTo("user");
        assertThat(user.get("updatedAt").textValue()).isEqualTo("2017-07-14T02:40:00.123Z");
        assertThat(keycloak.password).isEqualTo(NEW);
        assertThat(keycloak.eventTypes()).containsExactly(EventType.UPDATE_CREDENTIAL, EventType.UPDATE_PASSWORD);
        assertThat(keycloak.events)
                .allSatisfy(event -> assertThat(event.getDetails()).containsEntry("action", "execute-actions"));
    }

    @Test
    void changeWhenTheTokenIsUsedAgainThenRefusedAndThePasswordStays() {
        resource.change(body(NEW, token));
        keycloak.events.clear();

        assertInvalidToken(refused(body("another-password", token)), "expired_code");

        assertThat(keycloak.password).isEqualTo(NEW);
    }

    @Test
    void changeWhenItIsNoTokenThenTheSameRefusal() {
        assertInvalidToken(refused(body(NEW, "no token")), "invalid_token");

        assertThat(keycloak.password).isEqualTo(MockedKeycloak.OLD);
    }

    /** The user may try again with the same mail. */
    @Test
    void changeWhenTheNewPasswordBreaksARuleThenTheTokenStillServes() {
        Response refused = refused(body("short", token));

        assertThat(refused.getStatus()).isEqualTo(400);
        assertThat(refused.getEntity())
                .isEqualTo("{\"validationError\":{\"password\":[\"invalidPasswordMinLengthMessage\"]}}");
        assertThat(resource.change(body(NEW, token)).getStatus()).isEqualTo(200);
    }

    @Test
    void changeWhenTheBodyIsOfAnotherShapeThenEveryBadFieldIsNamed() {
        Response refused = refused(stream("{\"password\": \" \"}"));

        assertThat(refused.getStatus()).isEqualTo(400);
        assertThat(refused.getEntity())
                .isEqualTo("{\"validationError\":{\"password\":[\"changePassword.fieldBlank\"],"
                        + "\"token\":[\"changePassword.fieldRequired\"]}}");
        assertThat(keycloak.password).isEqualTo(MockedKeycloak.OLD);
    }

    /** One body for all faults; the events tell them apart. */
    private void assertInvalidToken(Response refused, String eventError) {
        assertThat(refused.getStatus()).isEqualTo(401);
        assertThat(refused.getEntity()).isEqualTo("{\"apiError\":[\"changePassword.actionTokenInvalid\"]}");
        assertThat(keycloak.eventTypes())
                .containsExactly(EventType.UPDATE_CREDENTIAL_ERROR, EventType.UPDATE_PASSWORD_ERROR);
        assertThat(keycloak.events).extracting(Event::getError).containsOnly(eventError);
    }

    private Response refused(InputStream body) {
        return catchThrowableOfType(WebApplicationException.class, () -> resource.change(body))
                .getResponse();
    }

    private static InputStream body(String password, String token) {
        return stream(new JsonMapper()
                .createObjectNode()
                .put("password", password)
                .put("token", token)
                .toString());
    }

    private static InputStream stream(String body) {
        return new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8));
    }
}
