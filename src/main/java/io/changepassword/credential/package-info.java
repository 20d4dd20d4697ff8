/** The decision whether a password changes: proof, lock, store, after-effects. Knows no HTTP. */
package io.changepassword.credential;
