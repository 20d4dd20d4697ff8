/** The tokens that prove a change without the current password: issue, mail, redeem. */
package io.changepassword.token;
