package io.changepassword.credential;

import java.util.List;

/**
 * One rule that a new password breaks.
 *
 * @param policy the id of the password policy as in the realm's settings ({@code length}, {@code digits}, …), or one of
 *     our own rules
 * @param params the policy's parameters, in the order its message takes them
 * @param messageKey key of the sentence in Keycloak's message bundles
 */
public record Violation(String policy, List<Object> params, String messageKey) {

    /** Id of our own rule that a change must change something; no Keycloak policy says so without a history. */
    static final String NOT_CURRENT_PASSWORD = "notCurrentPassword";

    /** Id of what a user storage, a directory for one, refused by rules of its own. */
    static final String USER_STORAGE = "userStorage";

    Violation(String policy, String messageKey, Object... params) {
        this(policy, List.of(params), messageKey);
    }
}
