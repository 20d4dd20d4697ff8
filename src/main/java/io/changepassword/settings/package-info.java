/** What identity admins and operators set. */
package io.changepassword.settings;
