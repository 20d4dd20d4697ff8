package io.changepassword.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.settings.RealmSettings;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.PasswordPolicy;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.policy.PasswordPolicyProvider;
import org.keycloak.policy.PolicyError;

class PasswordRulesTest {

    private final KeycloakSession session = mock(KeycloakSession.class);
    private final RealmModel realm = mock(RealmModel.class);
    private final UserModel user = mock(UserModel.class);
    private final PasswordPolicy policy = mock(PasswordPolicy.class);

    @BeforeEach
    void aRealmWithoutPolicies() {
        when(realm.getPasswordPolicy()).thenReturn(policy);
        when(policy.getPolicies()).thenReturn(Set.of());
    }

    @Test
    void violationsWhenAllRulesAreKeptThenDone() {
        assertThat(violations("new-password")).isEmpty();
    }

    @Test
    void violationsWhenSeveralPoliciesAreBrokenThenAllAreReturned() {
        policies(refusing("upperCase", "upper", 1), refusing("digits", "digits", 2), keeping("lowerCase"));

        assertThat(violations("new-password"))
                .containsExactlyInAnyOrder(
                        tuple("digits", List.of(2), "digits"), tuple("upperCase", List.of(1), "upper"));
    }

    @Test
    void violationsWhenPoliciesHashThenTheyAreLeftToTheStore() {
        PasswordPolicyProvider history = refusing("passwordHistory", "history");
        PasswordPolicyProvider age = refusing("passwordAge", "age");
        when(policy.getPolicies()).thenReturn(Set.of("passwordHistory", "passwordAge"));

        assertThat(violations("new-password")).isEmpty();
        verify(history, never()).validate(any(RealmModel.class), any(), any());
        verify(age, never()).validate(any(RealmModel.class), any(), any());
    }

    @Test
    void violationsWhenShorterThanTheContractThenItsMinimumIsNamed() {
        assertThat(violations("sevench"))
                .containsExactly(tuple("length", List.of(8), "invalidPasswordMinLengthMessage"));
    }

    @Test
    void violationsWhenAsLongAsTheContractThenKeptAndCharactersAreCodePoints() {
        assertThat(violations("eightchr")).isEmpty();
        assertThat(violations("sevenc\uD83D\uDE00")).hasSize(1);
    }

    @Test
    void violationsWhenTooShortThenOtherViolationsAreReturnedToo() {
        policies(refusing("digits", "digits", 9));

        assertThat(violations("sevench")).extracting(v -> v.toList().get(0)).containsExactly("digits", "length");
    }

    @Test
    void violationsWhenTheRealmsMinimumIsTheContractsThenTheRealmsMessage() {
        policies(refusing("length", "realm's", 8));

        assertThat(violations("sevench")).containsExactly(tuple("length", List.of(8), "realm's"));
    }

    @Test
    void violationsWhenAPolicyHasOtherParametersOrNoneThenReturned() {
        policies(refusing("length", "length", "twelve"), refusing("digits", "digits", (Object[]) null));

        assertThat(violations("sevench"))
                .containsExactly(
                        tuple("digits", List.of(), "digits"),
                        tuple("length", List.of(8), "invalidPasswordMinLengthMessage"));
    }

    @Test
    void violationsWhenTheRealmSetsAMinimumThenItHolds() {
        when(realm.getAttribute(RealmSettings.MINIMUM_LENGTH)).thenReturn("13");

        assertThat(violations("twelve-chars"))
                .extracting(v -> v.toList().get(1))
                .containsExactly(List.of(13));
        assertThat(violations("thirteen-char")).isEmpty();
    }

    @Test
    void violationsWhenBothMinimaAreBrokenThenTheLongerIsNamed() {
        policies(refusing("length", "invalidPasswordMinLengthMessage", 12));
        assertThat(violations("sevench")).extracting(v -> v.toList().get(1)).containsExactly(List.of(12));

        policies(refusing("length", "invalidPasswordMinLengthMessage", 5));
        assertThat(violations("four")).extracting(v -> v.toList().get(1)).containsExactly(List.of(8));
    }

    private List<Tuple> violations(String newPassword) {
        List<Violation> violations =
                new PasswordRules(session, realm).violations(user, new NewPassword("aField", newPassword));
        assertThat(violations)
                .allSatisfy(violation -> assertThat(violation.field()).isEqualTo("aField"));
        return violations.stream()
                .map(violation -> tuple(violation.policy(), violation.params(), violation.messageKey()))
                .toList();
    }

    private final Map<PasswordPolicyProvider, String> ids = new HashMap<>();

    private void policies(PasswordPolicyProvider... providers) {
        when(policy.getPolicies())
                .thenReturn(Arrays.stream(providers).map(ids::get).collect(Collectors.toSet()));
    }

    private PasswordPolicyProvider keeping(String id) {
        PasswordPolicyProvider provider = mock(PasswordPolicyProvider.class);
        ids.put(provider, id);
        when(session.getProvider(PasswordPolicyProvider.class, id)).thenReturn(provider);
        return provider;
    }

    private PasswordPolicyProvider refusing(String id, String message, Object... params) {
        PasswordPolicyProvider provider = keeping(id);
        when(provider.validate(eq(realm), eq(user), any())).thenReturn(new PolicyError(message, params));
        return provider;
    }
}
