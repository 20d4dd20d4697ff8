package io.changepassword.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewPasswordTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\t\r\n",
                "\u00a0\u00a0",
                "\u3000",
                "\u200b\u200d\ufeff",
                "\u0000",
                "\u0085",
                "\u2028",
                // Variation selectors, of both blocks.
                "\ufe00\ufe0f",
                "\udb40\udd00\udb40\uddef",
                // Fillers, joiners, and the empty Braille pattern.
                "\u034f",
                "\u115f",
                "\u1160",
                "\u17b4",
                "\u17b5",
                "\u2800",
                "\u3164",
                "\uffa0"
            })
    void faultWhenNothingIsVisibleThenBlank(String password) {
        assertThat(NewPassword.fault("newPassword", password))
                .map(Violation::policy)
                .contains("notBlank");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab\u0000cdefgh", "abcdefgh\ud800", "\udc00abcdefgh", "abcd\udc00\ud800efgh"})
    void faultWhenAStoreCannotTakeItThenCharacters(String password) {
        assertThat(NewPassword.fault("newPassword", password))
                .map(Violation::policy)
                .contains("characters");
    }

    @ParameterizedTest
    @CsvSource({"255,false", "256,true"})
    void faultWhenLengthIsAtTheLimitThenCodePointsCount(int length, boolean tooLong) {
        assertThat(NewPassword.fault("newPassword", "\uD83D\uDE00".repeat(length))
                        .isPresent())
                .isEqualTo(tooLong);
    }

    @Test
    void faultWhenPasswordIsOrdinaryThenNone() {
        for (String password :
                new String[] {"x", " x ", "p\u00e4ssword", "\uD83D\uDE00", "a\u200bb", "\uffff", "\udb80\udc00"}) {
            assertThat(NewPassword.fault("newPassword", password)).as(password).isEmpty();
        }
    }

    @Test
    void toStringThenNoSecret() {
        assertThat(new NewPassword("newPassword", "canary")).hasToString("NewPassword[*]");
    }
}
