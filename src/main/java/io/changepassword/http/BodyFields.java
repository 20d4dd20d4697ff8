package io.changepassword.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.policy.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** Takes the required strings out of a body, and remembers every fault, in the order in which they are taken. */
public final class BodyFields {

    private static final String REQUIRED = "required";

    private static final Set<String> MISSING = Set.of(REQUIRED, Violation.NOT_BLANK);

    private final ObjectNode body;
    private final List<Violation> faults = new ArrayList<>();

    public BodyFields(ObjectNode body) {
        this.body = body;
    }

    /**
     * @param shape returns the fault of a field, given its name and value
     * @return the field, or null if it is not there; {@link #requireNoFault} refuses the request then
     */
    public String required(String name, BiFunction<String, String, Optional<Violation>> shape) {
        JsonNode node = body.get(name);
        Optional<Violation> fault;
        if (hasVariant(name)) {
            fault = Optional.of(Violation.of(name, "unambiguous", "changePassword.fieldAmbiguous"));
        } else if (node == null || node.isNull()) {
            fault = Optional.of(Violation.of(name, REQUIRED, "changePassword.fieldRequired"));
        } else if (!node.isTextual()) {
            fault = Optional.of(Violation.of(name, "string", "changePassword.fieldNotString"));
        } else {
            fault = shape.apply(name, node.textValue());
        }
        fault.ifPresent(faults::add);
        return node == null ? null : node.textValue();
    }

    /** @throws RequestRefusedException with every bad field */
    public void requireNoFault() {
        if (!faults.isEmpty()) {
            throw RequestRefusedException.because(
                    isPasswordMissing() ? Refusal.PASSWORD_MISSING : Refusal.FIELDS, faults);
        }
    }

    private boolean isPasswordMissing() {
        return faults.stream()
                .anyMatch(fault -> fault.field().toLowerCase(Locale.ROOT).endsWith("password")
                        && MISSING.contains(fault.policy()));
    }

    /** A name that differs in case only. Some readers take it for the field, so the request is refused. */
    private boolean hasVariant(String name) {
        return body.properties().stream()
                .map(Map.Entry::getKey)
                .anyMatch(other -> other.equalsIgnoreCase(name) && !other.equals(name));
    }

    /** The shape of a text that only must not be blank. */
    public static Optional<Violation> blank(String name, String value) {
        return value.isBlank()
                ? Optional.of(Violation.of(name, Violation.NOT_BLANK, "changePassword.fieldBlank"))
                : Optional.empty();
    }
}
