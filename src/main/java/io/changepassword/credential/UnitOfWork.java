package io.changepassword.credential;

import java.util.function.Function;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.utils.KeycloakModelUtils;

/** Work in a Keycloak session and transaction of its own, so that its commit has happened, or failed, before we answer. */
final class UnitOfWork {

    private static final String TASK = "change-password";

    private UnitOfWork() {}

    /** Runs the work and commits it; an exception rolls it back. */
    static <T> T commit(KeycloakSession session, Function<KeycloakSession, T> work) {
        return KeycloakModelUtils.runJobInTransactionWithResult(
                session.getKeycloakSessionFactory(), session.getContext(), work::apply, TASK);
    }

    /** Runs the work on the state of this moment, past the caches of the given session, and rolls back whatever it did. */
    static <T> T discard(KeycloakSession session, Function<KeycloakSession, T> work) {
        return commit(session, fresh -> {
            fresh.getTransactionManager().setRollbackOnly();
            return work.apply(fresh);
        });
    }
}
