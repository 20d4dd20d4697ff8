package io.changepassword.actiontoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.MockedJaxRs;
import io.changepassword.fixture.MockedSession;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.keycloak.TokenVerifier.Predicate;
import org.keycloak.authentication.actiontoken.ActionTokenContext;
import org.keycloak.authentication.actiontoken.ExplainedTokenVerificationException;
import org.keycloak.common.ClientConnection;
import org.keycloak.common.VerificationException;
import org.keycloak.common.util.Time;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.UserModel;
import org.keycloak.protocol.ClientData;
import org.keycloak.protocol.LoginProtocol;
import org.keycloak.services.messages.Messages;
import org.keycloak.sessions.AuthenticationSessionCompoundId;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.sessions.RootAuthenticationSessionModel;

/** Calls the handler as Keycloak's page does when a mailed link opens. {@code ActionTokenPageIT} tests the page on a server. */
@ExtendWith(MockedJaxRs.class)
class ChangePasswordTokenHandlerTest {

    private final MockedSession keycloak = new MockedSession();
    private final AuthenticationSessionModel authenticationSession = mock(AuthenticationSessionModel.class);
    private final LoginFormsProvider forms = mock(LoginFormsProvider.class);
    private final Response page = mock(Response.class);
    private final ChangePasswordTokenHandler handler = new ChangePasswordTokenHandler();

    /** The required actions of the authentication session; the user may have further ones. */
    private final Set<String> requiredActions = new HashSet<>();

    @BeforeEach
    void anAuthenticationSession() {
        RootAuthenticationSessionModel root = mock(RootAuthenticationSessionModel.class);
        LoginProtocol protocol = mock(LoginProtocol.class);
        when(root.getId()).thenReturn("root");
        when(protocol.getClientData(authenticationSession)).thenReturn(new ClientData());
        when(keycloak.session.getProvider(LoginProtocol.class, "openid-connect"))
                .thenReturn(protocol);
        when(authenticationSession.getParentSession()).thenReturn(root);
        when(authenticationSession.getTabId()).thenReturn("tab");
        when(authenticationSession.getClient()).thenReturn(keycloak.client);
        when(authenticationSession.getProtocol()).thenReturn("openid-connect");
        when(authenticationSession.getRealm()).thenReturn(keycloak.realm);
        when(authenticationSession.getAuthenticatedUser()).thenReturn(keycloak.user);
        when(authenticationSession.getRequiredActions()).thenReturn(requiredActions);
        doAnswer(call -> requiredActions.add(
                        call.<UserModel.RequiredAction>getArgument(0).name()))
                .when(authenticationSession)
                .addRequiredAction(any(UserModel.RequiredAction.class));
        when(keycloak.client.getId()).thenReturn("client-uuid");
        when(keycloak.user.getRequiredActionsStream()).thenAnswer(call -> Stream.empty());
        when(keycloak.context.getUri().getQueryParameters()).thenReturn(new MultivaluedHashMap<>());
        when(keycloak.realm.getRequiredActionProvidersStream()).thenAnswer(call -> Stream.empty());
    }

    @BeforeEach
    void pages() {
        when(keycloak.session.getProvider(LoginFormsProvider.class)).thenReturn(forms);
        when(forms.setAuthenticationSession(authenticationSession)).thenReturn(forms);
        when(forms.setUser(keycloak.user)).thenReturn(forms);
        when(forms.setSuccess(anyString())).thenReturn(forms);
        when(forms.setError(anyString())).thenReturn(forms);
        when(forms.setAttribute(anyString(), any())).thenReturn(forms);
        when(forms.createInfoPage()).thenReturn(page);
        when(forms.createErrorPage(Response.Status.BAD_REQUEST)).thenReturn(page);
    }

    @Test
    void newHandlerThenForTheChangePasswordToken() {
        assertThat(handler.getId()).isEqualTo("change-password");
        assertThat(handler.getTokenClass()).isEqualTo(ChangePasswordToken.class);
        assertThat(handler.eventType()).isEqualTo(EventType.EXECUTE_ACTION_TOKEN);
        assertThat(handler.getDefaultEventError()).isEqualTo(Errors.NOT_ALLOWED);
        assertThat(handler.getDefaultErrorMessage()).isEqualTo(Messages.INVALID_CODE);
    }

    @Test
    void getVerifiersWhenNothingIsWrongThenAllPass() {
        assertThatCode(() -> verifyAll(token())).doesNotThrowAnyException();
    }

    @Test
    void getVerifiersWhenTheAddressHasChangedThenInvalidEmail() {
        ChangePasswordToken token = token();
        when(keycloak.user.getEmail()).thenReturn("new@example.com");

        assertRefused(token, Errors.INVALID_EMAIL, Messages.INVALID_EMAIL);
    }

    @Test
    void getVerifiersWhenTheRealmDoesNotOfferTheApiThenNotAllowed() {
        when(keycloak.realm.getAttribute("changePassword.enabled")).thenReturn("false");

        assertRefused(token(), Errors.NOT_ALLOWED, "changePassword.notEnabled");
    }

    @Test
    void getVerifiersWhenThePasswordHasChangedThenExpired() {
        ChangePasswordToken token = token();
        keycloak.passwordSetAt(MockedSession.PASSWORD_SET_AT + 1);

        assertRefused(token, Errors.EXPIRED_CODE, Messages.EXPIRED_ACTION);
    }

    @Test
    void getVerifiersWhenTheRequiredActionIsDisabledThenExpired() {
        ChangePasswordToken token = token();
        keycloak.updatePassword.setEnabled(false);

        assertRefused(token, Errors.EXPIRED_CODE, Messages.EXPIRED_ACTION);
    }

    /** Mail scanners open links too. */
    @Test
    void handleTokenWhenTheLinkIsOpenedFirstThenAPageToGoOnAndNothingIsConsumed() {
        assertThat(handler.handleToken(token(), context(true))).isSameAs(page);

        verify(forms).setAuthenticationSession(authenticationSession);
        verify(forms).setUser(keycloak.user);
        verify(forms).setSuccess(Messages.CONFIRM_EXECUTION_OF_ACTIONS);
        verify(forms).setAttribute("requiredActions", List.of("UPDATE_PASSWORD"));
        assertThat(keycloak.consumed).isEmpty();
        assertThat(requiredActions).isEmpty();
    }

    /** The new token is bound to the browser's authentication session, so the REST API rejects it. */
    @Test
    void handleTokenWhenTheLinkIsOpenedFirstThenThePagesLinkHasATokenOfItsOwn() {
        ChangePasswordToken token = token();
        String key = token.serializeKey();
        Map<String, Object> attributes = new HashMap<>();
        doAnswer(call -> {
                    attributes.put(call.getArgument(0), call.getArgument(1));
                    return forms;
                })
                .when(forms)
                .setAttribute(anyString(), any());

        handler.handleToken(token, context(true));

        String link = (String) attributes.get("actionUri");
        assertThat(link)
                .startsWith("https://id.example/realms/a-realm/login-actions/action-token?key=ey")
                .contains("&client_id=an-app&tab_id=tab&client_data=");
        ChangePasswordToken linked =
                keycloak.session.tokens().decode(link.replaceAll(".*key=|&client_id.*", ""), ChangePasswordToken.class);
        assertThat(linked.getCompoundAuthenticationSessionId())
                .isNotNull()
                .isEqualTo(AuthenticationSessionCompoundId.fromAuthSession(authenticationSession)
                        .getEncodedId());
        assertThat(linked.serializeKey()).isEqualTo(key);
    }

    @Test
    void handleTokenWhenTheUserGoesOnThenUpdatePassword() {
        ChangePasswordToken token = token();

        Response response = handler.handleToken(token, context(false));

        assertThat(response.getStatus()).isEqualTo(302);
        assertThat(response.getLocation())
                .hasPath("/realms/a-realm/login-actions/required-action")
                .hasParameter("execution", "UPDATE_PASSWORD")
                .hasParameter("client_id", "an-app")
                .hasParameter("tab_id", "tab");
        assertThat(requiredActions).containsExactly("UPDATE_PASSWORD");
    }

    /** Keycloak would mark the token as used only after the last required action. */
    @Test
    void handleTokenWhenTheUserGoesOnThenTheTokenIsConsumedAtOnceAndOnlyOnce() {
        ChangePasswordToken token = token();

        handler.handleToken(token, context(false));

        assertThat(keycloak.consumed).containsExactly(token.serializeKey());
        verify(authenticationSession).removeAuthNote("INVALIDATE_ACTION_TOKEN");
    }

    @Test
    void handleTokenWhenConsumedThenAnErrorPageAndNoAction() {
        ChangePasswordToken token = token();
        token.consume(keycloak.session);

        assertThat(handler.handleToken(token, context(false))).isSameAs(page);

        verify(forms).setError(Messages.EXPIRED_ACTION);
        verify(forms).createErrorPage(Response.Status.BAD_REQUEST);
        verify(authenticationSession, never()).removeAuthNote(anyString());
        assertThat(requiredActions).isEmpty();
    }

    @Test
    void canUseTokenRepeatedlyThenFalse() {
        assertThat(handler.canUseTokenRepeatedly(token(), context(false))).isFalse();
    }

    /** @param fresh whether the link is opened for the first time, without an authentication session */
    private ActionTokenContext<ChangePasswordToken> context(boolean fresh) {
        ClientConnection connection = mock(ClientConnection.class);
        ActionTokenContext<ChangePasswordToken> context = new ActionTokenContext<>(
                keycloak.session,
                keycloak.realm,
                keycloak.context.getUri(),
                connection,
                mock(HttpRequest.class),
                new EventBuilder(keycloak.realm, keycloak.session, connection),
                handler,
                null,
                null,
                null,
                null);
        context.setAuthenticationSession(authenticationSession, fresh);
        return context;
    }

    private void verifyAll(ChangePasswordToken token) throws VerificationException {
        for (Predicate<? super ChangePasswordToken> verifier : handler.getVerifiers(context(false))) {
            assertThat(verifier.test(token)).isTrue();
        }
    }

    private void assertRefused(ChangePasswordToken token, String error, String message) {
        assertThatThrownBy(() -> verifyAll(token))
                .isInstanceOfSatisfying(
                        ExplainedTokenVerificationException.class,
                        refused -> assertThat(refused.getErrorEvent()).isEqualTo(error))
                .hasMessage(message);
    }

    /** The token as it is mailed to the user. */
    private ChangePasswordToken token() {
        Map<String, Object> claims = new HashMap<>();
        claims.put("typ", "change-password");
        claims.put("sub", "user");
        claims.put("eml", "alice@example.com");
        claims.put("azp", "an-app");
        claims.put("exp", now() + 300);
        claims.put("iat", now());
        claims.put("iss", MockedSession.ISSUER);
        claims.put("aud", MockedSession.ISSUER);
        claims.put("jti", "b9ab4a2b-92b6-4b8a-bf9d-2e5b7c7f3a10");
        claims.put("nonce", "b9ab4a2b-92b6-4b8a-bf9d-2e5b7c7f3a10");
        claims.put("pwd_set_at", MockedSession.PASSWORD_SET_AT);
        return keycloak.session.tokens().decode(keycloak.sign(claims), ChangePasswordToken.class);
    }

    private static long now() {
        return Time.currentTimeMillis() / 1000;
    }
}
