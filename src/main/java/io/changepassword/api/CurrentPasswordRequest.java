package io.changepassword.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepassword.credential.CurrentPassword;
import io.changepassword.http.BodyFields;
import io.changepassword.http.RequestRefusedException;
import io.changepassword.policy.NewPassword;

/**
 * The body of a change with the current password. Once it exists, nothing about its shape is left to check.
 *
 * @param loginId whose password it is: the caller's e-mail address or username
 * @param oldPassword not blank
 * @param newPassword of the shape that a new password must have
 */
public record CurrentPasswordRequest(String loginId, CurrentPassword oldPassword, NewPassword newPassword) {

    private static final String NEW_PASSWORD = "newPassword";

    /** @throws RequestRefusedException naming every bad field, in the contract's order */
    public static CurrentPasswordRequest of(ObjectNode body) {
        BodyFields fields = new BodyFields(body);
        String loginId = fields.required("loginId", BodyFields::blank);
        String oldPassword = fields.required(CurrentPassword.FIELD, BodyFields::blank);
        String newPassword = fields.required(NEW_PASSWORD, NewPassword::fault);
        fields.requireNoFault();
        return new CurrentPasswordRequest(
                loginId, new CurrentPassword(oldPassword), new NewPassword(NEW_PASSWORD, newPassword));
    }

    /** Keeps what the user has typed out of text. */
    @Override
    public String toString() {
        return "CurrentPasswordRequest[*]";
    }
}
