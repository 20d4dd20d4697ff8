/** The tokens that prove a change without the current password: issue, mail, redeem; and how any token is written. */
package io.changepassword.token;
