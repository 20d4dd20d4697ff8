package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.api.ActionTokenMailResource;
import io.changepassword.api.ActionTokenResource;
import io.changepassword.api.ChangePasswordResource;
import io.changepassword.api.CurrentPasswordResource;
import io.changepassword.credential.ChangeEvents;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What follows from an endpoint's value, and that the resource has each of them. */
class EndpointTest {

    private static final Endpoint GET = endpoint(HttpMethod.GET);
    private static final Endpoint POST = endpoint(HttpMethod.POST);

    @Test
    void allowedMethodsWhenItIsAPostThenPostAndOptions() {
        assertThat(POST.allowedMethods()).containsExactly("POST", "OPTIONS");
    }

    @Test
    void allowedMethodsWhenItIsAGetThenHeadBelongsToIt() {
        assertThat(GET.allowedMethods()).containsExactly("GET", "HEAD", "OPTIONS");
    }

    @Test
    void servesWhenMethodIsNotItsOwnThenFalse() {
        assertThat(List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "get", "").stream()
                        .filter(GET::serves))
                .containsExactly("GET", "HEAD");
        assertThat(List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "post", "").stream()
                        .filter(POST::serves))
                .containsExactly("POST");
    }

    @Test
    void resourceWhenThereIsAnEndpointThenItHasOneLocatorAndOneOptionsOfThePath() {
        List<Endpoint> endpoints = List.of(
                CurrentPasswordResource.ENDPOINT, ActionTokenResource.ENDPOINT, ActionTokenMailResource.ENDPOINT);

        assertThat(endpoints).extracting(Endpoint::path).doesNotHaveDuplicates();
        for (Endpoint endpoint : endpoints) {
            assertThat(methods(endpoint, method -> method.isAnnotationPresent(OPTIONS.class)))
                    .as("@OPTIONS of %s", endpoint.path())
                    .hasSize(1);
            assertThat(methods(endpoint, EndpointTest::isLocator))
                    .as("locator of %s", endpoint.path())
                    .hasSize(1);
        }
        assertThat(Arrays.stream(ChangePasswordResource.class.getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(Path.class)))
                .hasSize(2 * endpoints.size());
    }

    private static List<Method> methods(Endpoint endpoint, Predicate<Method> kind) {
        return Arrays.stream(ChangePasswordResource.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> method.isAnnotationPresent(Path.class)
                        && method.getAnnotation(Path.class).value().equals(endpoint.path()))
                .filter(kind)
                .toList();
    }

    /** JAX-RS: a method with a path and without an HTTP method hands the request on. */
    private static boolean isLocator(Method method) {
        return Stream.of(method.getAnnotations())
                .map(Annotation::annotationType)
                .noneMatch(type -> type.isAnnotationPresent(HttpMethod.class));
    }

    private static Endpoint endpoint(String method) {
        return new Endpoint(
                method,
                "a/path",
                Endpoint.Credential.AUTHORIZATION,
                Endpoint.Body.NONE,
                ErrorFormat.OAUTH,
                ChangeEvents.Kind.CHANGE);
    }
}
