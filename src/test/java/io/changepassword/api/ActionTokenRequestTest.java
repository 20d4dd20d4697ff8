package io.changepassword.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.http.Refusal;
import io.changepassword.http.RequestRefusedException;
import io.changepassword.policy.NewPassword;
import org.junit.jupiter.api.Test;

class ActionTokenRequestTest {

    @Test
    void ofWhenFieldsAreGoodThenTakenExactlyAsSent() {
        ActionTokenRequest request = ActionTokenRequest.of(body(" new password ", " a.b.c"));

        assertThat(request.password()).isEqualTo(new NewPassword("password", " new password "));
        assertThat(request.token()).isEqualTo(" a.b.c");
    }

    @Test
    void ofWhenAllAreMissingThenNamedInOrderAndAsMissingPassword() {
        RequestRefusedException refused = refused(new JsonMapper().createObjectNode());

        assertThat(refused.violations())
                .extracting(fault -> fault.field() + " " + fault.policy())
                .containsExactly("password required", "token required");
        assertThat(refused.refusal()).isEqualTo(Refusal.PASSWORD_MISSING);
    }

    @Test
    void ofWhenBothAreBadThenWhatIsWrongWithEach() {
        RequestRefusedException refused = refused(body("x".repeat(256), " \t"));

        assertThat(refused.violations())
                .extracting(fault -> fault.field() + " " + fault.policy())
                .containsExactly("password maxLength", "token notBlank");
        assertThat(refused.refusal()).isEqualTo(Refusal.FIELDS);
    }

    @Test
    void toStringWhenItHoldsSecretsThenShowsNone() {
        assertThat(ActionTokenRequest.of(body("canary-new", "canary-token"))).hasToString("ActionTokenRequest[*]");
    }

    private static ObjectNode body(String password, String token) {
        return new JsonMapper().createObjectNode().put("password", password).put("token", token);
    }

    private static RequestRefusedException refused(ObjectNode body) {
        return catchThrowableOfType(RequestRefusedException.class, () -> ActionTokenRequest.of(body));
    }
}
