/** What differs between Keycloak versions, and nothing else. */
package io.changepassword.compat;
