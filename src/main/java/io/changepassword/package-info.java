/** What Keycloak and the client see: the provider, the resource with its doors, their requests and answers. */
package io.changepassword;
