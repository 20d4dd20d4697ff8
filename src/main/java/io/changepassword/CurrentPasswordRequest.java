package io.changepassword;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.credential.CurrentPassword;

/**
 * The body of door A. Once it exists, nothing about its shape is left to check.
 *
 * @param loginId whose password it is: the caller's e-mail address or username
 * @param oldPassword not blank
 * @param newPassword of the shape of {@link PasswordShape}
 */
record CurrentPasswordRequest(String loginId, CurrentPassword oldPassword, String newPassword) {

    /** @throws BodyFields.InvalidFieldsException naming every bad field, in the contract's order */
    static CurrentPasswordRequest of(ObjectNode body) {
        BodyFields fields = new BodyFields(body);
        String loginId = fields.required("loginId", BodyFields::blank);
        String oldPassword = fields.required("oldPassword", BodyFields::blank);
        String newPassword = fields.required(Contract.CURRENT_PASSWORD.passwordField(), PasswordShape::fault);
        fields.requireNoFault();
        return new CurrentPasswordRequest(loginId, new CurrentPassword(oldPassword), newPassword);
    }

    /** Keeps the secrets out of text. */
    @Override
    public String toString() {
        return "CurrentPasswordRequest[*]";
    }
}
