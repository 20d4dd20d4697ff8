package io.changepassword.http;

import jakarta.ws.rs.core.HttpHeaders;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.KeycloakContext;

/**
 * A request's {@code Accept-Language}. Keycloak throws at a value that it cannot parse wherever it looks for a locale: in responses,
 * but in mails too, whose failure it logs, so that a thief's change would go unannounced.
 */
public final class AcceptLanguage {

    private AcceptLanguage() {}

    /** From here on the request has none, if it is of no use. */
    public static void dropIfUnreadable(KeycloakContext context) {
        HttpRequest request = context.getHttpRequest();
        HttpHeaders headers = request.getHttpHeaders();
        if (!isReadable(headers)) {
            List<Locale> none = List.of();
            HttpHeaders without = replacing(HttpHeaders.class, headers, "getAcceptableLanguages", none);
            context.setHttpRequest(replacing(HttpRequest.class, request, "getHttpHeaders", without));
        }
    }

    private static boolean isReadable(HttpHeaders headers) {
        try {
            return headers.getAcceptableLanguages().stream().noneMatch(Objects::isNull);
        } catch (RuntimeException unreadable) {
            return false;
        }
    }

    /** A proxy rather than a class: the interfaces have other methods in other versions. */
    private static <T> T replacing(Class<T> type, T original, String method, Object result) {
        Object proxy =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, called, arguments) -> {
                    if (called.getName().equals(method)) {
                        return result;
                    }
                    try {
                        return called.invoke(original, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
        return type.cast(proxy);
    }
}
