package io.changepassword.http;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keycloak.OAuth2Constants;

/**
 * The credential of a request: {@code Authorization} with the scheme {@code Bearer} (RFC 6750) or {@code DPoP} (RFC 9449), or
 * {@code x-access-token} where a contract has it. Nothing in it is verified yet.
 *
 * @param scheme the scheme or the header with which the token came
 * @param token as it was sent
 */
public record AccessTokenHeader(Scheme scheme, String token) {

    /** The scheme of {@code Authorization}, or the header without a scheme. */
    public enum Scheme {
        BEARER,
        DPOP,
        /** The bare token, in a header of its own. */
        X_ACCESS_TOKEN
    }

    /** RFC 9110 section 11.4, with exactly one space, as Keycloak's parser takes it. */
    private static final Pattern CREDENTIALS = Pattern.compile("(?i)(bearer|dpop) (.*)");

    /** RFC 9110 sections 5.6.1 and 11.4: a comma joins two values of a header, and a scheme and a space begin a credential. */
    private static final Pattern ANOTHER_CREDENTIAL = Pattern.compile(",[ \\t]*[\\w!#$%&'*+.^`|~-]+[ \\t]");

    /** @return whether there are more credentials, or proofs, than one: two readers could take different ones for the caller's */
    public static boolean isAmbiguous(HttpHeaders headers) {
        List<String> authorization = values(headers, HttpHeaders.AUTHORIZATION);
        return authorization.size()
                                + values(headers, Endpoint.Credential.X_ACCESS_TOKEN)
                                        .size()
                        > 1
                || values(headers, OAuth2Constants.DPOP_HTTP_HEADER).size() > 1
                || authorization.stream().anyMatch(AccessTokenHeader::holdsAnother);
    }

    /** @return the credential, or empty if there is none in a header and of a scheme that the endpoint takes */
    public static Optional<AccessTokenHeader> of(HttpHeaders headers, Endpoint endpoint) {
        String header = Endpoint.Credential.X_ACCESS_TOKEN;
        List<String> bare = endpoint.credential().headers().contains(header) ? values(headers, header) : List.of();
        return bare.isEmpty()
                ? ofAuthorization(headers)
                : Optional.of(new AccessTokenHeader(Scheme.X_ACCESS_TOKEN, bare.get(0)));
    }

    /** @return the credential, or empty if there is none of a scheme we know */
    static Optional<AccessTokenHeader> ofAuthorization(HttpHeaders headers) {
        return values(headers, HttpHeaders.AUTHORIZATION).stream()
                .findFirst()
                .map(CREDENTIALS::matcher)
                .filter(Matcher::matches)
                .map(match ->
                        new AccessTokenHeader(Scheme.valueOf(match.group(1).toUpperCase(Locale.ROOT)), match.group(2)));
    }

    /** A comma within a quoted string joins nothing: somebody has pasted the body of an error, which is no token at all. */
    private static boolean holdsAnother(String authorization) {
        return ANOTHER_CREDENTIAL.matcher(withoutQuotedStrings(authorization)).find();
    }

    /** RFC 9110 section 5.6.4. No pattern: of a long string with many escapes Java's would overflow the stack. */
    private static String withoutQuotedStrings(String text) {
        StringBuilder rest = new StringBuilder();
        int from = 0;
        for (int open = text.indexOf('"'); open >= 0; open = text.indexOf('"', from)) {
            int close = open + 1;
            while (close < text.length() && text.charAt(close) != '"') {
                close += text.charAt(close) == '\\' ? 2 : 1;
            }
            if (close >= text.length()) {
                break;
            }
            rest.append(text, from, open);
            from = close + 1;
        }
        return rest.append(text, from, text.length()).toString();
    }

    private static List<String> values(HttpHeaders headers, String name) {
        List<String> values = headers.getRequestHeader(name);
        return values == null ? List.of() : values;
    }

    /** Keeps the secret out of text. */
    @Override
    public String toString() {
        return "AccessTokenHeader[*]";
    }
}
