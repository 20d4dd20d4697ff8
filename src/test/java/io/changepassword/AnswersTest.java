package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.RETURNS_SELF;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockStatic;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.credential.ChangeEvents;
import jakarta.persistence.PersistenceException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.RuntimeDelegate;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakTransactionManager;
import org.keycloak.theme.Theme;

/** What becomes of the request's transaction, in which nothing is written today, and of failures that no IT brings about. */
class AnswersTest {

    private final KeycloakSession session = mock(KeycloakSession.class, RETURNS_DEEP_STUBS);
    private final KeycloakTransactionManager transaction = mock(KeycloakTransactionManager.class);
    private final Answers answers = new Answers(session, CurrentPasswordResource.ENDPOINT, mock(CrossOrigin.class));

    /** There is no JAX-RS beside the server's. */
    @BeforeEach
    void responses() throws IOException {
        Response.ResponseBuilder builder = mock(Response.ResponseBuilder.class, RETURNS_SELF);
        Response response = mock(Response.class, RETURNS_DEEP_STUBS);
        when(builder.build()).thenReturn(response);
        RuntimeDelegate jaxRs = mock(RuntimeDelegate.class);
        when(jaxRs.createResponseBuilder()).thenReturn(builder);
        RuntimeDelegate.setInstance(jaxRs);
        when(session.getTransactionManager()).thenReturn(transaction);
        when(session.getContext().getHttpRequest().getHttpHeaders().getRequestHeader(any()))
                .thenReturn(List.of());
        when(session.getContext().resolveLocale(any())).thenReturn(Locale.ENGLISH);
        when(session.theme().getTheme(Theme.Type.LOGIN).getEnhancedMessages(any(), any()))
                .thenReturn(new Properties());
    }

    @AfterEach
    void forgetThem() {
        RuntimeDelegate.setInstance(null);
    }

    @Test
    void unlessRefusedWhenRefusedThenTheTransactionIsRolledBack() {
        assertThatThrownBy(() -> answers.unlessRefused(() -> {
                    throw Refusal.conflict();
                }))
                .isInstanceOf(WebApplicationException.class);

        verify(transaction).setRollbackOnly();
    }

    @Test
    void unlessRefusedWhenAllIsWellThenTheTransactionIsLeftAlone() {
        assertThat(answers.<String>unlessRefused(() -> "well")).isEqualTo("well");

        verify(transaction, never()).setRollbackOnly();
    }

    /** Of a store that fails before, or behind, the decision. */
    @Test
    void unlessRefusedWhenAStoreIsDownThenThatIsToldAndRolledBack() {
        ChangeEvents fired = mock(ChangeEvents.class);
        try (var events = mockStatic(ChangeEvents.class)) {
            events.when(() -> ChangeEvents.anonymous(session)).thenReturn(fired);

            assertThatThrownBy(() -> answers.unlessRefused(() -> {
                        throw new PersistenceException("an outage");
                    }))
                    .isInstanceOf(WebApplicationException.class);
        }

        verify(fired).refused(any(), any());
        verify(transaction).setRollbackOnly();
    }

    @Test
    void unlessRefusedWhenItIsADefectThenItIsPassedOn() {
        IllegalStateException defect = new IllegalStateException();

        assertThatThrownBy(() -> answers.unlessRefused(() -> {
                    throw defect;
                }))
                .isSameAs(defect);
    }
}
