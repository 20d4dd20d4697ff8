<#import "template.ftl" as layout>
<@layout.emailLayout>
${kcSanitize(msg("changePassword.mailBodyHtml", link, linkExpirationFormatter(linkExpiration), realmName))?no_esc}
</@layout.emailLayout>
