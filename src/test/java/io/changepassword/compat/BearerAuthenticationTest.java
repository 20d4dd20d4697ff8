package io.changepassword.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.isNull;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockConstruction;
import static org.mockito.Mockito.mockStatic;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.common.ClientConnection;
import org.keycloak.common.Profile;
import org.keycloak.crypto.SignatureProvider;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.AuthenticatedClientSessionModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserProvider;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.UserSessionModel.SessionPersistenceState;
import org.keycloak.models.UserSessionProvider;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.managers.AppAuthManager;
import org.keycloak.services.managers.AuthenticationManager.AuthResult;
import org.mockito.MockedConstruction;

/** {@code AdmissionIT} tests on a server what Keycloak's own authenticator refuses. */
class BearerAuthenticationTest {

    private static final String ENCODED = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln";

    private static final int ISSUED_AT = 1_000_000;

    private final KeycloakSession keycloak = mock(KeycloakSession.class);
    private final KeycloakContext context = mock(KeycloakContext.class);
    private final UserProvider users = mock(UserProvider.class);
    private final RealmModel realm = mock(RealmModel.class);
    private final UserModel user = mock(UserModel.class);
    private final ClientModel client = mock(ClientModel.class);
    private final UserSessionModel session = mock(UserSessionModel.class);
    private final AccessToken token = new AccessToken();
    private final BearerAuthentication authentication = new BearerAuthentication(user, session, token, client);

    private AuthResult found;
    private MockedConstruction<AppAuthManager.BearerTokenAuthenticator> authenticators;

    @BeforeEach
    void aTokenOfASession() {
        Profile.init(
                Profile.ProfileName.DEFAULT,
                Map.of(Profile.Feature.TRANSIENT_USERS, false, Profile.Feature.DPOP, true));
        token.iat((long) ISSUED_AT);
        HttpRequest request = mock(HttpRequest.class);
        HttpHeaders headers = mock(HttpHeaders.class);
        when(context.getHttpRequest()).thenReturn(request);
        when(request.getHttpHeaders()).thenReturn(headers);
        when(headers.getHeaderString("DPoP")).thenReturn("malformed");
        when(keycloak.getProvider(SignatureProvider.class, "RS256")).thenReturn(mock(SignatureProvider.class));
        when(context.getRealm()).thenReturn(realm);
        when(keycloak.getContext()).thenReturn(context);
        when(keycloak.users()).thenReturn(users);
        when(user.isEnabled()).thenReturn(true);
        when(client.getId()).thenReturn("client");
        when(session.getStarted()).thenReturn(ISSUED_AT);
    }

    @BeforeEach
    void keycloaksAuthenticator() {
        found = new AuthResult(user, session, token, client);
        authenticators =
                mockConstruction(AppAuthManager.BearerTokenAuthenticator.class, (authenticator, construction) -> {
                    when(authenticator.setTokenString(ENCODED)).thenReturn(authenticator);
                    when(authenticator.authenticate()).thenReturn(found);
                });
    }

    @AfterEach
    void forgetTheFeatures() {
        authenticators.close();
        Profile.reset();
    }

    @Test
    void verifyWhenKeycloakVerifiesTheTokenThenItsUser() {
        assertThat(verified(false)).contains(authentication);
        verify(authenticators.constructed().get(0)).setTokenString(ENCODED);
    }

    @Test
    void verifyWhenKeycloakFindsNobodyThenRefused() {
        found = null;

        assertRefused(false);
    }

    @Test
    void verifyWhenItIsNotCurrentThenRefused() {
        when(user.isEnabled()).thenReturn(false);

        assertRefused(false);
    }

    @Test
    void verifyWhenAProofIsDemandedThenItComesByTheSchemeOnly() {
        try (var binding = mockStatic(DpopBinding.class);
                var proof = mockStatic(DpopProof.class)) {
            proof.when(() -> DpopProof.isVerifiable(keycloak)).thenReturn(true);
            binding.when(() -> DpopBinding.isDemanded(token, client)).thenReturn(true);
            assertRefused(false);
            assertRefused(true);

            binding.when(() -> DpopBinding.isProven(keycloak, token, ENCODED)).thenReturn(true);
            assertRefused(false);
            assertThat(verified(true)).contains(authentication);
        }
    }

    /** The authenticators of some versions throw at such an algorithm or proof. */
    @Test
    void verifyWhenAlgorithmOrProofCannotBeReadThenKeycloakIsNotCalled() {
        assertRefused(true);

        when(keycloak.getProvider(SignatureProvider.class, "RS256")).thenReturn(null);
        assertRefused(false);

        assertThat(authenticators.constructed()).isEmpty();
    }

    /** In earlier versions a client's own token has no session. */
    @Test
    void verifyWhenThereIsNoSessionThenOneIsMadeForTheRequest() {
        found = new AuthResult(user, null, token, client);
        UserSessionProvider sessions = mock(UserSessionProvider.class);
        when(keycloak.sessions()).thenReturn(sessions);
        when(user.getUsername()).thenReturn("service-account-client");
        ClientConnection connection = mock(ClientConnection.class);
        when(context.getConnection()).thenReturn(connection);
        when(connection.getRemoteHost()).thenReturn("192.0.2.1");
        when(sessions.createUserSession(
                        anyString(),
                        eq(realm),
                        eq(user),
                        eq("service-account-client"),
                        eq("192.0.2.1"),
                        eq("client_auth"),
                        eq(false),
                        isNull(),
                        isNull(),
                        eq(SessionPersistenceState.TRANSIENT)))
                .thenReturn(session);

        assertThat(verified(false)).contains(authentication);
    }

    private Optional<BearerAuthentication> verified(boolean byDpop) {
        return BearerAuthentication.verify(keycloak, ENCODED, byDpop);
    }

    private void assertRefused(boolean byDpop) {
        assertThat(verified(byDpop)).isEmpty();
    }

    @Test
    void isCurrentWhenNothingHasHappenedSinceThenTrue() {
        assertThat(isCurrent()).isTrue();
    }

    @Test
    void isCurrentWhenTheUserIsDisabledOrSignedOutSinceThenFalse() {
        when(user.isEnabled()).thenReturn(false);
        assertThat(isCurrent()).isFalse();

        when(user.isEnabled()).thenReturn(true);
        when(users.getNotBeforeOfUser(realm, user)).thenReturn(ISSUED_AT + 1);
        assertThat(isCurrent()).isFalse();
    }

    /** The session's id is kept when another user signs in after the session has expired. */
    @Test
    void isCurrentWhenTheSessionHasBegunAnewThenFalse() {
        when(session.getStarted()).thenReturn(ISSUED_AT + 2);

        assertThat(isCurrent()).isFalse();
    }

    @Test
    void isCurrentWhenTheClientsSessionHasBegunAnewThenFalse() {
        AuthenticatedClientSessionModel ofClient = mock(AuthenticatedClientSessionModel.class);
        when(session.getAuthenticatedClientSessionByClient("client")).thenReturn(ofClient);
        when(ofClient.getStarted()).thenReturn(ISSUED_AT);
        assertThat(isCurrent()).isTrue();

        when(ofClient.getStarted()).thenReturn(ISSUED_AT + 2);
        assertThat(isCurrent()).isFalse();
    }

    @Test
    void isCurrentWhenTheRealmRemembersNobodyAnyMoreThenRememberedSessionsAreOver() {
        when(session.isRememberMe()).thenReturn(true);
        assertThat(isCurrent()).isFalse();

        when(realm.isRememberMe()).thenReturn(true);
        assertThat(isCurrent()).isTrue();
    }

    /** A transient session is made for the request, so it is younger than the token. */
    @Test
    void isCurrentWhenTheSessionIsTransientThenItsStartDoesNotCount() {
        when(session.getStarted()).thenReturn(ISSUED_AT + 100);
        when(session.getPersistenceState()).thenReturn(SessionPersistenceState.TRANSIENT);

        assertThat(isCurrent()).isTrue();
    }

    private boolean isCurrent() {
        return authentication.isCurrent(keycloak);
    }
}
