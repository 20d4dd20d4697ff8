package io.changepassword;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The body of door B. Once it exists, nothing about its shape is left to check.
 *
 * @param password the new one, of the shape of {@link PasswordShape}
 * @param token not blank
 */
record TokenRequest(String password, String token) {

    /** @throws BodyFields.InvalidFieldsException naming every bad field, in the contract's order */
    static TokenRequest of(ObjectNode body) {
        BodyFields fields = new BodyFields(body);
        String password = fields.required(Contract.TOKEN.passwordField(), PasswordShape::fault);
        String token = fields.required("token", BodyFields::blank);
        fields.requireNoFault();
        return new TokenRequest(password, token);
    }

    /** Keeps the secrets out of text. */
    @Override
    public String toString() {
        return "TokenRequest[*]";
    }
}
