package io.changepassword.http;

import io.changepassword.policy.Violation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The two formats in which the published contracts describe an error. */
public enum ErrorFormat {
    /** As OAuth 2.0 (RFC 6749 section 5.2): {@code {"error", "error_description", "violations"}}. */
    OAUTH {
        @Override
        Map<String, Object> body(RequestRefusedException refused, Messages messages) {
            Map<String, Object> body = new LinkedHashMap<>();
            if (refused.refusal().code() != null) {
                body.put("error", refused.refusal().code());
            }
            body.put("error_description", sentence(refused, messages));
            if (!refused.violations().isEmpty()) {
                body.put(
                        "violations",
                        refused.violations().stream()
                                .map(violation -> describe(violation, messages))
                                .toList());
            }
            return body;
        }

        private static Map<String, Object> describe(Violation violation, Messages messages) {
            Map<String, Object> description = new LinkedHashMap<>();
            description.put("field", violation.field());
            description.put("policy", violation.policy());
            description.put("params", violation.params());
            description.put("message", message(violation, messages));
            return description;
        }
    },

    /** {@code {"validationError": {"<field>": [...]}}} with 400, {@code {"apiError": [...]}} with every other status. */
    VALIDATION {
        @Override
        Map<String, Object> body(RequestRefusedException refused, Messages messages) {
            if (refused.refusal().status() != 400) {
                return Map.of("apiError", List.of(sentence(refused, messages)));
            }
            if (refused.violations().isEmpty()) {
                String subject = subject(refused.refusal());
                return Map.of("validationError", Map.of(subject, List.of(sentence(refused, messages))));
            }
            Map<String, List<String>> fields = refused.violations().stream()
                    .collect(Collectors.groupingBy(
                            Violation::field,
                            LinkedHashMap::new,
                            Collectors.mapping(violation -> message(violation, messages), Collectors.toList())));
            return Map.of("validationError", fields);
        }

        /** The contract wants the name of a field; where no field is at fault, it is the part of the request. */
        private static String subject(Refusal refusal) {
            return switch (refusal) {
                case AMBIGUOUS_CREDENTIAL -> "credentials";
                case BODY -> "body";
                default -> "request";
            };
        }
    };

    /** @return the members of the JSON object */
    abstract Map<String, Object> body(RequestRefusedException refused, Messages messages);

    private static String sentence(RequestRefusedException refused, Messages messages) {
        String fields =
                refused.violations().stream().map(Violation::field).distinct().collect(Collectors.joining(", "));
        return messages.text(refused.refusal().messageKey(), List.of(fields));
    }

    private static String message(Violation violation, Messages messages) {
        return messages.text(violation.messageKey(), violation.params());
    }
}
