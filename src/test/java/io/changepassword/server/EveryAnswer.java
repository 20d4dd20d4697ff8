package io.changepassword.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;

/** Looks at each answer of the API that any test gets, whatever its status, for what holds of all of them. */
final class EveryAnswer implements Filter {

    /** Keycloak's own, before any extension is asked. */
    private static final String NO_REALM = "{\"error\":\"Realm does not exist\"";

    @Override
    public Response filter(
            FilterableRequestSpecification request, FilterableResponseSpecification expected, FilterContext context) {
        Response answer = context.next(request, expected);
        boolean ours = request.getURI().contains("/change-password/")
                && !answer.asString().startsWith(NO_REALM);
        if (ours && !request.getMethod().equals("OPTIONS")) {
            check(answer);
        }
        return answer;
    }

    private static void check(Response answer) {
        String what = answer.statusLine() + answer.asString();
        assertThat(answer.contentType()).as(what).isEqualTo("application/json;charset=UTF-8");
        assertThat(answer.header("Cache-Control")).as(what).isEqualTo("no-store");
        assertThat(answer.header("X-Content-Type-Options")).as(what).isEqualTo("nosniff");
        assertThat(answer.header("Set-Cookie")).as(what).isNull();
        assertThat(answer.header("Location")).as(what).isNull();
        assertThat(answer.asString()).doesNotContain("Exception").doesNotContain("\tat ");
    }
}
