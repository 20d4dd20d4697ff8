package io.changepassword.compat;

import java.util.Optional;
import java.util.regex.Pattern;
import org.keycloak.jose.jws.JWSHeader;
import org.keycloak.jose.jws.JWSInput;
import org.keycloak.jose.jws.JWSInputException;

/** The compact form of a JWS (RFC 7515 section 7.1). Keycloak's decoder lets more through: white space around, for one. */
public final class CompactJws {

    private static final Pattern FORM = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]+");

    private CompactJws() {}

    /** @return its header, if it is of this form and names an algorithm that Keycloak knows; nothing is verified */
    public static Optional<JWSHeader> header(String encoded) {
        if (!FORM.matcher(encoded).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(new JWSInput(encoded).getHeader())
                    .filter(header -> header.getAlgorithm() != null);
        } catch (JWSInputException malformed) {
            return Optional.empty();
        }
    }
}
