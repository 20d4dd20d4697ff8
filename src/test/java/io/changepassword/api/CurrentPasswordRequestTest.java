package io.changepassword.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.credential.CurrentPassword;
import io.changepassword.http.AccessTokenHeader;
import io.changepassword.http.Refusal;
import io.changepassword.http.RequestRefusedException;
import io.changepassword.policy.NewPassword;
import io.changepassword.policy.Violation;
import org.junit.jupiter.api.Test;

class CurrentPasswordRequestTest {

    @Test
    void ofWhenFieldsAreGoodThenTakenExactlyAsSent() {
        CurrentPasswordRequest request = CurrentPasswordRequest.of(body("Alice ", " old ", " new password "));

        assertThat(request.loginId()).isEqualTo("Alice ");
        assertThat(request.oldPassword()).isEqualTo(new CurrentPassword(" old "));
        assertThat(request.newPassword()).isEqualTo(new NewPassword("newPassword", " new password "));
    }

    @Test
    void ofWhenAllAreMissingThenNamedInOrderAndAsMissingPassword() {
        var invalid = invalid(new JsonMapper().createObjectNode());

        assertThat(invalid.violations())
                .extracting(Violation::field)
                .containsExactly("loginId", "oldPassword", "newPassword");
        assertThat(invalid.refusal()).isEqualTo(Refusal.PASSWORD_MISSING);
    }

    @Test
    void ofWhenOnlyLoginIdIsMissingThenNoPasswordIs() {
        ObjectNode body = body("a", "old", "new-password");
        body.remove("loginId");

        assertThat(invalid(body).refusal()).isEqualTo(Refusal.FIELDS);
    }

    @Test
    void ofWhenAFieldHasAVariantInCaseThenAmbiguous() {
        ObjectNode body = body("a", "old", "new-password").put("LOGINID", "b");

        assertThat(invalid(body).violations())
                .extracting(fault -> fault.field() + " " + fault.policy())
                .containsExactly("loginId unambiguous");
    }

    @Test
    void ofWhenOldPasswordIsOfAnyShapeThenItIsNotJudged() {
        String old = "x".repeat(5000) + "\u0000\ud800";

        assertThat(CurrentPasswordRequest.of(body("a", old, "new-password"))
                        .oldPassword()
                        .value())
                .isEqualTo(old);
    }

    @Test
    void toStringWhenItHoldsSecretsThenShowsNone() {
        CurrentPasswordRequest request = CurrentPasswordRequest.of(body("alice", "canary-old", "canary-new"));

        assertThat(request).hasToString("CurrentPasswordRequest[*]");
        assertThat(request + " " + request.oldPassword() + " " + request.newPassword())
                .doesNotContain("canary");
        assertThat(new AccessTokenHeader(AccessTokenHeader.Scheme.BEARER, "canary").toString())
                .doesNotContain("canary");
    }

    private static ObjectNode body(String loginId, String oldPassword, String newPassword) {
        return new JsonMapper()
                .createObjectNode()
                .put("loginId", loginId)
                .put("oldPassword", oldPassword)
                .put("newPassword", newPassword);
    }

    private static RequestRefusedException invalid(ObjectNode body) {
        return catchThrowableOfType(RequestRefusedException.class, () -> CurrentPasswordRequest.of(body));
    }
}
