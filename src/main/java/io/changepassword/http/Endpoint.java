package io.changepassword.http;

import io.changepassword.credential.ChangeEvents;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An endpoint before any request: all that its preflight, its admission and its errors depend on.
 *
 * @param method the HTTP method; {@code OPTIONS} is served too, and {@code HEAD} with {@code GET}
 * @param path below the provider's path, without a slash at either end
 * @param credential in which headers the access token comes
 * @param body what a request carries
 * @param errors the format of its errors
 * @param events the kind of event that a refusal fires
 */
public record Endpoint(
        String method, String path, Credential credential, Body body, ErrorFormat errors, ChangeEvents.Kind events) {

    /** The headers in which an access token may come. */
    public enum Credential {
        NONE,
        AUTHORIZATION(HttpHeaders.AUTHORIZATION),
        AUTHORIZATION_OR_X_ACCESS_TOKEN(HttpHeaders.AUTHORIZATION, Credential.X_ACCESS_TOKEN);

        /** The bare token, without a scheme. */
        static final String X_ACCESS_TOKEN = "x-access-token";

        private final List<String> headers;

        Credential(String... headers) {
            this.headers = List.of(headers);
        }

        List<String> headers() {
            return headers;
        }
    }

    /** What a request carries. */
    public enum Body {
        NONE,
        JSON
    }

    /** The part of a request's path before the endpoint's path. One slash may follow the endpoint's path. */
    private static final Pattern REQUEST_PATH = Pattern.compile("(?:/.*?)?/realms/[^/]+/change-password/(.*?)/?");

    /**
     * Compares the whole path, as it was sent: JAX-RS takes a locator for every path that begins with its own.
     *
     * @return whether a request with this address is for this endpoint
     */
    public boolean isAt(URI requestUri) {
        Matcher sent = REQUEST_PATH.matcher(requestUri.getRawPath());
        return sent.matches() && sent.group(1).equals(path);
    }

    /** @return whether a request with this method is served; a preflight is a method of the resource, and never is */
    public boolean serves(String requested) {
        return allowedMethods().contains(requested) && !HttpMethod.OPTIONS.equals(requested);
    }

    /** @return the value of {@code Allow} (RFC 9110 section 10.2.1) and of {@code Access-Control-Allow-Methods} */
    List<String> allowedMethods() {
        return HttpMethod.GET.equals(method)
                ? List.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS)
                : List.of(method, HttpMethod.OPTIONS);
    }
}
