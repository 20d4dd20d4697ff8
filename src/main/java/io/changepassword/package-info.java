/** What Keycloak looks for: the provider of the API and its factory. */
package io.changepassword;
