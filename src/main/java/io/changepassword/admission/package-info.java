/** Who is admitted, before a body is read: credential, binding, permission and origin. */
package io.changepassword.admission;
