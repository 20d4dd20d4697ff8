package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.server.KeycloakExtension;
import io.changepassword.server.TestRealm;
import io.changepassword.server.TestUser;
import io.changepassword.server.Tokens;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a change does to the user's sessions and required actions. */
@ExtendWith(KeycloakExtension.class)
class SessionsIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";

    @RegisterExtension
    static final TestRealm REALM = new TestRealm();

    @AfterEach
    void byDefault() {
        REALM.attributes(Map.of("changePassword.endSessions", ""));
    }

    @Test
    void changeWhenDoneThenOtherSessionsEndAndTheCallersStays() {
        TestUser user = REALM.user();
        Tokens own = user.signIn();
        Tokens online = user.signIn();
        Tokens offline = user.signIn(TestRealm.APP, "openid offline_access");
        TestUser bystander = REALM.user();
        Tokens bystanders = bystander.signIn();

        user.change(own, user.password(), NEW_PASSWORD).then().statusCode(200);

        REALM.refresh(own).then().statusCode(200);
        REALM.refresh(online).then().statusCode(400);
        REALM.refresh(offline).then().statusCode(400);
        REALM.refresh(bystanders).then().statusCode(200);
        assertThat(user.change(online, NEW_PASSWORD, "Yet-another-1").statusCode())
                .as("an access token of an ended session")
                .isEqualTo(401);
        assertThat(user.events())
                .extracting(event -> event.get("type"))
                .filteredOn("LOGOUT"::equals)
                .hasSize(2);
    }

    @Test
    void changeWhenRealmEndsAllSessionsThenTheCallersToo() {
        REALM.attributes(Map.of("changePassword.endSessions", "all"));
        TestUser user = REALM.user();
        Tokens own = user.signIn();
        Tokens online = user.signIn();

        user.change(own, user.password(), NEW_PASSWORD).then().statusCode(200);

        REALM.refresh(own).then().statusCode(400);
        REALM.refresh(online).then().statusCode(400);
    }

    @Test
    void changeWhenRealmEndsNoSessionsThenAllStay() {
        REALM.attributes(Map.of("changePassword.endSessions", "none"));
        TestUser user = REALM.user();
        Tokens own = user.signIn();
        Tokens online = user.signIn();
        Tokens offline = user.signIn(TestRealm.APP, "openid offline_access");

        user.change(own, user.password(), NEW_PASSWORD).then().statusCode(200);

        for (Tokens tokens : List.of(own, online, offline)) {
            REALM.refresh(tokens).then().statusCode(200);
        }
    }

    @Test
    void changeWhenRefusedThenNoSessionEnds() {
        TestUser user = REALM.user();
        Tokens own = user.signIn();
        Tokens online = user.signIn();
        user.update(Map.of("requiredActions", List.of("UPDATE_PASSWORD")));

        user.change(own, "wrong", NEW_PASSWORD).then().statusCode(400);
        user.change(own, user.password(), "short").then().statusCode(400);

        REALM.refresh(own).then().statusCode(200);
        REALM.refresh(online).then().statusCode(200);
        assertThat(user.requiredActions()).containsExactly("UPDATE_PASSWORD");
    }

    @Test
    void changeWhenDoneThenPendingUpdatePasswordIsGoneAndOtherActionsStay() {
        TestUser user = REALM.user();
        Tokens own = user.signIn();
        user.update(Map.of("requiredActions", List.of("UPDATE_PASSWORD", "UPDATE_PROFILE")));

        user.change(own, user.password(), NEW_PASSWORD).then().statusCode(200);

        assertThat(user.requiredActions()).containsExactly("UPDATE_PROFILE");
    }
}
