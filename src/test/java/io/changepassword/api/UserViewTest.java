package io.changepassword.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.LogLines;
import io.changepassword.fixture.MockedKeycloak;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.userprofile.Attributes;
import org.keycloak.userprofile.UserProfile;
import org.keycloak.userprofile.UserProfileContext;
import org.keycloak.userprofile.UserProfileProvider;

/** The user of the contract, as the realm's user profile lets them see themselves. */
class UserViewTest {

    @RegisterExtension
    final LogLines log = new LogLines();

    private final MockedKeycloak keycloak = new MockedKeycloak();
    private final UserProfileProvider profiles = mock(UserProfileProvider.class);

    /** What the profile lets the user read, attributes that it does not manage included. */
    private final Map<String, List<String>> readable = new HashMap<>();

    private final Map<String, List<String>> unmanaged = new HashMap<>();

    @BeforeEach
    void aProfile() {
        UserProfile profile = mock(UserProfile.class);
        Attributes attributes = mock(Attributes.class);
        when(keycloak.session.getProvider(UserProfileProvider.class)).thenReturn(profiles);
        when(profiles.create(UserProfileContext.ACCOUNT, keycloak.user)).thenReturn(profile);
        when(profile.getAttributes()).thenReturn(attributes);
        when(attributes.getReadable()).thenReturn(readable);
        when(attributes.getUnmanagedAttributes()).thenReturn(unmanaged);
    }

    @Test
    void jsonWhenNothingIsKnownThenTheRequiredMembersAndNoOther() {
        assertThat(json())
                .containsOnlyKeys(
                        "_id",
                        "sub",
                        "username",
                        "firstName",
                        "lastName",
                        "status",
                        "createdAt",
                        "updatedAt",
                        "lastLoginAt",
                        "attributes")
                .containsEntry("username", "alice")
                .containsEntry("firstName", "")
                .containsEntry("lastName", "")
                .containsEntry("attributes", Map.of());
    }

    @Test
    void jsonThenTheIdIsMadeOfTheUsersAsLongAsTheContractsOwn() {
        // printf user | sha256sum
        assertThat(json()).containsEntry("_id", "04f8996da763b7a969b1028e").containsEntry("sub", "user");
    }

    @Test
    void jsonWhenTheProfileHasNamesThenThose() {
        readable.put("firstName", List.of("Alice"));
        readable.put("lastName", List.of("Smith"));

        assertThat(json()).containsEntry("firstName", "Alice").containsEntry("lastName", "Smith");
    }

    /** Even where the user has one. */
    @Test
    void jsonWhenTheProfileHidesANameThenItIsEmpty() {
        when(keycloak.user.getLastName()).thenReturn("Smith");

        assertThat(json()).containsEntry("lastName", "");
    }

    @ParameterizedTest
    @CsvSource({"true, 1", "false, 0"})
    void jsonThenTheStatusIsWhetherTheUserIsEnabled(boolean enabled, int status) {
        when(keycloak.user.isEnabled()).thenReturn(enabled);

        assertThat(json()).containsEntry("status", status);
    }

    @Test
    void jsonThenTheTimesAreInMillisecondsOfUtc() {
        when(keycloak.user.getCreatedTimestamp()).thenReturn(1_400_000_000_001L);
        when(keycloak.userSession.getNote("AUTH_TIME")).thenReturn("1600000000");

        assertThat(json(Instant.ofEpochSecond(1_500_000_000, 123_456_789)))
                .containsEntry("createdAt", "2014-05-13T16:53:20.001Z")
                .containsEntry("updatedAt", "2017-07-14T02:40:00.123Z")
                .containsEntry("lastLoginAt", "2020-09-13T12:26:40Z");
    }

    @Test
    void jsonWhenADirectoryDoesNotSayWhenTheUserWasMadeThenTheStartOfTheSession() {
        when(keycloak.user.getCreatedTimestamp()).thenReturn(null);
        when(keycloak.userSession.getStarted()).thenReturn(1_600_000_000);

        assertThat(json()).containsEntry("createdAt", "2020-09-13T12:26:40Z");
    }

    @ParameterizedTest
    @CsvSource({
        "pt-BR, pt, BR",
        "pt_BR, pt, BR",
        "de, de,",
        "zh-Hans-CN, zh, CN",
        "es-419, es,",
        "und-CH,, CH",
        "x-klingon,,",
        "xx-XX,,"
    })
    void jsonWhenThereIsALocaleThenTheLanguageAndRegionThatIsoKnows(String locale, String language, String region) {
        readable.put("locale", List.of(locale));

        Map<String, Object> json = json();

        assertThat(json.get("language")).isEqualTo(language);
        assertThat(json.get("region")).isEqualTo(region);
        assertThat(json.containsKey("language")).isEqualTo(language != null);
        assertThat(json.containsKey("region")).isEqualTo(region != null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.com/p.png", "http://example.com/p.png", "HTTPS://EXAMPLE.COM/P.PNG"})
    void jsonWhenThePictureIsOnTheWebThenItIsTheAvatar(String picture) {
        readable.put("picture", List.of(picture));

        assertThat(json()).containsEntry("avatarUrl", picture);
    }

    /** An app may well put it into a link. */
    @ParameterizedTest
    @ValueSource(strings = {"javascript:alert(1)//https://", "data:image/png;base64,AAAA", "p.png", " "})
    void jsonWhenThePictureIsAnythingElseThenThereIsNoAvatar(String picture) {
        readable.put("picture", List.of(picture));

        assertThat(json()).doesNotContainKey("avatarUrl");
    }

    @Test
    void jsonWhenSettingsAreSaidThenThoseAsBooleans() {
        readable.put("mailOnBuildCompleted", List.of("true"));
        readable.put("mailOnCodePushCompleted", List.of("false"));

        assertThat(json())
                .containsEntry("settings", Map.of("mailOnBuildCompleted", true, "mailOnCodePushCompleted", false));
    }

    @Test
    void jsonWhenASettingIsNoBooleanThenItIsLeftOut() {
        readable.put("mailOnBuildCompleted", List.of("yes"));
        assertThat(json()).doesNotContainKey("settings");

        readable.put("mailOnCodePushCompleted", List.of("true"));
        assertThat(json()).containsEntry("settings", Map.of("mailOnCodePushCompleted", true));
    }

    @Test
    void jsonWhenThereAreAttributesThenAllOfTheirValues() {
        readable.put("department", List.of("Research", "Sales"));
        readable.put("locale", List.of("de"));

        assertThat(json())
                .containsEntry(
                        "attributes", Map.of("department", List.of("Research", "Sales"), "locale", List.of("de")));
    }

    /** They are members of their own, and the address is none of the contract. */
    @Test
    void jsonThenNamesAndAddressAreNoAttributes() {
        for (String own : List.of("username", "email", "firstName", "lastName")) {
            readable.put(own, List.of("a value"));
        }

        assertThat(json()).containsEntry("attributes", Map.of()).doesNotContainKey("email");
    }

    /** They are the administrators'. */
    @Test
    void jsonWhenTheProfileDoesNotManageAnAttributeThenItIsHidden() {
        readable.put("creditRating", List.of("poor"));
        readable.put("picture", List.of("https://example.com/p.png"));
        unmanaged.putAll(readable);
        readable.put("department", List.of("Research"));

        assertThat(json())
                .containsEntry("attributes", Map.of("department", List.of("Research")))
                .doesNotContainKey("avatarUrl");
    }

    @Test
    void jsonWhenAnAttributeHasNoValueThenItIsLeftOut() {
        readable.put("department", List.of());

        assertThat(json()).containsEntry("attributes", Map.of());
    }

    @Test
    void jsonWhenTheFirstValuesAreEmptyThenTheFirstThatIsNot() {
        readable.put("firstName", Arrays.asList(null, "", " ", "Alice", "Alicia"));

        assertThat(json()).containsEntry("firstName", "Alice");
    }

    /** The password is changed by now: to fail would tell the user that it is not. */
    @Test
    void jsonWhenTheProfileCannotBeReadThenItIsLeftOutAndLogged() {
        when(profiles.create(UserProfileContext.ACCOUNT, keycloak.user)).thenThrow(new IllegalStateException("down"));

        assertThat(json())
                .containsEntry("sub", "user")
                .containsEntry("firstName", "")
                .containsEntry("attributes", Map.of());
        assertThat(log.lines()).containsExactly("ERROR The profile of user user cannot be read");
    }

    private Map<String, Object> json() {
        return json(Instant.EPOCH);
    }

    private Map<String, Object> json(Instant passwordSetAt) {
        return new UserView(keycloak.session, keycloak.caller, passwordSetAt).json();
    }
}
