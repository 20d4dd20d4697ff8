package io.changepassword.credential;

import org.keycloak.models.ClientModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;

/**
 * The signed-in user who asks for a change of their own password.
 *
 * @param user the user, as authenticated
 * @param session the user session the access token belongs to, online or offline
 * @param client the client the access token was issued to
 */
public record Caller(UserModel user, UserSessionModel session, ClientModel client) {}
