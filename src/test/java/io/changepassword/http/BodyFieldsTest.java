package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.policy.Violation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyFieldsTest {

    @Test
    void requiredWhenTheFieldIsGoodThenItsValueExactlyAsSent() {
        BodyFields fields = fields("{'token': ' a ', 'another': 1}");

        assertThat(fields.required("token", BodyFields::blank)).isEqualTo(" a ");
        assertThatCode(fields::requireNoFault).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{}                         | required    | changePassword.fieldRequired",
                "{'token': null}            | required    | changePassword.fieldRequired",
                "{'token': 1}               | string      | changePassword.fieldNotString",
                "{'token': true}            | string      | changePassword.fieldNotString",
                "{'token': ['a']}           | string      | changePassword.fieldNotString",
                "{'token': {}}              | string      | changePassword.fieldNotString",
                "{'token': ''}              | notBlank    | changePassword.fieldBlank",
                "{'token': ' \\t'}          | notBlank    | changePassword.fieldBlank",
                "{'token': 'a', 'Token': 1} | unambiguous | changePassword.fieldAmbiguous",
                "{'TOKEN': 'a'}             | unambiguous | changePassword.fieldAmbiguous"
            })
    void requiredWhenTheFieldIsBadThenOneFaultOfIt(String body, String policy, String messageKey) {
        assertThat(refused(body, "token").violations()).containsExactly(Violation.of("token", policy, messageKey));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'token': null}", "{'token': 1}", "{'TOKEN': 'a'}"})
    void requiredWhenThereIsNoSuchStringThenNull(String body) {
        assertThat(fields(body).required("token", (name, value) -> {
                    throw new AssertionError("a shape of no string");
                }))
                .isNull();
    }

    @Test
    void requiredWhenTheShapeIsBadThenTheShapesFault() {
        Violation tooLong = Violation.of("token", "maxLength", "aMessage", 255);
        BodyFields fields = fields("{'token': 'a'}");

        fields.required("token", (name, value) -> Optional.of(tooLong));

        assertThat(refused(fields).violations()).containsExactly(tooLong);
    }

    /** An app shows all of them at once. */
    @Test
    void requireNoFaultWhenSeveralAreBadThenAllInTheOrderInWhichTheyAreTaken() {
        assertThat(refused("{'b': 1}", "c", "b", "a").violations())
                .extracting(Violation::field)
                .containsExactly("c", "b", "a");
    }

    /** Keycloak's events have an error of their own for it. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'newPassword': ''}", "{'newPassword': null}"})
    void requireNoFaultWhenAPasswordIsMissingThenThat(String body) {
        assertThat(refused(body, "newPassword").refusal()).isEqualTo(Refusal.PASSWORD_MISSING);
        assertThat(refused("{'loginId': 1}", "loginId", "password").refusal()).isEqualTo(Refusal.PASSWORD_MISSING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'token': 'a', 'password': 1}", "{'password': 'a'}", "{'token': '', 'password': 'a'}"})
    void requireNoFaultWhenNoPasswordIsMissingThenTheFields(String body) {
        assertThat(refused(body, "token", "password").refusal()).isEqualTo(Refusal.FIELDS);
    }

    private static RequestRefusedException refused(String body, String... names) {
        BodyFields fields = fields(body);
        List.of(names).forEach(name -> fields.required(name, BodyFields::blank));
        return refused(fields);
    }

    private static RequestRefusedException refused(BodyFields fields) {
        return catchThrowableOfType(RequestRefusedException.class, fields::requireNoFault);
    }

    private static BodyFields fields(String body) {
        try {
            return new BodyFields((ObjectNode) new JsonMapper().readTree(body.replace('\'', '"')));
        } catch (JsonProcessingException malformed) {
            throw new AssertionError(malformed);
        }
    }
}
