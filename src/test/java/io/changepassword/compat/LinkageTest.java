package io.changepassword.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.keycloak.common.ClientConnection;
import org.keycloak.common.Version;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * Each signature that a version of Keycloak 26 has, and one that no version has. The interfaces here stand in for the versions
 * that a run of the ITs does not link.
 */
class LinkageTest {

    private final RealmModel realm = mock(RealmModel.class);
    private final UserModel user = mock(UserModel.class);
    private final ClientConnection connection = mock(ClientConnection.class);
    private final UriInfo uri = mock(UriInfo.class);

    /** Of {@code BruteForceProtector}, 26.0 to 26.5. */
    public interface ProtectorOfAnyKind {
        void failedLogin(RealmModel realm, UserModel user, ClientConnection connection, UriInfo uri);
    }

    /** Of {@code BruteForceProtector}, 26.6. */
    public interface ProtectorByCategory {
        void failedLogin(RealmModel realm, UserModel user, ClientConnection connection, UriInfo uri, String category);
    }

    /** Of {@code BruteForceProtector}, 26.7. */
    public interface ProtectorByCategories {
        void failedLogin(
                RealmModel realm, UserModel user, ClientConnection connection, UriInfo uri, Set<String> categories);
    }

    public interface ProtectorUnknown {
        void failedLogin(RealmModel realm, UserModel user, ClientConnection connection, UriInfo uri, List<String> all);
    }

    @Test
    void linkWhenAttemptsHaveNoCategoryThenReportedWithoutOne() {
        ProtectorOfAnyKind protector = mock(ProtectorOfAnyKind.class);

        link(ProtectorOfAnyKind.class).invoke(protector, realm, user, connection, uri);

        verify(protector).failedLogin(realm, user, connection, uri);
    }

    @Test
    void linkWhenAttemptsHaveACategoryThenReportedWithIt() {
        ProtectorByCategory protector = mock(ProtectorByCategory.class);

        link(ProtectorByCategory.class).invoke(protector, realm, user, connection, uri);

        verify(protector).failedLogin(realm, user, connection, uri, "password");
    }

    @Test
    void linkWhenAttemptsHaveCategoriesThenReportedWithThem() {
        ProtectorByCategories protector = mock(ProtectorByCategories.class);

        link(ProtectorByCategories.class).invoke(protector, realm, user, connection, uri);

        verify(protector).failedLogin(realm, user, connection, uri, Set.of("password"));
    }

    @Test
    void linkWhenTheShapeIsUnknownThenOneLineNamesClassAndMethodAndVersion() {
        assertThatThrownBy(() -> link(ProtectorUnknown.class))
                .isInstanceOf(IncompatibleKeycloakException.class)
                .hasMessageContaining("Keycloak " + Version.VERSION)
                .hasMessageContaining(ProtectorUnknown.class.getName() + ".failedLogin")
                .message()
                .doesNotContain("\n");
    }

    private static DriftingCall link(Class<?> protector) {
        return LoginFailures.link(protector, "failedLogin");
    }

    /** Of {@code AuthResult}, 26.0 to 26.4. */
    public interface ResultWithGetters {
        UserModel getUser();
    }

    /** Of {@code AuthResult}, from 26.5 on: a record that keeps the getters. */
    public interface ResultWithComponents extends ResultWithGetters {
        UserModel user();
    }

    public interface ResultUnknown {
        String user();
    }

    @Test
    void linkWhenAResultHasGettersThenRead() {
        ResultWithGetters result = mock(ResultWithGetters.class);
        when(result.getUser()).thenReturn(user);

        assertThat(BearerAuthentication.link(ResultWithGetters.class, "user", UserModel.class)
                        .<UserModel>invoke(result))
                .isSameAs(user);
    }

    @Test
    void linkWhenAResultIsARecordThenItsComponentIsRead() {
        ResultWithComponents result = mock(ResultWithComponents.class);
        when(result.user()).thenReturn(user);

        assertThat(BearerAuthentication.link(ResultWithComponents.class, "user", UserModel.class)
                        .<UserModel>invoke(result))
                .isSameAs(user);
    }

    @Test
    void linkWhenAResultHasAnotherTypeThenUnknown() {
        assertThatThrownBy(() -> BearerAuthentication.link(ResultUnknown.class, "user", UserModel.class))
                .isInstanceOf(IncompatibleKeycloakException.class)
                .hasMessageContaining(ResultUnknown.class.getName() + ".user");
    }

    /** Of {@code DPoPUtil}, 26.0 to 26.3. */
    public static final class DpopWithConstant {
        public static final Set<String> DPOP_SUPPORTED_ALGS = Set.of("ES256");

        private DpopWithConstant() {}
    }

    /** Of {@code DPoPUtil}, from 26.4 on. */
    public static final class DpopWithMethod {
        private DpopWithMethod() {}

        public static List<String> getDPoPSupportedAlgorithms(KeycloakSession session) {
            return List.of(session.getContext() == null ? "ES512" : "none");
        }
    }

    @Test
    void linkWhenTheAlgorithmsAreAConstantThenRead() {
        assertThat(DpopBinding.linkAlgorithms(DpopWithConstant.class).<Set<String>>invoke(mock(KeycloakSession.class)))
                .containsExactly("ES256");
    }

    @Test
    void linkWhenTheAlgorithmsDependOnTheSessionThenReadFromIt() {
        assertThat(DpopBinding.linkAlgorithms(DpopWithMethod.class).<List<String>>invoke(mock(KeycloakSession.class)))
                .containsExactly("ES512");
    }

    @Test
    void linkWhenThereAreNoAlgorithmsThenUnknown() {
        assertThatThrownBy(() -> DpopBinding.linkAlgorithms(Object.class))
                .isInstanceOf(IncompatibleKeycloakException.class)
                .hasMessageContaining("java.lang.Object.getDPoPSupportedAlgorithms");
    }

    /** Of {@code BearerTokenAuthenticator}, from 26.4 on. */
    public interface AuthenticatorOfRequests {
        AuthenticatorOfRequests setRequest(HttpRequest request);
    }

    public interface AuthenticatorOfTokens {
        AuthenticatorOfTokens setRequest(String other);

        AuthenticatorOfTokens setOther(HttpRequest request);
    }

    @Test
    void isVerifiedByWhenTheAuthenticatorGetsTheRequestThenTrue() {
        assertThat(DpopBinding.isVerifiedBy(AuthenticatorOfRequests.class)).isTrue();
        assertThat(DpopBinding.isVerifiedBy(AuthenticatorOfTokens.class)).isFalse();
    }

    /** Of {@code KeycloakSession}, from 26.7 on. */
    public interface SessionWithList {
        ListOfTokens revokedTokens();
    }

    public interface ListOfTokens {
        boolean contains(String id);

        boolean put(String id, long lifespanSeconds);
    }

    public interface SessionWithUnknownList {
        UnknownListOfTokens revokedTokens();
    }

    public interface UnknownListOfTokens {
        boolean contains(String id);

        void put(String id, long lifespanSeconds);
    }

    @Test
    void linkWhenThereIsAListOfRevokedTokensThenItIsUsed() {
        assertThat(ConsumedTokens.link(SessionWithList.class, ListOfTokens.class.getName()))
                .isInstanceOf(RevokedTokenList.class);
    }

    @Test
    void linkWhenThereIsNoListOfRevokedTokensThenTheSingleUseObjectsAreUsed() {
        assertThat(ConsumedTokens.link(Object.class, "org.keycloak.NoSuchProvider"))
                .isInstanceOf(SingleUseTokenList.class);
    }

    @Test
    void linkWhenTheListIsFoundInAnotherWayThenUnknown() {
        assertThatThrownBy(() -> ConsumedTokens.link(Object.class, ListOfTokens.class.getName()))
                .isInstanceOf(IncompatibleKeycloakException.class)
                .hasMessageContaining("java.lang.Object.revokedTokens");
    }

    /** A list that does not report whether the entry is new gives no protection. */
    @Test
    void linkWhenTheListIsOfAnotherShapeThenUnknown() {
        assertThatThrownBy(() -> ConsumedTokens.link(SessionWithUnknownList.class, UnknownListOfTokens.class.getName()))
                .isInstanceOf(IncompatibleKeycloakException.class)
                .hasMessageContaining(UnknownListOfTokens.class.getName() + ".put");
    }

    @Test
    void linkWhenAllIsKnownThenEachIsNamed() {
        assertThat(Linkage.link())
                .hasSize(10)
                .contains(
                        "BruteForceProtector.failedLogin(RealmModel,UserModel,ClientConnection,UriInfo,Set)",
                        "AuthResult.user()",
                        "KeycloakSession.revokedTokens()",
                        "DPoP proofs are verified by Keycloak",
                        "rows of passwords have a version");
    }
}
