package io.changepassword.actiontoken;

import io.changepassword.settings.RealmSettings;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.keycloak.TokenVerifier.Predicate;
import org.keycloak.authentication.AuthenticationProcessor;
import org.keycloak.authentication.actiontoken.AbstractActionTokenHandler;
import org.keycloak.authentication.actiontoken.ActionTokenContext;
import org.keycloak.authentication.actiontoken.TokenUtils;
import org.keycloak.events.Errors;
import org.keycloak.events.EventType;
import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.services.ErrorPage;
import org.keycloak.services.Urls;
import org.keycloak.services.managers.AuthenticationManager;
import org.keycloak.services.messages.Messages;
import org.keycloak.sessions.AuthenticationSessionCompoundId;
import org.keycloak.sessions.AuthenticationSessionModel;

/**
 * Opens the link of a {@link ChangePasswordToken} in a browser: on Keycloak's own update-password page, as
 * {@code ExecuteActionsActionTokenHandler} does, after a page on which to go on, since mail scanners open links too.
 */
public final class ChangePasswordTokenHandler extends AbstractActionTokenHandler<ChangePasswordToken> {

    private static final UserModel.RequiredAction ACTION = UserModel.RequiredAction.UPDATE_PASSWORD;

    public ChangePasswordTokenHandler() {
        super(
                ChangePasswordToken.TYPE,
                ChangePasswordToken.class,
                Messages.INVALID_CODE,
                EventType.EXECUTE_ACTION_TOKEN,
                Errors.NOT_ALLOWED);
    }

    @Override
    @SuppressWarnings("unchecked") // as Keycloak's own handlers make this array
    public Predicate<? super ChangePasswordToken>[] getVerifiers(ActionTokenContext<ChangePasswordToken> context) {
        return TokenUtils.predicates(
                verifyEmail(context),
                TokenUtils.checkThat(
                        token -> RealmSettings.isOpen(context.getRealm()),
                        Errors.NOT_ALLOWED,
                        "changePassword.notEnabled"),
                TokenUtils.checkThat(
                        token -> token.isUsable(
                                context.getSession(),
                                context.getAuthenticationSession().getAuthenticatedUser()),
                        Errors.EXPIRED_CODE,
                        Messages.EXPIRED_ACTION));
    }

    @Override
    public Response handleToken(ChangePasswordToken token, ActionTokenContext<ChangePasswordToken> context) {
        AuthenticationSessionModel authenticationSession = context.getAuthenticationSession();
        KeycloakSession session = context.getSession();
        if (context.isAuthenticationSessionFresh()) {
            return confirmation(token, context);
        }
        // Consumed now; Keycloak would do so after the last required action. With a further action the page would
        // set the password long before, and the token would stay valid over REST meanwhile.
        if (!token.consume(session)) {
            return ErrorPage.error(
                    session, authenticationSession, Response.Status.BAD_REQUEST, Messages.EXPIRED_ACTION);
        }
        authenticationSession.removeAuthNote(AuthenticationManager.INVALIDATE_ACTION_TOKEN);
        authenticationSession.addRequiredAction(ACTION);
        String next = AuthenticationManager.nextRequiredAction(
                session, authenticationSession, context.getRequest(), context.getEvent());
        return AuthenticationManager.redirectToRequiredActions(
                session, context.getRealm(), authenticationSession, context.getUriInfo(), next);
    }

    private static Response confirmation(ChangePasswordToken token, ActionTokenContext<ChangePasswordToken> context) {
        AuthenticationSessionModel authenticationSession = context.getAuthenticationSession();
        KeycloakSession session = context.getSession();
        RealmModel realm = context.getRealm();
        UriInfo uri = context.getUriInfo();
        token.setCompoundAuthenticationSessionId(AuthenticationSessionCompoundId.fromAuthSession(authenticationSession)
                .getEncodedId());
        String link = Urls.actionTokenBuilder(
                        uri.getBaseUri(),
                        token.serialize(session, realm, uri),
                        authenticationSession.getClient().getClientId(),
                        authenticationSession.getTabId(),
                        AuthenticationProcessor.getClientData(session, authenticationSession))
                .build(realm.getName())
                .toString();
        return session.getProvider(LoginFormsProvider.class)
                .setAuthenticationSession(authenticationSession)
                .setUser(authenticationSession.getAuthenticatedUser())
                .setSuccess(Messages.CONFIRM_EXECUTION_OF_ACTIONS)
                .setAttribute(Constants.TEMPLATE_ATTR_ACTION_URI, link)
                .setAttribute(Constants.TEMPLATE_ATTR_REQUIRED_ACTIONS, List.of(ACTION.name()))
                .createInfoPage();
    }

    @Override
    public boolean canUseTokenRepeatedly(ChangePasswordToken token, ActionTokenContext<ChangePasswordToken> context) {
        return false;
    }
}
