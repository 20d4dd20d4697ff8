package io.changepassword.compat;

import java.util.List;
import java.util.stream.Stream;

/** Links every drifting call once, at start: a call of an unknown shape must not show only when it is needed. */
public final class Linkage {

    private Linkage() {}

    /**
     * @return what the running Keycloak has of the calls that differ, for the log
     * @throws IncompatibleKeycloakException if one of them is not known
     */
    public static List<String> link() {
        try {
            return Stream.of(
                            LoginFailures.FAILED,
                            LoginFailures.SUCCEEDED,
                            BearerAuthentication.USER,
                            BearerAuthentication.SESSION,
                            BearerAuthentication.TOKEN,
                            BearerAuthentication.CLIENT,
                            DpopBinding.ALGORITHMS,
                            ConsumedTokens.LIST,
                            DpopBinding.verifier(),
                            CredentialRows.guard())
                    .map(Object::toString)
                    .toList();
        } catch (ExceptionInInitializerError inAnyOfThem) {
            if (inAnyOfThem.getCause() instanceof IncompatibleKeycloakException unknown) {
                throw unknown;
            }
            throw inAnyOfThem;
        }
    }
}
