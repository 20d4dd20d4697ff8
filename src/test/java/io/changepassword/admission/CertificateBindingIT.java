package io.changepassword.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.changepassword.fixture.Certificates;
import io.changepassword.fixture.Json;
import io.changepassword.fixture.TestRealm;
import io.changepassword.fixture.TestUser;
import io.changepassword.server.KeycloakExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Access tokens bound to a client certificate (RFC 8705), over real TLS. */
@ExtendWith(KeycloakExtension.class)
class CertificateBindingIT {

    private static final String NEW_PASSWORD = "A-new-Password-1";
    private static final String BOUND = "bound";
    private static final String TURNCOAT = "turncoat";
    private static final Map<String, String> MUST_BIND = Map.of("tls.client.certificate.bound.access.tokens", "true");

    @RegisterExtension
    static final TestRealm REALM =
            new TestRealm().client(BOUND, Map.of("attributes", MUST_BIND)).client(TURNCOAT, Map.of());

    @Test
    @DisplayName("T27 a bound token is accepted over its own certificate alone")
    void changeWhenTokenIsBoundThenOnlyItsCertificateServes() throws Exception {
        TestUser user = REALM.user();
        String token = token(BOUND, user, "client-1");
        var before = user.credentials();

        assertRefused(change(user, token, null));
        assertRefused(change(user, token, "client-2"));
        assertThat(user.events()).isEmpty();
        assertThat(user.credentials()).isEqualTo(before);

        assertThat(change(user, token, "client-1").statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("T27 a certificate in a header does not count")
    void changeWhenCertificateIsInAHeaderThenRefused() throws Exception {
        TestUser user = REALM.user();
        String token = token(BOUND, user, "client-1");

        for (String header : new String[] {"ssl-client-cert", "x-forwarded-tls-client-cert", "Client-Cert"}) {
            HttpRequest request = HttpRequest.newBuilder(request(user, token), (name, value) -> true)
                    .header(header, ":MIIB:")
                    .build();
            assertRefused(send(request, null));
        }
    }

    @Test
    @DisplayName("T27 an unbound token is refused where the client must bind its tokens")
    void changeWhenClientMustBindNowThenAnUnboundTokenIsRefused() throws Exception {
        TestUser user = REALM.user();
        String token = token(TURNCOAT, user, "client-1");
        assertThat(change(user, token, "client-1").statusCode()).isEqualTo(200);
        REALM.updateClient(TURNCOAT, Map.of("attributes", MUST_BIND));

        assertRefused(change(user, token, "client-1"));
    }

    private static void assertRefused(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).contains("\"error\":\"invalid_token\"");
        assertThat(response.headers().firstValue("WWW-Authenticate").orElseThrow())
                .contains("invalid_token");
    }

    private static HttpResponse<String> change(TestUser user, String token, String certificate) throws Exception {
        return send(request(user, token), certificate);
    }

    private static HttpRequest request(TestUser user, String token) throws IOException {
        String url = REALM.changeUrl()
                .replace(
                        REALM.server().url().toString(), REALM.server().tlsUrl().toString());
        return HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.of(user.body(user.password(), NEW_PASSWORD))))
                .build();
    }

    private static String token(String client, TestUser user, String certificate) throws Exception {
        String form = "grant_type=password&scope=openid&client_id=" + client + "&username=" + user.username()
                + "&password=" + user.password();
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        REALM.server().tlsUrl() + "/realms/" + REALM.name() + "/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        return new JsonMapper()
                .readTree(send(request, certificate).body())
                .get("access_token")
                .textValue();
    }

    private static HttpResponse<String> send(HttpRequest request, String certificate)
            throws IOException, InterruptedException {
        return HttpClient.newBuilder()
                .sslContext(Certificates.contextOf(certificate))
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());
    }
}
