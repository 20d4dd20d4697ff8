/** Action tokens: issue, mail, redeem, and the link that opens Keycloak's page. */
package io.changepassword.actiontoken;
