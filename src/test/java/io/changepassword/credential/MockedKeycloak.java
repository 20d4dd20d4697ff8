package io.changepassword.credential;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.keycloak.common.ClientConnection;
import org.keycloak.cookie.CookieProvider;
import org.keycloak.credential.CredentialInput;
import org.keycloak.credential.CredentialModel;
import org.keycloak.credential.hash.PasswordHashProvider;
import org.keycloak.events.Event;
import org.keycloak.events.EventStoreProvider;
import org.keycloak.events.EventType;
import org.keycloak.models.AbstractKeycloakTransaction;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientProvider;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.KeycloakTransactionManager;
import org.keycloak.models.PasswordPolicy;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RealmProvider;
import org.keycloak.models.SingleUseObjectProvider;
import org.keycloak.models.SubjectCredentialManager;
import org.keycloak.models.UserLoginFailureModel;
import org.keycloak.models.UserLoginFailureProvider;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserProvider;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.UserSessionProvider;
import org.keycloak.models.cache.CachedUserModel;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.keycloak.services.DefaultKeycloakTransactionManager;
import org.keycloak.services.managers.BruteForceProtector;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.sessions.AuthenticationSessionProvider;
import org.keycloak.sessions.RootAuthenticationSessionModel;
import org.keycloak.tracing.NoopTracingProvider;
import org.keycloak.tracing.TracingProvider;

/**
 * A Keycloak of one realm and one user who is signed in: its interfaces are mocks, its transactions are its own. What is
 * written in a unit of work is in the fields here once that unit has committed, and never if it is rolled back.
 */
final class MockedKeycloak {

    static final String OLD = "old-password";

    final RealmModel realm = mock(RealmModel.class);
    final ClientModel client = mock(ClientModel.class);
    /** As the cache has the user; it neither proves nor stores a password, so that who asks it is found out. */
    final CachedUserModel user = mock(CachedUserModel.class);
    /** As the database has the user. */
    final UserModel databaseUser = mock(UserModel.class);

    final SubjectCredentialManager credentials = mock(SubjectCredentialManager.class);
    final UserProvider users = mock(UserProvider.class);
    final UserSessionProvider sessions = mock(UserSessionProvider.class);
    final UserLoginFailureProvider loginFailures = mock(UserLoginFailureProvider.class);
    final SingleUseObjectProvider singleUseObjects = mock(SingleUseObjectProvider.class);
    final BruteForceProtector protector = mock(BruteForceProtector.class);
    final PasswordHashProvider defaultHash = mock(PasswordHashProvider.class);
    final PasswordHashProvider argon2 = mock(PasswordHashProvider.class);
    /** Told of every event, stored or not. */
    final EventStoreProvider eventStore = mock(EventStoreProvider.class);

    final KeycloakSessionFactory factory = mock(KeycloakSessionFactory.class);

    String password = OLD;
    long passwordSetAt = 1;
    String hashing = "data";
    /** Whether Keycloak has hashed the old password anew. */
    boolean rehashed;

    int failures;
    /** Entries of the single-use objects with their lifespans. */
    final Map<String, Long> locks = new HashMap<>();

    final Set<UserModel.RequiredAction> requiredActions = new HashSet<>();
    final Map<String, UserSessionModel> online = new LinkedHashMap<>();
    final Map<String, UserSessionModel> offline = new LinkedHashMap<>();
    final List<Event> events = new ArrayList<>();

    /** The sessions that are open, the innermost first; the last is the request's. */
    private final Deque<KeycloakSession> open = new ArrayDeque<>();

    private final RealmProvider realms = mock(RealmProvider.class);
    private final AuthenticationSessionProvider authenticationSessions = mock(AuthenticationSessionProvider.class);

    final KeycloakSession session;
    final UserSessionModel userSession;
    final Caller caller;

    MockedKeycloak() {
        stubRealm();
        stubUser();
        stubCredentials();
        stubSessions();
        stubGuesses();
        when(factory.create()).thenAnswer(call -> open());
        session = open();
        session.getContext().setRealm(realm);
        refuseStaleReads();
        session.getTransactionManager().begin();
        userSession = addSession("session", false);
        caller = new Caller(user, userSession, client);
    }

    /** The request's session remembers what it has read: who decides on it is found out. */
    private void refuseStaleReads() {
        AssertionError stale = new AssertionError("read in the request's session");
        when(session.users()).thenThrow(stale);
        when(session.sessions()).thenThrow(stale);
        when(session.loginFailures()).thenThrow(stale);
        when(session.singleUseObjects()).thenThrow(stale);
    }

    /** The change that is tested, with a turn at hashing for it. */
    PasswordChange change() {
        return new PasswordChange(session, caller, new HashingTurns(1));
    }

    List<EventType> eventTypes() {
        return events.stream().map(Event::getType).toList();
    }

    /** Has the effect take place with the commit of the innermost unit of work. */
    void onCommit(Runnable effect) {
        transactions().enlistAfterCompletion(transaction(effect));
    }

    /** Has the commit of the innermost unit of work fail. */
    void failCommit(RuntimeException failure) {
        transactions().enlist(transaction(() -> {
            throw failure;
        }));
    }

    UserSessionModel addSession(String id, boolean isOffline) {
        UserSessionModel added = mock(UserSessionModel.class);
        when(added.getId()).thenReturn(id);
        when(added.isOffline()).thenReturn(isOffline);
        when(added.getUser()).thenReturn(user);
        (isOffline ? offline : online).put(id, added);
        return added;
    }

    /** Makes the user a directory's: nothing of their password is stored here. */
    void federate() {
        when(user.getFederationLink()).thenReturn("directory");
        when(user.credentialManager()).thenReturn(credentials);
        // Past the cache a directory that is down is a user who is disabled.
        UserModel disabled = mock(UserModel.class);
        when(user.getDelegateForUpdate()).thenReturn(disabled);
        when(credentials.getStoredCredentialsByTypeStream(any())).thenAnswer(call -> Stream.empty());
    }

    private KeycloakTransactionManager transactions() {
        return open.element().getTransactionManager();
    }

    private static AbstractKeycloakTransaction transaction(Runnable effect) {
        return new AbstractKeycloakTransaction() {
            @Override
            protected void commitImpl() {
                effect.run();
            }

            @Override
            protected void rollbackImpl() {}
        };
    }

    private KeycloakSession open() {
        KeycloakSession opened = mock(KeycloakSession.class);
        KeycloakContext context = mock(KeycloakContext.class);
        KeycloakTransactionManager transactions = new DefaultKeycloakTransactionManager(opened);
        when(opened.getKeycloakSessionFactory()).thenReturn(factory);
        when(opened.getContext()).thenReturn(context);
        when(opened.getTransactionManager()).thenReturn(transactions);
        when(opened.realms()).thenReturn(realms);
        when(opened.clients()).thenReturn(mock(ClientProvider.class));
        when(opened.users()).thenReturn(users);
        when(opened.sessions()).thenReturn(sessions);
        when(opened.loginFailures()).thenReturn(loginFailures);
        when(opened.singleUseObjects()).thenReturn(singleUseObjects);
        when(opened.authenticationSessions()).thenReturn(authenticationSessions);
        when(opened.getProvider(BruteForceProtector.class)).thenReturn(protector);
        when(opened.getProvider(PasswordHashProvider.class)).thenReturn(defaultHash);
        when(opened.getProvider(PasswordHashProvider.class, "argon2")).thenReturn(argon2);
        EventStoreProvider ownStore = eventStore(transactions);
        when(opened.getProvider(EventStoreProvider.class)).thenReturn(ownStore);
        when(opened.getProvider(TracingProvider.class)).thenReturn(new NoopTracingProvider());
        when(opened.getProvider(CookieProvider.class)).thenReturn(mock(CookieProvider.class));
        when(context.getConnection()).thenReturn(mock(ClientConnection.class));
        when(context.getClient()).thenReturn(client);
        doAnswer(call -> when(context.getRealm()).thenReturn(call.getArgument(0)))
                .when(context)
                .setRealm(any());
        doAnswer(call -> {
                    open.remove(opened);
                    if (transactions.getRollbackOnly()) {
                        transactions.rollback();
                    } else {
                        transactions.commit();
                    }
                    return null;
                })
                .when(opened)
                .close();
        open.push(opened);
        return opened;
    }

    /** One that stores with the commit of its own session, as Keycloak's does. */
    private EventStoreProvider eventStore(KeycloakTransactionManager transactions) {
        EventStoreProvider ownStore = mock(EventStoreProvider.class);
        doAnswer(call -> {
                    Event event = ((Event) call.getArgument(0)).clone();
                    eventStore.onEvent(event);
                    transactions.enlistAfterCompletion(transaction(() -> events.add(event)));
                    return null;
                })
                .when(ownStore)
                .onEvent(any(Event.class));
        return ownStore;
    }

    private void stubRealm() {
        when(realms.getRealm("realm")).thenReturn(realm);
        when(realm.getId()).thenReturn("realm");
        when(realm.getName()).thenReturn("a-realm");
        when(realm.isEnabled()).thenReturn(true);
        when(realm.isEventsEnabled()).thenReturn(true);
        when(realm.isBruteForceProtected()).thenReturn(true);
        when(realm.getPasswordPolicy()).thenReturn(PasswordPolicy.empty());
        when(realm.getClientById("client")).thenReturn(client);
        when(client.getId()).thenReturn("client");
        when(client.getClientId()).thenReturn("an-app");
        when(client.getRealm()).thenReturn(realm);
        when(client.isEnabled()).thenReturn(true);
    }

    private void stubUser() {
        SubjectCredentialManager cached = mock(SubjectCredentialManager.class);
        when(cached.getStoredCredentialsByTypeStream(PasswordCredentialModel.TYPE))
                .thenAnswer(call -> rows());
        when(users.getUserById(realm, "user")).thenReturn(user);
        when(user.getDelegateForUpdate()).thenReturn(databaseUser);
        when(user.credentialManager()).thenReturn(cached);
        when(databaseUser.credentialManager()).thenReturn(credentials);
        for (UserModel model : List.of(user, databaseUser)) {
            when(model.getId()).thenReturn("user");
            when(model.getUsername()).thenReturn("alice");
            when(model.isEnabled()).thenReturn(true);
            doAnswer(call -> {
                        UserModel.RequiredAction action = call.getArgument(0);
                        onCommit(() -> requiredActions.remove(action));
                        return null;
                    })
                    .when(model)
                    .removeRequiredAction(any(UserModel.RequiredAction.class));
        }
    }

    private void stubCredentials() {
        when(credentials.getStoredCredentialsByTypeStream(PasswordCredentialModel.TYPE))
                .thenAnswer(call -> rows());
        when(credentials.isConfiguredFor(PasswordCredentialModel.TYPE)).thenAnswer(call -> password != null);
        when(credentials.isValid(any(CredentialInput.class))).thenAnswer(call -> {
            CredentialInput input = call.getArgument(0);
            onCommit(() -> rehashed = true);
            return input.getChallengeResponse().equals(password);
        });
        when(credentials.updateCredential(any())).thenAnswer(call -> {
            CredentialInput input = call.getArgument(0);
            onCommit(() -> password = input.getChallengeResponse());
            return true;
        });
    }

    private Stream<CredentialModel> rows() {
        return password == null ? Stream.empty() : Stream.of(row("row", passwordSetAt, hashing, password));
    }

    static CredentialModel row(String id, Long created, String data, String secret) {
        CredentialModel row = new CredentialModel();
        row.setId(id);
        row.setCreatedDate(created);
        row.setCredentialData(data);
        row.setSecretData(secret);
        return row;
    }

    private void stubSessions() {
        when(sessions.getUserSession(any(), any())).thenAnswer(call -> online.get(call.<String>getArgument(1)));
        when(sessions.getOfflineUserSession(any(), any())).thenAnswer(call -> offline.get(call.<String>getArgument(1)));
        when(sessions.getUserSessionsStream(realm, user)).thenAnswer(call -> online.values().stream());
        when(sessions.getOfflineUserSessionsStream(realm, user)).thenAnswer(call -> offline.values().stream());
        doAnswer(call -> remove(online, call.getArgument(1))).when(sessions).removeUserSession(any(), any());
        doAnswer(call -> remove(offline, call.getArgument(1))).when(sessions).removeOfflineUserSession(any(), any());
        RootAuthenticationSessionModel root = mock(RootAuthenticationSessionModel.class);
        AuthenticationSessionModel logout = mock(AuthenticationSessionModel.class);
        when(authenticationSessions.createRootAuthenticationSession(any(), any()))
                .thenReturn(root);
        when(root.createAuthenticationSession(any())).thenReturn(logout);
        when(logout.getParentSession()).thenReturn(root);
    }

    private Object remove(Map<String, UserSessionModel> from, UserSessionModel removed) {
        String id = removed.getId();
        onCommit(() -> from.remove(id));
        return null;
    }

    private void stubGuesses() {
        when(singleUseObjects.putIfAbsent(any(), anyLong())).thenAnswer(call -> {
            onCommit(() -> locks.put(call.getArgument(0), call.getArgument(1)));
            return !locks.containsKey(call.<String>getArgument(0));
        });
        when(singleUseObjects.remove(any())).thenAnswer(call -> {
            onCommit(() -> locks.remove(call.<String>getArgument(0)));
            return Map.of();
        });
        doAnswer(call -> ++failures).when(protector).failedLogin(any(), any(), any(), any(), any());
        doAnswer(call -> failures = 0).when(protector).successfulLogin(any(), any(), any(), any(), any());
        when(loginFailures.getUserLoginFailure(realm, "user")).thenAnswer(call -> counted());
    }

    private UserLoginFailureModel counted() {
        if (failures == 0) {
            return null;
        }
        UserLoginFailureModel counted = mock(UserLoginFailureModel.class);
        when(counted.getNumFailures()).thenReturn(failures);
        return counted;
    }
}
