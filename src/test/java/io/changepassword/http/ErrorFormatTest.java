package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.changepassword.fixture.MockedRequest;
import io.changepassword.policy.Violation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorFormatTest {

    private static final Violation SHORT = Violation.of("password", "length", "tooShort", 12);
    private static final Violation USED = Violation.of("password", "passwordHistory", "used");
    private static final Violation MISSING = Violation.of("token", "required", "missing");

    private final MockedRequest request = new MockedRequest();

    @BeforeEach
    void texts() {
        request.text("tooShort", "At least {0}.");
        request.text("used", "Used before.");
        request.text("missing", "Missing.");
        request.text(Refusal.FIELDS.messageKey(), "Bad: {0}.");
        for (Refusal refusal : List.of(Refusal.REJECTED, Refusal.CONFLICT, Refusal.NO_CREDENTIAL)) {
            request.text(refusal.messageKey(), "A sentence.");
        }
    }

    @Test
    void oauthWhenThereIsNoFieldAtFaultThenCodeAndSentenceAlone() {
        assertThat(body(ErrorFormat.OAUTH, Refusal.CONFLICT))
                .containsExactly(entry("error", "conflict"), entry("error_description", "A sentence."));
    }

    /** RFC 6750 section 3.1. */
    @Test
    void oauthWhenThereIsNoCredentialThenNoCode() {
        assertThat(body(ErrorFormat.OAUTH, Refusal.NO_CREDENTIAL))
                .containsExactly(entry("error_description", "A sentence."));
    }

    @Test
    void oauthWhenFieldsAreAtFaultThenTheSentenceNamesEachOnce() {
        assertThat(body(ErrorFormat.OAUTH, Refusal.FIELDS, SHORT, USED, MISSING))
                .containsEntry("error_description", "Bad: password, token.");
    }

    @Test
    void oauthWhenRulesAreViolatedThenAllInTheirOrder() {
        assertThat(body(ErrorFormat.OAUTH, Refusal.REJECTED, SHORT, USED))
                .containsEntry(
                        "violations",
                        List.of(
                                Map.of(
                                        "field", "password",
                                        "policy", "length",
                                        "params", List.of(12),
                                        "message", "At least 12."),
                                Map.of(
                                        "field", "password",
                                        "policy", "passwordHistory",
                                        "params", List.of(),
                                        "message", "Used before.")));
    }

    @Test
    void validationWhenRulesAreViolatedThenTheSentencesOfEachField() {
        assertThat(body(ErrorFormat.VALIDATION, Refusal.REJECTED, SHORT, MISSING, USED))
                .containsExactly(entry(
                        "validationError",
                        Map.of("password", List.of("At least 12.", "Used before."), "token", List.of("Missing."))));
    }

    @Test
    void validationWhenRulesAreViolatedThenTheFieldsKeepTheirOrder() {
        assertThat((Map<?, ?>) body(ErrorFormat.VALIDATION, Refusal.FIELDS, MISSING, SHORT)
                        .get("validationError"))
                .extracting(Map::keySet)
                .asString()
                .isEqualTo("[token, password]");
    }

    /** The contract wants a name in every 400. */
    @ParameterizedTest
    @CsvSource({"AMBIGUOUS_CREDENTIAL, credentials", "BODY, body", "REJECTED, request"})
    void validationWhenNoFieldIsAtFaultThenThePartOfTheRequest(Refusal refusal, String part) {
        request.text(refusal.messageKey(), "A sentence.");

        assertThat(body(ErrorFormat.VALIDATION, refusal))
                .containsExactly(entry("validationError", Map.of(part, List.of("A sentence."))));
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void validationWhenTheStatusIsAnotherThan400ThenTheSentenceAlone(Refusal refusal) {
        request.text(refusal.messageKey(), "A sentence.");

        assertThat(body(ErrorFormat.VALIDATION, refusal).equals(Map.of("apiError", List.of("A sentence."))))
                .isEqualTo(refusal.status() != 400);
    }

    private Map<String, Object> body(ErrorFormat format, Refusal refusal, Violation... violations) {
        return format.body(
                RequestRefusedException.because(refusal, List.of(violations)), new Messages(request.session, null));
    }
}
