package io.changepassword;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.stream.Collectors;
import org.keycloak.events.Errors;

/** The words in which each of the two published contracts puts a refusal. */
enum Contract {

    /** Door A: {@code {"error", "error_description", "violations"}}. */
    CURRENT_PASSWORD("newPassword") {
        @Override
        ObjectNode body(Refusal refusal, Messages messages) {
            ObjectNode body = MAPPER.createObjectNode();
            if (refusal.error() != null) {
                body.put("error", refusal.error());
            }
            body.put("error_description", sentence(refusal, messages));
            if (!refusal.violations().isEmpty()) {
                ArrayNode violations = body.putArray("violations");
                refusal.violations().forEach(fault -> describe(fault, messages, violations.addObject()));
            }
            return body;
        }

        private void describe(Refusal.FieldViolation fault, Messages messages, ObjectNode into) {
            into.put("field", fault.field());
            into.put("policy", fault.violation().policy());
            into.set("params", MAPPER.valueToTree(fault.violation().params()));
            into.put("message", message(fault, messages));
        }

        @Override
        Refusal notProved(Challenge challenge) {
            return new Refusal(400, Errors.INVALID_USER_CREDENTIALS, "invalidPasswordExistingMessage");
        }
    },

    /** Door B: {@code {"validationError": {"<field>": [...]}}} with 400, {@code {"apiError": [...]}} with all else. */
    TOKEN("password") {
        @Override
        ObjectNode body(Refusal refusal, Messages messages) {
            ObjectNode body = MAPPER.createObjectNode();
            if (refusal.status() != 400) {
                body.putArray("apiError").add(sentence(refusal, messages));
                return body;
            }
            ObjectNode fields = body.putObject("validationError");
            if (refusal.violations().isEmpty()) {
                fields.putArray(refusal.subject()).add(sentence(refusal, messages));
            }
            refusal.violations()
                    .forEach(fault -> fields.withArray(fault.field()).add(message(fault, messages)));
            return body;
        }

        /** One for all faults of a token: whoever tries one learns nothing of it. */
        @Override
        Refusal notProved(Challenge challenge) {
            return new Refusal(401, Errors.INVALID_TOKEN, "changePassword.actionTokenInvalid")
                    .with(HttpHeaders.WWW_AUTHENTICATE, challenge.missing());
        }
    };

    private static final JsonMapper MAPPER = new JsonMapper();

    private final String passwordField;

    Contract(String passwordField) {
        this.passwordField = passwordField;
    }

    abstract ObjectNode body(Refusal refusal, Messages messages);

    /** @param challenge for the door at which this is a fault of authentication */
    abstract Refusal notProved(Challenge challenge);

    /** @return the field with the new password */
    String passwordField() {
        return passwordField;
    }

    private static String sentence(Refusal refusal, Messages messages) {
        String fields = refusal.violations().stream()
                .map(Refusal.FieldViolation::field)
                .distinct()
                .collect(Collectors.joining(", "));
        return messages.text(refusal.messageKey(), List.of(fields));
    }

    private static String message(Refusal.FieldViolation fault, Messages messages) {
        return messages.text(fault.violation().messageKey(), fault.violation().params());
    }
}
