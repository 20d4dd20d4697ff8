package io.changepassword.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.LogLines;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RequiredActionProviderModel;

class RealmSettingsTest {

    @RegisterExtension
    final LogLines log = new LogLines();

    private final RealmModel realm = mock(RealmModel.class);

    @Test
    void ofWhenNothingIsSetThenDefaults() {
        assertThat(RealmSettings.of(realm))
                .isEqualTo(new RealmSettings(RealmSettings.EndSessions.OTHERS, 8, OptionalInt.empty()));
    }

    @Test
    void ofWhenAllAreSetThenRead() {
        when(realm.getAttribute("changePassword.enabled")).thenReturn("FALSE");
        when(realm.getAttribute("changePassword.endSessions")).thenReturn(" all ");
        when(realm.getAttribute("changePassword.minimumLength")).thenReturn("255");
        when(realm.getAttribute("changePassword.maxAuthAge")).thenReturn("0");

        assertThat(RealmSettings.of(realm))
                .isEqualTo(new RealmSettings(RealmSettings.EndSessions.ALL, 255, OptionalInt.of(0)));
    }

    @Test
    void ofWhenASettingSaysWhatTheDefaultSaysThenRead() {
        when(realm.getAttribute("changePassword.enabled")).thenReturn("true");
        when(realm.getAttribute("changePassword.minimumLength")).thenReturn("8");

        assertThat(RealmSettings.isOpen(realm)).isTrue();
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
                .isEqualTo(new RealmSettings(RealmSettings.EndSessions.OTHERS, 8, OptionalInt.empty()));
    }

    /** The settings are read with every request. */
    @Test
    void ofWhenAValueIsBadThenItIsLoggedOncePerRealmAndKey() {
        realm("bad", "bad-realm");
        when(realm.getAttribute("changePassword.minimumLength")).thenReturn("7");

        RealmSettings.of(realm);
        RealmSettings.of(realm);
        assertThat(log.lines()).containsExactly(bad("bad-realm", "changePassword.minimumLength"));

        when(realm.getAttribute("changePassword.maxAuthAge")).thenReturn("-1");
        RealmSettings.of(realm);
        assertThat(log.lines()).hasSize(2).contains(bad("bad-realm", "changePassword.maxAuthAge"));

        realm("bad-2", "bad-realm-2");
        RealmSettings.of(realm);
        assertThat(log.lines()).hasSize(4).contains(bad("bad-realm-2", "changePassword.minimumLength"));
    }

    /** As the admin console saves a field that was emptied. */
    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void ofWhenAValueIsBlankThenItsDefaultAndNoWarning(String value) {
        realm("blank", "a-realm");
        when(realm.getAttribute("changePassword.minimumLength")).thenReturn(value);

        assertThat(RealmSettings.of(realm).minimumLength()).isEqualTo(8);
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void isUpdatePasswordEnabledWhenTheActionIsThereAndEnabledThenTrue() {
        assertThat(RealmSettings.isUpdatePasswordEnabled(realm)).isFalse();

        RequiredActionProviderModel action = new RequiredActionProviderModel();
        when(realm.getRequiredActionProviderByAlias("UPDATE_PASSWORD")).thenReturn(action);
        assertThat(RealmSettings.isUpdatePasswordEnabled(realm)).isFalse();

        action.setEnabled(true);
        assertThat(RealmSettings.isUpdatePasswordEnabled(realm)).isTrue();
    }

    private void realm(String id, String name) {
        when(realm.getId()).thenReturn(id);
        when(realm.getName()).thenReturn(name);
    }

    private static String bad(String realm, String key) {
        return "WARN Realm " + realm + ": bad value of the attribute " + key + ", its default holds";
    }
}
