package io.changepassword.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.Config;
import org.keycloak.provider.ProviderConfigProperty;

class NodeLimitsTest {

    private final Config.Scope config = mock(Config.Scope.class);

    @Test
    void ofWhenNothingIsSetThenAThirdOfTheThreadsAndHalfOfTheCores() {
        assertThat(NodeLimits.of(config))
                .isEqualTo(new NodeLimits(16, Math.max(1, Runtime.getRuntime().availableProcessors() / 2)));
    }

    @Test
    void ofWhenSetThenTaken() {
        when(config.get("max-requests")).thenReturn(" 40 ");
        when(config.get("max-hashing")).thenReturn("1");

        assertThat(NodeLimits.of(config)).isEqualTo(new NodeLimits(40, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "", "many", "1.5", "99999999999"})
    void ofWhenNoNumberOfAtLeastOneThenTheOptionIsNamed(String value) {
        when(config.get("max-hashing")).thenReturn(value);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> NodeLimits.of(config))
                .withMessageContaining("max-hashing of change-password (spi-realm-restapi-extension)")
                .withMessageContaining("'" + value + "'");
    }

    @Test
    void optionsThenEachIsDescribed() {
        assertThat(NodeLimits.options())
                .extracting(ProviderConfigProperty::getName)
                .containsExactly("max-requests", "max-hashing");
        assertThat(NodeLimits.options())
                .extracting(ProviderConfigProperty::getType)
                .containsOnly(ProviderConfigProperty.INTEGER_TYPE);
        assertThat(NodeLimits.options())
                .extracting(ProviderConfigProperty::getDefaultValue)
                .containsExactly(16, null);
        assertThat(NodeLimits.options())
                .extracting(ProviderConfigProperty::getHelpText)
                .allSatisfy(text -> assertThat(text).isNotBlank());
    }
}
