/** The endpoints: one class each, its request, and the content of its response. */
package io.changepassword.api;
