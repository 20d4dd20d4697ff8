<#ftl output_format="plainText">
${msg("changePassword.mailBody", link, linkExpirationFormatter(linkExpiration), realmName)}
