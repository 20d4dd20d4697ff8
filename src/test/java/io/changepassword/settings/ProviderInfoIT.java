package io.changepassword.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.TestRealm;
import io.changepassword.server.KeycloakExtension;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the admin console's Provider info page shows. */
@ExtendWith(KeycloakExtension.class)
class ProviderInfoIT {

    @RegisterExtension
    static final TestRealm REALM = new TestRealm();

    @Test
    void serverInfoWhenRequestedThenShowsVersionPathsAndLimits() {
        Map<String, String> info = REALM.admin()
                .get(REALM.server().url() + "/admin/serverinfo")
                .then()
                .statusCode(200)
                .extract()
                .path("providers.'realm-restapi-extension'.providers.'change-password'.operationalInfo");

        assertThat(info)
                .containsEntry("version", System.getProperty("project.version"))
                .containsEntry("current-password-path", "change-password/api/svc/v1/users/change-password")
                .containsEntry("token-path", "change-password/auth/change-password")
                .containsEntry("token-mail-path", "change-password/auth/change-password/token")
                .containsEntry("minimum-password-length", "8")
                .containsEntry("maximum-password-length", "255")
                .containsEntry("maximum-body-bytes", "16384")
                .containsEntry("max-requests", "16")
                .containsKey("max-hashing");
    }
}
