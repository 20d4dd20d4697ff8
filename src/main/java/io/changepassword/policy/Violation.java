package io.changepassword.policy;

import java.util.List;

/**
 * What is wrong with one field of the body.
 *
 * @param field its name in the body
 * @param policy the id of the violated password policy as in the realm's settings ({@code length}, {@code digits}, …), or of a
 *     rule of ours
 * @param messageKey key of the sentence in Keycloak's message bundles
 * @param params the policy's parameters, in the order in which its sentence takes them
 */
public record Violation(String field, String policy, String messageKey, List<Object> params) {

    /** Id of our rule that a field is not blank. */
    public static final String NOT_BLANK = "notBlank";

    public static Violation of(String field, String policy, String messageKey, Object... params) {
        return new Violation(field, policy, messageKey, List.of(params));
    }
}
