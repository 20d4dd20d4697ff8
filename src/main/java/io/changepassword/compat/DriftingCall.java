package io.changepassword.compat;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.stream.Collectors;

/**
 * A call of Keycloak whose parameters or name differ between versions, linked to the signature of the running version. Signatures
 * are looked up, never derived from the version number, because distributors backport.
 */
final class DriftingCall {

    private final String shape;
    private final MethodHandle handle;

    private DriftingCall(String shape, MethodHandle handle) {
        this.shape = shape;
        this.handle = handle;
    }

    /** Looks for one shape after the other; the first that is there is linked. */
    static final class Linker {

        private final Class<?> type;
        private final String method;
        private DriftingCall found;

        /** @param method for whoever reads that it is there in no known shape */
        Linker(Class<?> type, String method) {
            this.type = type;
            this.method = method;
        }

        /** @param constants the trailing arguments, which the caller leaves to the link */
        Linker method(String name, MethodType shape, Object... constants) {
            return orElse(name + parametersOf(shape), lookup -> {
                MethodHandle virtual = lookup.findVirtual(type, name, shape);
                int given = virtual.type().parameterCount() - constants.length;
                return MethodHandles.insertArguments(virtual, given, constants);
            });
        }

        Linker staticMethod(String name, MethodType shape) {
            return orElse(name + parametersOf(shape), lookup -> lookup.findStatic(type, name, shape));
        }

        /** @param ignored what the caller gives, for the shapes that need it */
        Linker constant(String name, Class<?> shape, Class<?>... ignored) {
            return orElse(
                    name,
                    lookup -> MethodHandles.dropArguments(lookup.findStaticGetter(type, name, shape), 0, ignored));
        }

        private static String parametersOf(MethodType shape) {
            return shape.parameterList().stream().map(Class::getSimpleName).collect(Collectors.joining(",", "(", ")"));
        }

        private interface Search {
            MethodHandle in(MethodHandles.Lookup lookup) throws ReflectiveOperationException;
        }

        private Linker orElse(String shape, Search search) {
            if (found == null) {
                try {
                    found = new DriftingCall(
                            type.getSimpleName() + "." + shape, search.in(MethodHandles.publicLookup()));
                } catch (ReflectiveOperationException notThisOne) {
                    // The next signature may exist.
                }
            }
            return this;
        }

        /** @throws IncompatibleKeycloakException if none of the signatures exists */
        DriftingCall link() {
            if (found == null) {
                throw new IncompatibleKeycloakException(type, method);
            }
            return found;
        }
    }

    /** Exceptions of the call are thrown unchanged. */
    @SuppressWarnings("unchecked") // each link states the type that its shapes return
    <T> T invoke(Object... arguments) {
        try {
            return (T) handle.invokeWithArguments(arguments);
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (Throwable checked) {
            throw new IllegalStateException(checked);
        }
    }

    @Override
    public String toString() {
        return shape;
    }
}
