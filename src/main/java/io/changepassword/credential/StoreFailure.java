package io.changepassword.credential;

import jakarta.persistence.LockTimeoutException;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.PessimisticLockException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.naming.NamingException;
import javax.naming.NoPermissionException;
import javax.naming.OperationNotSupportedException;
import javax.naming.directory.AttributeModificationException;
import javax.naming.directory.InvalidAttributeValueException;
import javax.naming.directory.InvalidAttributesException;
import javax.naming.directory.SchemaViolationException;

/** Distinguishes a lost race and an outage of a store from a defect and from a refusal. */
public final class StoreFailure {

    /** SQLSTATE classes: transaction rollback (serialization, deadlock), and constraints that another writer has won. */
    private static final Set<String> CONFLICT_CLASSES = Set.of("40", "23");

    /** SQLSTATE classes of a statement that is wrong in itself: bad data, and bad SQL. */
    private static final Set<String> DEFECT_CLASSES = Set.of("22", "42");

    /** Exceptions with which LDAP refuses a password (RFC 4511 result codes 19, 50, 53 and similar); all others are an outage. */
    private static final Set<Class<? extends NamingException>> REFUSALS = Set.of(
            AttributeModificationException.class,
            InvalidAttributeValueException.class,
            InvalidAttributesException.class,
            NoPermissionException.class,
            OperationNotSupportedException.class,
            SchemaViolationException.class);

    private StoreFailure() {}

    static boolean isRefusalByDirectory(Throwable failure) {
        return anyCause(failure, cause -> REFUSALS.stream().anyMatch(type -> type.isInstance(cause)));
    }

    /** @return how it is refused, or the failure itself if it is a defect */
    public static RuntimeException translate(RuntimeException failure) {
        if (failure instanceof ChangeRefusedException) {
            return failure;
        }
        if (anyCause(failure, StoreFailure::isConflict)) {
            return ChangeRefusedException.conflict(failure);
        }
        if (anyCause(failure, StoreFailure::isDefect)) {
            return failure;
        }
        return anyCause(failure, StoreFailure::isOutage) ? ChangeRefusedException.unavailable(failure) : failure;
    }

    private static boolean isConflict(Throwable cause) {
        return cause instanceof OptimisticLockException
                || cause instanceof PessimisticLockException
                || cause instanceof LockTimeoutException
                || isStaleState(cause.getClass())
                || (cause instanceof SQLException sql && CONFLICT_CLASSES.contains(sqlClass(sql)));
    }

    /** Hibernate's exception for a row that another transaction has changed, by name: Hibernate is no dependency of an extension. */
    private static boolean isStaleState(Class<?> type) {
        return type != null
                && (type.getSimpleName().equals("StaleStateException") || isStaleState(type.getSuperclass()));
    }

    private static boolean isDefect(Throwable cause) {
        return cause instanceof SQLException sql && DEFECT_CLASSES.contains(sqlClass(sql));
    }

    private static String sqlClass(SQLException failure) {
        String state = failure.getSQLState();
        return state == null || state.length() < 2 ? "" : state.substring(0, 2);
    }

    private static boolean isOutage(Throwable cause) {
        return cause instanceof SQLException
                || cause instanceof PersistenceException
                || cause instanceof NamingException
                || cause instanceof IOException
                || cause instanceof TimeoutException
                // Infinispan is no dependency of an extension; all it throws on its own account is about the cache.
                || cause.getClass().getName().startsWith("org.infinispan.");
    }

    /** @return whether the failure, or what caused it, is of this kind */
    public static boolean anyCause(Throwable failure, Predicate<Throwable> test) {
        // Bounded, because a cause may name itself.
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(20)
                .anyMatch(test);
    }
}
