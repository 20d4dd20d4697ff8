package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.ActionTokens;
import io.changepassword.fixture.Directory;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.server.KeycloakExtension;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Users whose password is in a directory: never a local password, and an outage does not count as a wrong password. */
@ExtendWith(KeycloakExtension.class)
class FederatedUserIT {

    private static final String PASSWORD = "Directory-Password-1";
    private static final String NEW_PASSWORD = "A-new-Password-1";

    @RegisterExtension
    static final TestRealm WRITABLE = new TestRealm()
            .with("bruteForceProtected", true)
            .with("quickLoginCheckMilliSeconds", 0)
            .with("passwordPolicy", "upperCase(1)");

    @RegisterExtension
    static final TestRealm READ_ONLY = new TestRealm();

    private static Directory writable;
    private static Directory readOnly;

    @BeforeAll
    static void federate() throws Exception {
        writable = new Directory();
        writable.federate(WRITABLE, "WRITABLE");
        readOnly = new Directory();
        readOnly.federate(READ_ONLY, "READ_ONLY");
    }

    @AfterAll
    static void close() {
        writable.close();
        readOnly.close();
    }

    @Test
    void changeWhenDirectoryIsWritableThenItsPasswordChanges() throws Exception {
        TestUser user = writable.user(WRITABLE, "wanda", PASSWORD);

        user.change(user.signIn(), PASSWORD, NEW_PASSWORD).then().statusCode(200);

        assertThat(writable.binds("wanda", NEW_PASSWORD)).isTrue();
        assertThat(writable.binds("wanda", PASSWORD)).isFalse();
        assertNoLocalPassword(user);
        assertThat(user.signsInWith(NEW_PASSWORD)).isTrue();
    }

    @Test
    void changeWhenPolicyIsBrokenThenRefusedThoughTheDirectoryWouldTakeIt() throws Exception {
        TestUser user = writable.user(WRITABLE, "walter", PASSWORD);

        Response response = user.change(user.signIn(), PASSWORD, "no upper case");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.<List<String>>path("violations.policy")).containsExactly("upperCase");
        assertThat(writable.binds("walter", PASSWORD)).isTrue();
    }

    @Test
    void changeWhenOldPasswordIsWrongThenCounted() throws Exception {
        TestUser user = writable.user(WRITABLE, "wilma", PASSWORD);

        Response response = user.change(user.signIn(), "wrong", NEW_PASSWORD);

        assertThat(response.<String>path("error")).isEqualTo("invalid_user_credentials");
        assertThat(user.failures()).isEqualTo(1);
    }

    @Test
    void changeWhenDirectoryRefusesThen400WithoutItsWords() throws Exception {
        TestUser user = writable.user(WRITABLE, "wendy", PASSWORD);
        Tokens tokens = user.signIn();
        writable.refuse(true);
        try {
            Response response = user.change(tokens, PASSWORD, NEW_PASSWORD);
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.<String>path("error")).isEqualTo("password_rejected");
            assertThat(response.<List<String>>path("violations.policy")).containsExactly("userStorage");
            assertThat(response.asString()).doesNotContain("internal");
        } finally {
            writable.refuse(false);
        }
        assertThat(writable.binds("wendy", PASSWORD)).isTrue();
        assertNoLocalPassword(user);
    }

    @Test
    void changeWhenUserIsGoneFromTheDirectoryThenNoLocalPasswordIsMade() throws Exception {
        TestUser user = writable.user(WRITABLE, "wesley", PASSWORD);
        Tokens tokens = user.signIn();
        writable.remove("wesley");

        Response response = user.change(tokens, PASSWORD, NEW_PASSWORD);

        assertThat(response.statusCode()).isIn(400, 401);
        assertThat(user.signsInWith(NEW_PASSWORD)).isFalse();
    }

    /** Keycloak has the user in its cache: nothing reads the directory before the write. */
    @Test
    void redeemWhenUserIsGoneFromTheDirectoryThen401() throws Exception {
        ActionTokens signer = ActionTokens.of(WRITABLE);
        TestUser user = writable.user(WRITABLE, "wotan", PASSWORD);
        Tokens tokens = user.signIn();
        user.change(tokens, "wrong", NEW_PASSWORD).then().statusCode(400);
        writable.remove("wotan");

        Response response = user.redeem(tokens, signer.sign(signer.executeActions(user)), NEW_PASSWORD);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.<List<String>>path("apiError")).isNotEmpty();
        assertThat(user.signsInWith(NEW_PASSWORD)).isFalse();
    }

    @Test
    void changeWhenDirectoryIsDownThen503AndNothingIsCountedOrChanged() throws Exception {
        TestUser user = writable.user(WRITABLE, "wolfram", PASSWORD);
        Tokens tokens = user.signIn();
        writable.goDown();
        try {
            for (String oldPassword : List.of(PASSWORD, "wrong")) {
                Response response = user.change(tokens, oldPassword, NEW_PASSWORD);
                assertThat(response.statusCode()).isEqualTo(503);
                assertThat(response.<String>path("error")).isEqualTo("temporarily_unavailable");
                assertThat(response.header("Cache-Control")).isEqualTo("no-store");
            }
        } finally {
            writable.comeBack();
        }
        assertThat(user.failures()).isZero();
        assertThat(user.events())
                .hasSize(4)
                .allSatisfy(event -> assertThat(event).containsEntry("error", "temporarily_unavailable"));
        assertThat(writable.binds("wolfram", PASSWORD)).isTrue();
        assertNoLocalPassword(user);
        user.change(tokens, PASSWORD, NEW_PASSWORD).then().statusCode(200);
    }

    @Test
    void changeWhenDirectoryIsReadOnlyThen400() throws Exception {
        TestUser user = readOnly.user(READ_ONLY, "rosa", PASSWORD);

        Response response = user.change(user.signIn(), PASSWORD, NEW_PASSWORD);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.<String>path("error")).isEqualTo("password_rejected");
        assertThat(response.<List<String>>path("violations.message"))
                .containsExactly("Your password cannot be changed, because your account is read-only.");
        user.assertEvents("password_rejected");
        assertThat(readOnly.binds("rosa", PASSWORD)).isTrue();
        assertNoLocalPassword(user);
    }

    private static void assertNoLocalPassword(TestUser user) {
        assertThat(user.credentials())
                .allSatisfy(credential -> assertThat(credential).containsKey("federationLink"));
    }
}
