package io.changepassword.policy;

import io.changepassword.settings.RealmSettings;
import java.util.Optional;

/**
 * A new password of a valid shape: not blank, at most 255 code points, text that every store accepts. It is never
 * trimmed or normalised. Its least length is a rule of the realm, and checked only after the proof.
 *
 * @param field the name under which it was sent, for the violations
 * @param value as sent
 */
public record NewPassword(String field, String value) {

    /** Characters that show nothing though they are no white space: fillers, joiners, the empty Braille pattern. */
    private static final String INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0";

    /** @return the fault of the shape, or empty if there is none */
    public static Optional<Violation> fault(String field, String value) {
        if (value.codePoints().allMatch(NewPassword::isBlank)) {
            return Optional.of(Violation.of(field, Violation.NOT_BLANK, "changePassword.fieldBlank"));
        }
        if (value.codePointCount(0, value.length()) > RealmSettings.MAXIMUM_LENGTH) {
            return Optional.of(
                    Violation.of(field, "maxLength", "invalidPasswordMaxLengthMessage", RealmSettings.MAXIMUM_LENGTH));
        }
        // A lone surrogate cannot be encoded, and a directory or a C library ends a string at NUL.
        if (value.codePoints().anyMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE)) {
            return Optional.of(Violation.of(field, "characters", "changePassword.fieldCharacters"));
        }
        return Optional.empty();
    }

    /** White space of any script, and what is as invisible: format and control characters, variation selectors, fillers. */
    private static boolean isBlank(int codePoint) {
        return Character.isSpaceChar(codePoint)
                || Character.getType(codePoint) == Character.FORMAT
                || Character.isISOControl(codePoint)
                || (codePoint >= 0xFE00 && codePoint <= 0xFE0F)
                || (codePoint >= 0xE0100 && codePoint <= 0xE01EF)
                || INVISIBLE.indexOf(codePoint) >= 0;
    }

    /** Keeps the secret out of text. */
    @Override
    public String toString() {
        return "NewPassword[*]";
    }
}
