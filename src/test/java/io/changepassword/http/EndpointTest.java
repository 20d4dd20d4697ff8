package io.changepassword.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.changepassword.api.ChangePasswordResource;
import io.changepassword.credential.ChangeEvents;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The properties of an {@link Endpoint}; and that the resource has a locator and a preflight for each endpoint. */
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
    void resourceWhenThereIsAnEndpointThenItHasOneLocatorAndOneOptionsOfThePath() throws IllegalAccessException {
        List<Endpoint> endpoints = endpoints();

        assertThat(endpoints).hasSizeGreaterThanOrEqualTo(3);
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
                .as("each endpoint's two, and two for every other path")
                .hasSize(2 * endpoints.size() + 2);
    }

    /** The endpoints of all resources, whether they can be reached or not. */
    private static List<Endpoint> endpoints() throws IllegalAccessException {
        List<Endpoint> endpoints = new ArrayList<>();
        for (JavaClass type : new ClassFileImporter().importPackagesOf(ChangePasswordResource.class)) {
            if (type.tryGetField("ENDPOINT").isPresent()) {
                Field field = type.getField("ENDPOINT").reflect();
                field.setAccessible(true);
                endpoints.add((Endpoint) field.get(null));
            }
        }
        return endpoints;
    }

    @ParameterizedTest
    @CsvSource({
        "/realms/demo/change-password/a/path, true",
        "/realms/demo/change-password/a/path/, true",
        "/realms/a%2Fb/change-password/a/path, true",
        "/auth/realms/demo/change-password/a/path, true",
        "/realms/demo/change-password/a/path//, false",
        "/realms/demo/change-password//a/path, false",
        "/realms/demo/change-password/a/path/more, false",
        "/realms/demo/change-password/a/paths, false",
        "/realms/demo/change-password/a/path;x=y, false",
        "/realms/demo/change-password/a/path%2F, false",
        "/realms/demo/change-password/a%2Fpath, false",
        "/realms/demo/change-password/A/path, false",
        "/realms/demo/change-password/a/path/change-password/a/path, false",
        "/realms/demo/change-password, false",
        "/realms/demo/change-password/, false",
        "/realms/demo/x/change-password/a/path, false"
    })
    void isAtWhenTheAddressIsTheWholePathThenTrueElseFalse(String address, boolean isAt) {
        assertThat(POST.isAt(URI.create("https://id.example" + address + "?a=b")))
                .isEqualTo(isAt);
    }

    private static List<Method> methods(Endpoint endpoint, Predicate<Method> kind) {
        return Arrays.stream(ChangePasswordResource.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> method.isAnnotationPresent(Path.class)
                        && method.getAnnotation(Path.class).value().equals(endpoint.path()))
                .filter(kind)
                .toList();
    }

    /** In JAX-RS, a method with a path and without an HTTP method is a locator. */
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
