package io.changepassword.credential;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.keycloak.models.AbstractKeycloakTransaction;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionTask;
import org.keycloak.models.utils.KeycloakModelUtils;

/** Work in a Keycloak session and transaction of its own, so that its commit has happened, or failed, before we respond. */
public final class UnitOfWork {

    private static final Logger LOG = Logger.getLogger(UnitOfWork.class);

    private UnitOfWork() {}

    /** Keycloak commits it after the stores, and before any other transaction that is enlisted for then. */
    private static final class Committed extends AbstractKeycloakTransaction {
        private boolean done;

        @Override
        protected void commitImpl() {
            done = true;
        }

        @Override
        protected void rollbackImpl() {
            done = false;
        }
    }

    /**
     * Runs the work and commits it; an exception of the work or of the commit rolls it back. What fails after the commit, an
     * event listener for one, is logged: Keycloak throws it to us as well, but what is committed has happened.
     */
    public static <T> T commit(KeycloakSession session, Function<KeycloakSession, T> work) {
        Committed committed = new Committed();
        AtomicReference<T> result = new AtomicReference<>();
        try {
            run(session, unit -> {
                unit.getTransactionManager().enlistAfterCompletion(committed);
                result.set(work.apply(unit));
            });
        } catch (RuntimeException failure) {
            if (!committed.done) {
                throw failure;
            }
            LOG.error("What followed a commit has failed; the commit stands", failure);
        }
        return result.get();
    }

    /** Runs the work on the state of this moment, past the caches of the given session, and rolls back whatever it did. */
    static <T> T rollBack(KeycloakSession session, Function<KeycloakSession, T> work) {
        AtomicReference<T> result = new AtomicReference<>();
        run(session, unit -> {
            unit.getTransactionManager().setRollbackOnly();
            result.set(work.apply(unit));
        });
        return result.get();
    }

    /** Without a result, because all versions have this method. Uses the request of the given session, which may have been changed. */
    private static void run(KeycloakSession session, KeycloakSessionTask task) {
        KeycloakContext context = session.getContext();
        KeycloakModelUtils.runJobInTransaction(session.getKeycloakSessionFactory(), context, unit -> {
            unit.getContext().setHttpRequest(context.getHttpRequest());
            task.run(unit);
        });
    }
}
