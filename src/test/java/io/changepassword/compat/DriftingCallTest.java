package io.changepassword.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.invoke.MethodType;
import org.junit.jupiter.api.Test;

class DriftingCallTest {

    public static final class Failing {
        private Failing() {}

        public static void fail(Throwable failure) throws Throwable {
            throw failure;
        }
    }

    private final DriftingCall call = new DriftingCall.Linker(Failing.class, "fail")
            .staticMethod("fail", MethodType.methodType(void.class, Throwable.class))
            .link();

    @Test
    void toStringWhenLinkedThenItsShape() {
        assertThat(call).hasToString("Failing.fail(Throwable)");
    }

    @Test
    void invokeWhenKeycloakThrowsThenTheSameIsThrown() {
        for (Throwable failure : new Throwable[] {new IllegalArgumentException(), new AssertionError()}) {
            assertThatThrownBy(() -> call.invoke(failure)).isSameAs(failure);
        }
    }

    @Test
    void invokeWhenKeycloakThrowsWhatMustBeDeclaredThenItIsTheCause() {
        IOException failure = new IOException();

        assertThatThrownBy(() -> call.invoke(failure))
                .isInstanceOf(IllegalStateException.class)
                .hasCause(failure);
    }
}
