/** What a new password must keep. */
package io.changepassword.policy;
