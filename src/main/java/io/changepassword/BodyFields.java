package io.changepassword;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.Refusal.FieldViolation;
import io.changepassword.credential.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Takes the required strings out of a body, and remembers every fault, in the order in which they are taken. */
final class BodyFields {

    private final ObjectNode body;
    private final List<FieldViolation> faults = new ArrayList<>();

    BodyFields(ObjectNode body) {
        this.body = body;
    }

    /** Fields of the wrong shape, all of them. */
    static final class InvalidFieldsException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient List<FieldViolation> faults;

        InvalidFieldsException(List<FieldViolation> faults) {
            super("invalid fields", null, false, false);
            this.faults = List.copyOf(faults);
        }

        List<FieldViolation> faults() {
            return faults;
        }

        /** Whether a password is missing, which Keycloak's events tell apart. */
        boolean passwordMissing() {
            return faults.stream()
                    .anyMatch(fault -> fault.field().toLowerCase(Locale.ROOT).endsWith("password")
                            && List.of("required", "notBlank")
                                    .contains(fault.violation().policy()));
        }
    }

    /** @return the field, or null if it is not there; {@link #requireNoFault} tells of it */
    String required(String name, Function<String, Optional<Violation>> shape) {
        JsonNode node = body.get(name);
        Optional<Violation> fault;
        if (hasVariant(name)) {
            fault = Optional.of(violation("unambiguous", "changePassword.fieldAmbiguous"));
        } else if (node == null || node.isNull()) {
            fault = Optional.of(violation("required", "changePassword.fieldRequired"));
        } else if (!node.isTextual()) {
            fault = Optional.of(violation("string", "changePassword.fieldNotString"));
        } else {
            fault = shape.apply(node.textValue());
        }
        fault.ifPresent(violation -> faults.add(new FieldViolation(name, violation)));
        return node == null ? null : node.textValue();
    }

    /** @throws InvalidFieldsException naming every bad field */
    void requireNoFault() {
        if (!faults.isEmpty()) {
            throw new InvalidFieldsException(faults);
        }
    }

    /** A name that differs in case alone: some readers take it for the field, so it may not be there at all. */
    private boolean hasVariant(String name) {
        return StreamSupport.stream(((Iterable<String>) body::fieldNames).spliterator(), false)
                .anyMatch(other -> other.equalsIgnoreCase(name) && !other.equals(name));
    }

    /** The shape of a text of which no more is asked. */
    static Optional<Violation> blank(String value) {
        return value.isBlank() ? Optional.of(violation("notBlank", "changePassword.fieldBlank")) : Optional.empty();
    }

    private static Violation violation(String rule, String messageKey) {
        return new Violation(rule, List.of(), messageKey);
    }
}
