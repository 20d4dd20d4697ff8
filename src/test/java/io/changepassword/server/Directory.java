package io.changepassword.server;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedModifyRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldif.LDIFException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** An LDAP directory on loopback, and its federation with a realm. */
public final class Directory implements AutoCloseable {

    private static final String BASE = "dc=example,dc=org";
    private static final String PEOPLE = "ou=people," + BASE;
    private static final String ADMIN = "cn=admin";
    private static final String ADMIN_PASSWORD = "directory-admin";

    private final InMemoryDirectoryServer server;
    private final String url;
    private volatile boolean refusing;

    public Directory() throws LDAPException, LDIFException {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.addAdditionalBindCredentials(ADMIN, ADMIN_PASSWORD);
        config.setSchema(null);
        config.setListenerConfigs(InMemoryListenerConfig.createLDAPConfig(
                "loopback", InetAddress.getLoopbackAddress(), Listeners.freePort(), null));
        config.addInMemoryOperationInterceptor(new InMemoryOperationInterceptor() {
            @Override
            public void processModifyRequest(InMemoryInterceptedModifyRequest request) throws LDAPException {
                if (refusing) {
                    throw new LDAPException(ResultCode.CONSTRAINT_VIOLATION, "Too like cn=secret,dc=internal");
                }
            }
        });
        server = new InMemoryDirectoryServer(config);
        server.startListening();
        url = "ldap://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getListenPort();
        server.add("dn: " + BASE, "objectClass: domain", "dc: example");
        server.add("dn: " + PEOPLE, "objectClass: organizationalUnit", "ou: people");
    }

    /** A user of the directory, whom the realm knows from their first login on. */
    public TestUser user(TestRealm realm, String name, String password) throws LDAPException, LDIFException {
        server.add(
                "dn: " + dn(name),
                "objectClass: inetOrgPerson",
                "uid: " + name,
                "cn: " + name,
                "sn: " + name,
                "mail: " + name + "@example.org",
                "entryUUID: " + UUID.randomUUID(),
                "userPassword: " + password);
        List<Map<String, Object>> found = realm.admin()
                .queryParam("username", name)
                .queryParam("exact", true)
                .get(realm.adminUrl("/users"))
                .then()
                .statusCode(200)
                .extract()
                .path("$");
        return new TestUser(realm, (String) found.get(0).get("id"), name, name + "@example.org", password);
    }

    /** Whether the directory itself takes this password. */
    public boolean binds(String name, String password) {
        try {
            return server.bind(dn(name), password).getResultCode() == ResultCode.SUCCESS;
        } catch (LDAPException refused) {
            return false;
        }
    }

    public void remove(String name) throws LDAPException {
        server.delete(dn(name));
    }

    /** Whether it refuses modifications from now on, as a directory with a password policy of its own does. */
    public void refuse(boolean refuse) {
        refusing = refuse;
    }

    public void goDown() {
        server.shutDown(true);
    }

    public void comeBack() throws LDAPException {
        server.startListening();
    }

    /** Federates it with the realm. */
    public void federate(TestRealm realm, String editMode) {
        String realmId = realm.admin().get(realm.adminUrl("")).then().extract().path("id");
        realm.admin()
                .body(Map.of(
                        "name",
                        "directory",
                        "providerId",
                        "ldap",
                        "providerType",
                        "org.keycloak.storage.UserStorageProvider",
                        "parentId",
                        realmId,
                        "config",
                        Map.ofEntries(
                                entry("enabled", "true"),
                                entry("vendor", "other"),
                                entry("editMode", editMode),
                                entry("importEnabled", "true"),
                                entry("connectionUrl", url),
                                entry("usersDn", PEOPLE),
                                entry("authType", "simple"),
                                entry("bindDn", ADMIN),
                                entry("bindCredential", ADMIN_PASSWORD),
                                entry("usernameLDAPAttribute", "uid"),
                                entry("rdnLDAPAttribute", "uid"),
                                entry("uuidLDAPAttribute", "entryUUID"),
                                entry("userObjectClasses", "inetOrgPerson"),
                                entry("searchScope", "1"),
                                entry("connectionTimeout", "2000"),
                                entry("readTimeout", "2000"))))
                .post(realm.adminUrl("/components"))
                .then()
                .statusCode(201);
    }

    private static Map.Entry<String, List<String>> entry(String key, String value) {
        return Map.entry(key, List.of(value));
    }

    private static String dn(String name) {
        return "uid=" + name + "," + PEOPLE;
    }

    @Override
    public void close() {
        server.shutDown(true);
    }
}
