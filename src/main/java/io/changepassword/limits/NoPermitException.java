package io.changepassword.limits;

/** A limit is reached, and nothing was done. */
public final class NoPermitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Whose limit it is. */
    public enum Limit {
        /** The limit of the caller's session or user. */
        CALLER,
        /** The limit of this node, for all users together. */
        NODE,
        /** The limit of this node for hashing passwords. */
        HASHING
    }

    private final Limit limit;

    NoPermitException(Limit limit) {
        // A response, not a defect: no stack trace.
        super(limit.name(), null, false, false);
        this.limit = limit;
    }

    public Limit limit() {
        return limit;
    }
}
