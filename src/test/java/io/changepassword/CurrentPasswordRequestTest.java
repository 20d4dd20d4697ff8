package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.credential.CurrentPassword;
import org.junit.jupiter.api.Test;

class CurrentPasswordRequestTest {

    @Test
    void ofWhenFieldsAreGoodThenTakenExactlyAsSent() {
        CurrentPasswordRequest request = CurrentPasswordRequest.of(body("Alice ", " old ", " new password "));

        assertThat(request.loginId()).isEqualTo("Alice ");
        assertThat(request.oldPassword()).isEqualTo(new CurrentPassword(" old "));
        assertThat(request.newPassword()).isEqualTo(" new password ");
    }

    @Test
    void ofWhenAllAreMissingThenNamedInOrderAndAsMissingPassword() {
        var invalid = invalid(new JsonMapper().createObjectNode());

        assertThat(invalid.faults())
                .extracting(Refusal.FieldViolation::field)
                .containsExactly("loginId", "oldPassword", "newPassword");
        assertThat(invalid.passwordMissing()).isTrue();
    }

    @Test
    void ofWhenOnlyLoginIdIsMissingThenNoPasswordIs() {
        ObjectNode body = body("a", "old", "new-password");
        body.remove("loginId");

        assertThat(invalid(body).passwordMissing()).isFalse();
    }

    @Test
    void ofWhenAFieldHasAVariantInCaseThenAmbiguous() {
        ObjectNode body = body("a", "old", "new-password").put("LOGINID", "b");

        assertThat(invalid(body).faults())
                .extracting(fault -> fault.field() + " " + fault.violation().policy())
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

        assertThat(request + " " + request.oldPassword())
                .doesNotContain("canary")
                .doesNotContain("alice");
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

    private static BodyFields.InvalidFieldsException invalid(ObjectNode body) {
        return catchThrowableOfType(BodyFields.InvalidFieldsException.class, () -> CurrentPasswordRequest.of(body));
    }
}
