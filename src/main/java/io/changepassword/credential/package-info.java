/** The decision whether a password changes: proof, lock, policy, store, after-effects. Knows no HTTP. */
package io.changepassword.credential;
