package io.changepassword;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.credential.NewPassword;

/**
 * The body of a change with an action token. Once it exists, nothing about its shape is left to check.
 *
 * @param password the new one
 * @param token not blank
 */
record TokenRequest(NewPassword password, String token) {

    private static final String PASSWORD = "password";

    /** @throws RequestRefusedException naming every bad field, in the contract's order */
    static TokenRequest of(ObjectNode body) {
        BodyFields fields = new BodyFields(body);
        String password = fields.required(PASSWORD, NewPassword::fault);
        String token = fields.required("token", BodyFields::blank);
        fields.requireNoFault();
        return new TokenRequest(new NewPassword(PASSWORD, password), token);
    }

    /** Keeps the token out of text. */
    @Override
    public String toString() {
        return "ActionTokenRequest[*]";
    }
}
