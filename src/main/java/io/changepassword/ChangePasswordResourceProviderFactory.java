package io.changepassword;

import io.changepassword.api.ActionTokenMailResource;
import io.changepassword.api.ActionTokenResource;
import io.changepassword.api.CurrentPasswordResource;
import io.changepassword.compat.Linkage;
import io.changepassword.http.JsonBody;
import io.changepassword.limits.HashingPermits;
import io.changepassword.limits.RequestPermits;
import io.changepassword.settings.NodeLimits;
import io.changepassword.settings.RealmSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.keycloak.Config;
import org.keycloak.common.Version;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ServerInfoAwareProviderFactory;
import org.keycloak.services.resource.RealmResourceProvider;
import org.keycloak.services.resource.RealmResourceProviderFactory;

/** Adds the API to every realm, under {@code /realms/{realm}/change-password}. */
public final class ChangePasswordResourceProviderFactory
        implements RealmResourceProviderFactory, ServerInfoAwareProviderFactory {

    /** The provider's id, and with it the API's path below the realm. */
    public static final String ID = "change-password";

    private static final Logger LOG = Logger.getLogger(ChangePasswordResourceProviderFactory.class);

    private List<String> linkage;
    private NodeLimits limits;
    private RequestPermits permits;
    private HashingPermits hashing;

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public RealmResourceProvider create(KeycloakSession session) {
        return new ChangePasswordResourceProvider(session, permits, hashing);
    }

    /** What the admin console's Provider info page shows: what holds for all realms. */
    @Override
    public Map<String, String> getOperationalInfo() {
        Map<String, String> info = new LinkedHashMap<>();
        info.put("version", version());
        info.put("current-password-path", ID + "/" + CurrentPasswordResource.ENDPOINT.path());
        info.put("token-path", ID + "/" + ActionTokenResource.ENDPOINT.path());
        info.put("token-mail-path", ID + "/" + ActionTokenMailResource.ENDPOINT.path());
        info.put("minimum-password-length", String.valueOf(RealmSettings.CONTRACT_MINIMUM_LENGTH));
        info.put("maximum-password-length", String.valueOf(RealmSettings.MAXIMUM_LENGTH));
        info.put("maximum-body-bytes", String.valueOf(JsonBody.MAXIMUM_BYTES));
        info.put(NodeLimits.REQUESTS, String.valueOf(limits.requests()));
        info.put(NodeLimits.HASHING, String.valueOf(limits.hashing()));
        return info;
    }

    private static String version() {
        String version =
                ChangePasswordResourceProviderFactory.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    @Override
    public void init(Config.Scope config) {
        linkage = Linkage.link();
        limits = NodeLimits.of(config);
        permits = new RequestPermits(limits.requests());
        hashing = new HashingPermits(limits.hashing());
    }

    @Override
    public List<ProviderConfigProperty> getConfigMetadata() {
        return NodeLimits.options();
    }

    @Override
    public void postInit(KeycloakSessionFactory factory) {
        LOG.infof("keycloak-change-password %s on Keycloak %s: linked", version(), Version.VERSION);
        LOG.debugf("Linked to %s", linkage);
        if (KnownVulnerability.isIn(Version.VERSION)) {
            LOG.warnf(
                    "Keycloak %s has a known account takeover, CVE-2026-18963, in its own flow for forgotten passwords;"
                            + " fixed versions are %s",
                    Version.VERSION, KnownVulnerability.FIXED_VERSIONS);
        }
    }

    @Override
    public void close() {}
}
