package io.changepassword.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keycloak.models.RealmModel;

class RealmSettingsTest {

    private final RealmModel realm = mock(RealmModel.class);

    @Test
    void ofWhenNothingIsSetThenDefaults() {
        assertThat(RealmSettings.of(realm))
                .isEqualTo(new RealmSettings(true, RealmSettings.EndSessions.OTHERS, 8, OptionalInt.empty()));
    }

    @Test
    void ofWhenAllAreSetThenRead() {
        when(realm.getAttribute("changePassword.enabled")).thenReturn("FALSE");
        when(realm.getAttribute("changePassword.endSessions")).thenReturn(" all ");
        when(realm.getAttribute("changePassword.minimumLength")).thenReturn("255");
        when(realm.getAttribute("changePassword.maxAuthAge")).thenReturn("0");

        assertThat(RealmSettings.of(realm))
                .isEqualTo(new RealmSettings(false, RealmSettings.EndSessions.ALL, 255, OptionalInt.of(0)));
    }

    @Test
    void ofWhenASettingSaysWhatTheDefaultSaysThenRead() {
        when(realm.getAttribute("changePassword.enabled")).thenReturn("true");
        when(realm.getAttribute("changePassword.minimumLength")).thenReturn("8");

        assertThat(RealmSettings.of(realm).enabled()).isTrue();
        assertThat(RealmSettings.of(realm).minimumLength()).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({
        "changePassword.enabled, no",
        "changePassword.endSessions, some",
        "changePassword.minimumLength, 7",
        "changePassword.minimumLength, 256",
        "changePassword.minimumLength, eight",
        "changePassword.maxAuthAge, -1",
        "changePassword.maxAuthAge, 99999999999",
        "changePassword.maxAuthAge, ''"
    })
    void ofWhenAValueIsBadThenItsDefault(String key, String value) {
        when(realm.getAttribute(key)).thenReturn(value);

        assertThat(RealmSettings.of(realm))
                .isEqualTo(new RealmSettings(true, RealmSettings.EndSessions.OTHERS, 8, OptionalInt.empty()));
    }
}
