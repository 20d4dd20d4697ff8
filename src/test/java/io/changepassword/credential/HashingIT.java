package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.fixture.Tokens;
import io.changepassword.provider.CountingHash;
import io.changepassword.server.KeycloakExtension;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How often a change hashes, and which hash is stored: Argon2 costs more than all the rest of a change. */
@ExtendWith(KeycloakExtension.class)
class HashingIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";
    private static final int REPEATS = 100;

    @RegisterExtension
    static final TestRealm COUNTED = new TestRealm().with("passwordPolicy", "hashAlgorithm(" + CountingHash.ID + ")");

    @RegisterExtension
    static final TestRealm ANEW =
            new TestRealm().with("passwordPolicy", "hashAlgorithm(pbkdf2-sha256) and hashIterations(1000)");

    @Test
    void changeWhenDoneThenOnePasswordIsVerifiedAndOneHashed() {
        TestUser user = COUNTED.user();
        Tokens tokens = user.signIn();
        Hashes before = Hashes.counted();

        user.change(tokens, user.password(), NEW_PASSWORD).then().statusCode(200);

        assertThat(Hashes.counted().since(before)).isEqualTo(new Hashes(1, 1));
    }

    @Test
    void changeWhenOldPasswordIsWrongThenNothingIsHashed() {
        TestUser user = COUNTED.user();
        Tokens tokens = user.signIn();
        Hashes before = Hashes.counted();

        user.change(tokens, "wrong", NEW_PASSWORD).then().statusCode(400);

        assertThat(Hashes.counted().since(before)).isEqualTo(new Hashes(1, 0));
    }

    @Test
    void changeWhenNewPasswordIsRefusedThenItIsNotHashed() {
        TestUser user = COUNTED.user();
        Tokens tokens = user.signIn();
        Hashes before = Hashes.counted();

        user.change(tokens, user.password(), "short").then().statusCode(400);

        assertThat(Hashes.counted().since(before)).isEqualTo(new Hashes(1, 0));
    }

    @Test
    @DisplayName("A21 user has no password: as many hashes as for a user with one")
    void changeWhenUserHasNoPasswordThenAsMuchIsHashed() {
        TestUser user = COUNTED.user();
        Tokens tokens = user.signIn();
        user.deletePassword();
        Hashes before = Hashes.counted();

        user.change(tokens, user.password(), NEW_PASSWORD).then().statusCode(400);

        assertThat(Hashes.counted().since(before)).isEqualTo(new Hashes(0, 1));
    }

    @Test
    @DisplayName("A22 password is stored with another algorithm: the old one does not come back, in a hundred changes")
    void changeWhenPasswordIsOfAnotherAlgorithmThenTheOldOneNeverComesBack() {
        List<TestUser> users = Stream.generate(ANEW::user).limit(REPEATS).toList();
        Map<TestUser, Tokens> signedIn = new HashMap<>();
        users.forEach(user -> signedIn.put(user, user.signIn()));
        ANEW.update(Map.of("passwordPolicy", "hashAlgorithm(argon2)"));

        users.forEach(user -> user.change(signedIn.get(user), user.password(), NEW_PASSWORD)
                .then()
                .statusCode(200));
        // Keycloak's rehash would run right after the commit, on another thread; no signal shows that none will come.
        LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());

        assertThat(users).allSatisfy(user -> {
            assertThat(user.credentials()).hasSize(1);
            assertThat(user.credentials().get(0).get("credentialData").toString())
                    .contains("argon2");
            assertThat(user.signsInWith(user.password())).isFalse();
            assertThat(user.signsInWith(NEW_PASSWORD)).isTrue();
        });
    }

    /** How often passwords were verified and hashed. */
    private record Hashes(int verified, int encoded) {

        static Hashes counted() {
            Map<String, String> info = COUNTED.admin()
                    .get(COUNTED.server().url() + "/admin/serverinfo")
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("providers.'password-hashing'.providers.'%s'.operationalInfo".formatted(CountingHash.ID));
            return new Hashes(Integer.parseInt(info.get("verified")), Integer.parseInt(info.get("encoded")));
        }

        Hashes since(Hashes before) {
            return new Hashes(verified - before.verified, encoded - before.encoded);
        }
    }
}
