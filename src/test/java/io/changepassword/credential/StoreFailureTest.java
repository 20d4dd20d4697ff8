package io.changepassword.credential;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.LockTimeoutException;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.PessimisticLockException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.naming.CommunicationException;
import javax.naming.NamingException;
import javax.naming.directory.InvalidAttributeValueException;
import org.infinispan.protostream.DescriptorParserException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.models.ModelException;

class StoreFailureTest {

    /** Has the name and the superclass of Hibernate's exception. */
    private static class StaleStateException extends PersistenceException {
        private static final long serialVersionUID = 1L;
    }

    private static final class StaleObjectStateException extends StaleStateException {
        private static final long serialVersionUID = 1L;
    }

    static Stream<Throwable> conflicts() {
        return Stream.of(
                new OptimisticLockException(),
                new PessimisticLockException(),
                new LockTimeoutException(),
                new StaleObjectStateException(),
                new PersistenceException(new SQLException("deadlock", "40P01")),
                new SQLException("serialization", "40001"),
                new SQLException("class alone", "40"),
                new SQLException("unique", "23505"));
    }

    static Stream<Throwable> outages() {
        return Stream.of(
                new SQLException("connection", "08006"),
                new SQLException("no state"),
                new SQLException("half a state", "4"),
                new PersistenceException("no connection"),
                new CommunicationException("directory"),
                new NamingException("LDAP response read timed out"),
                new SocketTimeoutException(),
                new TimeoutException(),
                new DescriptorParserException("a cache's, by the package of its type"),
                new PersistenceException(new SQLException("connection", "08006")),
                new IOException());
    }

    @ParameterizedTest
    @MethodSource("conflicts")
    void translateWhenARaceIsLostThenConflict(Throwable cause) {
        assertThat(StoreFailure.translate(new ModelException("store", new RuntimeException(cause))))
                .isInstanceOfSatisfying(
                        ChangeRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(ChangeRefusedException.Reason.CONFLICT));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void translateWhenAStoreIsDownThenUnavailableWithTheCause(Throwable cause) {
        RuntimeException failure = new ModelException("store", cause);

        assertThat(StoreFailure.translate(failure)).isInstanceOfSatisfying(ChangeRefusedException.class, refused -> {
            assertThat(refused.reason()).isEqualTo(ChangeRefusedException.Reason.UNAVAILABLE);
            assertThat(refused).hasCause(failure);
        });
    }

    @Test
    void translateWhenADefectThenItself() {
        RuntimeException defect = new IllegalStateException(new NullPointerException());

        assertThat(StoreFailure.translate(defect)).isSameAs(defect);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22001", "42601"})
    void translateWhenAStatementIsWrongInItselfThenADefect(String state) {
        RuntimeException defect = new PersistenceException(new SQLException("statement", state));

        assertThat(StoreFailure.translate(defect)).isSameAs(defect);
    }

    @Test
    void translateWhenACauseLeadsBackToItselfThenAnEndIsFound() {
        RuntimeException first = new IllegalStateException();
        first.initCause(new IllegalStateException(first));

        assertThat(StoreFailure.translate(first)).isSameAs(first);
    }

    @Test
    void translateWhenRefusedForAnOutageAlreadyThenItself() {
        RuntimeException refused = ChangeRefusedException.unavailable(new PersistenceException("no connection"));

        assertThat(StoreFailure.translate(refused)).isSameAs(refused);
    }

    @Test
    void translateWhenRefusedAlreadyThenItself() {
        RuntimeException refused = ChangeRefusedException.locked(5);

        assertThat(StoreFailure.translate(refused)).isSameAs(refused);
    }

    @Test
    void isRefusalByDirectoryWhenItsPolicySaysNoThenTrue() {
        assertThat(StoreFailure.isRefusalByDirectory(new ModelException("store", new InvalidAttributeValueException())))
                .isTrue();
        assertThat(StoreFailure.isRefusalByDirectory(new ModelException("store", new CommunicationException())))
                .isFalse();
    }
}
