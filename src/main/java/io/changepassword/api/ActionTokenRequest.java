package io.changepassword.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.http.BodyFields;
import io.changepassword.http.RequestRefusedException;
import io.changepassword.policy.NewPassword;

/**
 * The body of a change with an action token. Once it exists, nothing about its shape is left to check.
 *
 * @param password the new one
 * @param token not blank
 */
record ActionTokenRequest(NewPassword password, String token) {

    private static final String PASSWORD = "password";

    /** @throws RequestRefusedException naming every bad field, in the contract's order */
    static ActionTokenRequest of(ObjectNode body) {
        BodyFields fields = new BodyFields(body);
        String password = fields.required(PASSWORD, NewPassword::fault);
        String token = fields.required("token", BodyFields::blank);
        fields.requireNoFault();
        return new ActionTokenRequest(new NewPassword(PASSWORD, password), token);
    }

    /** Keeps the token out of text. */
    @Override
    public String toString() {
        return "ActionTokenRequest[*]";
    }
}
