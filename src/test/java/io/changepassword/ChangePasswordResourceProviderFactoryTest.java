package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import org.junit.jupiter.api.Test;
import org.keycloak.Config;
import org.keycloak.provider.ProviderConfigProperty;

class ChangePasswordResourceProviderFactoryTest {

    private final ChangePasswordResourceProviderFactory factory = new ChangePasswordResourceProviderFactory();

    @Test
    void getConfigMetadataThenKeycloakKnowsTheOptions() {
        assertThat(factory.getConfigMetadata())
                .extracting(ProviderConfigProperty::getName)
                .containsExactly("max-requests", "max-hashing");
    }

    @Test
    void getOperationalInfoWhenThereIsNoManifestThenTheVersionIsUnknown() {
        factory.init(mock(Config.Scope.class));

        assertThat(factory.getOperationalInfo()).containsEntry("version", "unknown");
    }
}
