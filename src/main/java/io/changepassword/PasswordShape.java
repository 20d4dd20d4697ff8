package io.changepassword;

import io.changepassword.credential.RealmSettings;
import io.changepassword.credential.Violation;
import java.util.List;
import java.util.Optional;

/**
 * What a new password must look like to be judged at all: not blank, at most 255 code points, text that every store takes.
 * It is never trimmed or normalised. Its least length is a rule of the realm, and told only after the proof.
 */
final class PasswordShape {

    /** Characters that show nothing though they are no white space: fillers, joiners, the empty Braille pattern. */
    private static final String INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0";

    private PasswordShape() {}

    static Optional<Violation> fault(String password) {
        if (password.codePoints().allMatch(PasswordShape::isBlank)) {
            return Optional.of(new Violation("notBlank", List.of(), "changePassword.fieldBlank"));
        }
        if (password.codePointCount(0, password.length()) > RealmSettings.MAXIMUM_LENGTH) {
            return Optional.of(new Violation(
                    "maxLength", List.of(RealmSettings.MAXIMUM_LENGTH), "invalidPasswordMaxLengthMessage"));
        }
        // A lone surrogate cannot be encoded, and a directory or a C library ends a string at NUL.
        if (password.codePoints().anyMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE)) {
            return Optional.of(new Violation("characters", List.of(), "changePassword.fieldCharacters"));
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
}
