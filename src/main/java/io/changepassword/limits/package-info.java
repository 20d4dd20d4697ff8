/** What one user, realm or request may take of a node; depends on nothing else of the extension. */
package io.changepassword.limits;
