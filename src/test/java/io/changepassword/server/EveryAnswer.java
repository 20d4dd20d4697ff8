package io.changepassword.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.util.function.UnaryOperator;

/** Looks at each answer of the API that REST Assured or a {@link Burst} gets, whatever its status, for what holds of all of them. */
final class EveryAnswer implements Filter {

    /** Keycloak's own, before any extension is asked. */
    private static final String NO_REALM = "{\"error\":\"Realm does not exist\"";

    @Override
    public Response filter(
            FilterableRequestSpecification request, FilterableResponseSpecification expected, FilterContext context) {
        Response answer = context.next(request, expected);
        if (!request.getMethod().equals("OPTIONS")) {
            check(request.getURI(), answer.statusLine(), answer::header, answer.asString());
        }
        return answer;
    }

    /** @param header the first value of a header, null if there is none */
    static void check(String uri, String status, UnaryOperator<String> header, String body) {
        if (!uri.contains("/change-password/") || body.startsWith(NO_REALM)) {
            return;
        }
        String what = status + body;
        assertThat(header.apply("Content-Type")).as(what).isEqualTo("application/json;charset=UTF-8");
        assertThat(header.apply("Cache-Control")).as(what).isEqualTo("no-store");
        assertThat(header.apply("X-Content-Type-Options")).as(what).isEqualTo("nosniff");
        assertThat(header.apply("Set-Cookie")).as(what).isNull();
        assertThat(header.apply("Location")).as(what).isNull();
        assertThat(body).doesNotContain("Exception").doesNotContain("\tat ");
    }
}
