package io.changepassword.actiontoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.MockedSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.models.UserModel;

class MailLimitTest {

    private final MockedSession keycloak = new MockedSession();
    private final UserModel anotherUser = mock(UserModel.class);

    @BeforeEach
    void anotherUser() {
        when(anotherUser.getId()).thenReturn("another-user");
    }

    @Test
    void takeWhenThereWasNoMailThenTrueAndRememberedForAMinute() {
        assertThat(take(keycloak.user)).isTrue();

        assertThat(keycloak.singleUseObjects).hasSize(1).containsEntry("change-password.mail.realm.user", 60L);
    }

    @Test
    void takeWhenThereWasAMailThenFalse() {
        take(keycloak.user);

        assertThat(take(keycloak.user)).isFalse();
    }

    @Test
    void takeWhenTheMailWasAnotherUsersThenTrue() {
        take(keycloak.user);

        assertThat(take(anotherUser)).isTrue();
    }

    @Test
    void takeWhenTheUserIsOfAnotherRealmThenTrue() {
        take(keycloak.user);
        when(keycloak.realm.getId()).thenReturn("another-realm");

        assertThat(take(keycloak.user)).isTrue();
    }

    @Test
    void giveBackWhenTakenThenTheNextMailMayBeSent() {
        take(keycloak.user);

        MailLimit.giveBack(keycloak.session, keycloak.user);

        assertThat(keycloak.singleUseObjects).isEmpty();
        assertThat(take(keycloak.user)).isTrue();
    }

    @Test
    void giveBackWhenAnotherUserTookThenNotTheirs() {
        take(keycloak.user);

        MailLimit.giveBack(keycloak.session, anotherUser);

        assertThat(take(keycloak.user)).isFalse();
    }

    private boolean take(UserModel user) {
        return MailLimit.take(keycloak.session, user);
    }
}
