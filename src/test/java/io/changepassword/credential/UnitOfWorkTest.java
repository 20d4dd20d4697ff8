package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.MockedKeycloak;
import org.junit.jupiter.api.Test;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.KeycloakSession;

class UnitOfWorkTest {

    private final MockedKeycloak keycloak = new MockedKeycloak();

    @Test
    void commitWhenDoneThenCommittedInASessionOfItsOwn() {
        KeycloakSession unit = UnitOfWork.commit(keycloak.session, this::storing);

        assertThat(keycloak.password).isEqualTo("new");
        assertThat(unit).isNotSameAs(keycloak.session);
        assertThat(unit.getContext().getRealm()).isSameAs(keycloak.realm);
    }

    /** Listeners read the request from the session's context. */
    @Test
    void discardThenTheRequestIsOurs() {
        HttpRequest request = mock(HttpRequest.class);
        when(keycloak.session.getContext().getHttpRequest()).thenReturn(request);

        UnitOfWork.rollBack(keycloak.session, unit -> {
            verify(unit.getContext()).setHttpRequest(request);
            return null;
        });
    }

    @Test
    void commitWhenTheWorkFailsThenRolledBack() {
        RuntimeException failure = new IllegalStateException();

        assertThatThrownBy(() -> UnitOfWork.commit(keycloak.session, unit -> {
                    storing(unit);
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(keycloak.password).isEqualTo(MockedKeycloak.OLD);
    }

    @Test
    void commitWhenTheCommitFailsThenThrown() {
        RuntimeException failure = new IllegalStateException();

        assertThatThrownBy(() -> UnitOfWork.commit(keycloak.session, unit -> {
                    keycloak.failCommit(failure);
                    return storing(unit);
                }))
                .isSameAs(failure);
        assertThat(keycloak.password).isEqualTo(MockedKeycloak.OLD);
    }

    @Test
    void commitWhenWhatFollowsTheCommitFailsThenItStandsWithItsResult() {
        String result = UnitOfWork.commit(keycloak.session, unit -> {
            storing(unit);
            keycloak.onCommit(() -> {
                throw new IllegalStateException("a listener's");
            });
            return "result";
        });

        assertThat(result).isEqualTo("result");
        assertThat(keycloak.password).isEqualTo("new");
    }

    @Test
    void rollBackWhenDoneThenRolledBackInASessionOfItsOwn() {
        KeycloakSession unit = UnitOfWork.rollBack(keycloak.session, this::storing);

        assertThat(keycloak.password).isEqualTo(MockedKeycloak.OLD);
        assertThat(unit).isNotSameAs(keycloak.session);
        assertThat(unit.getContext().getRealm()).isSameAs(keycloak.realm);
    }

    private KeycloakSession storing(KeycloakSession unit) {
        keycloak.onCommit(() -> keycloak.password = "new");
        return unit;
    }
}
