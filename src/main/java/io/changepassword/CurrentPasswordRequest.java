package io.changepassword;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.Refusal.FieldViolation;
import io.changepassword.credential.CurrentPassword;
import io.changepassword.credential.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * The body of door A. Once it exists, nothing about its shape is left to check.
 *
 * @param loginId whose password it is: the caller's e-mail address or username
 * @param oldPassword not blank
 * @param newPassword of the shape of {@link PasswordShape}
 */
record CurrentPasswordRequest(String loginId, CurrentPassword oldPassword, String newPassword) {

    private static final String LOGIN_ID = "loginId";
    private static final String OLD_PASSWORD = "oldPassword";
    private static final String NEW_PASSWORD = "newPassword";

    /** @throws InvalidFieldsException naming every bad field, in the contract's order */
    static CurrentPasswordRequest of(ObjectNode body) {
        List<FieldViolation> faults = new ArrayList<>();
        String loginId = string(body, LOGIN_ID, CurrentPasswordRequest::blank, faults);
        String oldPassword = string(body, OLD_PASSWORD, CurrentPasswordRequest::blank, faults);
        String newPassword = string(body, NEW_PASSWORD, PasswordShape::fault, faults);
        if (!faults.isEmpty()) {
            throw new InvalidFieldsException(faults);
        }
        return new CurrentPasswordRequest(loginId, new CurrentPassword(oldPassword), newPassword);
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

        /** Whether one of the passwords is missing, which Keycloak's events tell apart. */
        boolean passwordMissing() {
            return faults.stream()
                    .anyMatch(fault -> !fault.field().equals(LOGIN_ID)
                            && List.of("required", "notBlank")
                                    .contains(fault.violation().policy()));
        }
    }

    private static String string(
            ObjectNode body, String name, Function<String, Optional<Violation>> shape, List<FieldViolation> faults) {
        JsonNode node = body.get(name);
        Optional<Violation> fault;
        if (hasVariant(body, name)) {
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

    /** A name that differs in case alone: some readers take it for the field, so it may not be there at all. */
    private static boolean hasVariant(ObjectNode body, String name) {
        return StreamSupport.stream(((Iterable<String>) body::fieldNames).spliterator(), false)
                .anyMatch(other -> other.equalsIgnoreCase(name) && !other.equals(name));
    }

    private static Optional<Violation> blank(String value) {
        return value.isBlank() ? Optional.of(violation("notBlank", "changePassword.fieldBlank")) : Optional.empty();
    }

    private static Violation violation(String rule, String messageKey) {
        return new Violation(rule, List.of(), messageKey);
    }

    /** Keeps the secrets out of text. */
    @Override
    public String toString() {
        return "CurrentPasswordRequest[*]";
    }
}
