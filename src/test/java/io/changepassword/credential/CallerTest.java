package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.MockedKeycloak;
import io.changepassword.settings.RealmSettings;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;

class CallerTest {

    private final MockedKeycloak keycloak = new MockedKeycloak();
    private final Caller caller = keycloak.caller;

    /** Changes of user and session that may happen after the token was verified. */
    private interface Meanwhile {
        void happensIn(MockedKeycloak keycloak);
    }

    private static Arguments after(String what, Meanwhile meanwhile) {
        return Arguments.argumentSet(what, meanwhile);
    }

    static Stream<Arguments> ends() {
        return Stream.of(
                after("realm gone", keycloak -> keycloak.session.getContext().setRealm(null)),
                after(
                        "realm disabled",
                        keycloak -> when(keycloak.realm.isEnabled()).thenReturn(false)),
                after(
                        "API switched off",
                        keycloak -> when(keycloak.realm.getAttribute(RealmSettings.ENABLED))
                                .thenReturn("false")),
                after(
                        "client gone",
                        keycloak -> when(keycloak.realm.getClientById("client")).thenReturn(null)),
                after(
                        "client disabled",
                        keycloak -> when(keycloak.client.isEnabled()).thenReturn(false)),
                after("session ended", keycloak -> keycloak.online.clear()),
                after(
                        "user gone",
                        keycloak -> when(keycloak.users.getUserById(keycloak.realm, "user"))
                                .thenReturn(null)),
                after(
                        "user disabled",
                        keycloak -> when(keycloak.user.isEnabled()).thenReturn(false)));
    }

    @Test
    void authenticatedAtWhenTheSessionHasAnAuthTimeThenItOrElseTheStart() {
        UserSessionModel session = keycloak.caller.userSession();
        when(session.getStarted()).thenReturn(1_000);
        assertThat(keycloak.caller.authenticatedAt()).isEqualTo(1_000);

        when(session.getNote("AUTH_TIME")).thenReturn("2000");
        assertThat(keycloak.caller.authenticatedAt()).isEqualTo(2_000);
    }

    @ParameterizedTest
    @MethodSource("ends")
    void requireSignedInWhenNoLongerThenRefused(Meanwhile meanwhile) {
        meanwhile.happensIn(keycloak);

        assertRefused(() -> call(caller::requireSignedIn));
        assertRefused(() -> call(caller::requireSignedInPastTheCache));
    }

    @Test
    void requireSignedInWhenStillThenTheUserAsTheCacheHasThem() {
        assertThat(call(caller::requireSignedIn)).isSameAs(keycloak.user);
    }

    @Test
    void requireSignedInWhenTheSessionIsOfflineThenTheUser() {
        keycloak.online.clear();
        keycloak.addSession("session", true);

        assertThat(call(caller::requireSignedIn)).isSameAs(keycloak.user);
    }

    @Test
    void requireSignedInPastTheCacheWhenLocalThenTheUserAsTheDatabaseHasThem() {
        assertThat(call(caller::requireSignedInPastTheCache)).isSameAs(keycloak.databaseUser);
    }

    @Test
    void requireSignedInPastTheCacheWhenNotCachedThenTheUser() {
        when(keycloak.users.getUserById(keycloak.realm, "user")).thenReturn(keycloak.databaseUser);

        assertThat(call(caller::requireSignedInPastTheCache)).isSameAs(keycloak.databaseUser);
    }

    @Test
    void requireSignedInPastTheCacheWhenDisabledInTheDatabaseThenRefused() {
        when(keycloak.databaseUser.isEnabled()).thenReturn(false);

        assertRefused(() -> call(caller::requireSignedInPastTheCache));
    }

    @Test
    void requireSignedInPastTheCacheWhenDeletedFromTheDatabaseThenRefused() {
        when(keycloak.user.getDelegateForUpdate()).thenThrow(new IllegalStateException("Not found in database"));

        assertRefused(() -> call(caller::requireSignedInPastTheCache));
    }

    @Test
    void requireSignedInPastTheCacheWhenADirectorysThenAsTheCacheHasThem() {
        when(keycloak.user.getFederationLink()).thenReturn("directory");
        assertThat(call(caller::requireSignedInPastTheCache)).isSameAs(keycloak.user);

        when(keycloak.user.getFederationLink()).thenReturn(null);
        when(keycloak.user.getId()).thenReturn("f:storage:alice");
        when(keycloak.users.getUserById(keycloak.realm, "f:storage:alice")).thenReturn(keycloak.user);
        assertThat(call(caller::requireSignedInPastTheCache)).isSameAs(keycloak.user);
        verify(keycloak.user, never()).getDelegateForUpdate();
    }

    private UserModel call(Function<KeycloakSession, UserModel> check) {
        return UnitOfWork.rollBack(keycloak.session, check);
    }

    private static void assertRefused(Runnable check) {
        ChangeRefusedException refused = catchThrowableOfType(ChangeRefusedException.class, check::run);
        assertThat(refused).isNotNull();
        assertThat(refused.reason()).isEqualTo(ChangeRefusedException.Reason.NOT_SIGNED_IN);
    }
}
