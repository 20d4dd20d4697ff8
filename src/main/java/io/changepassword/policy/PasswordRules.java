package io.changepassword.policy;

import io.changepassword.settings.RealmSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.PasswordPolicy;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.policy.LengthPasswordPolicyProviderFactory;
import org.keycloak.policy.PasswordPolicyProvider;
import org.keycloak.policy.PolicyError;

/**
 * The rules a new password must keep: the contract's, and the realm's password policy. Keycloak's own policy manager stops at
 * the first rule violated; here each is checked, so that the user learns of all at once.
 */
public final class PasswordRules {

    /** These hash the new password against every remembered one. The store checks them, so that nothing is hashed twice. */
    private static final Set<String> LEFT_TO_THE_STORE =
            Set.of(PasswordPolicy.PASSWORD_HISTORY_ID, PasswordPolicy.PASSWORD_AGE);

    private final KeycloakSession session;
    private final RealmModel realm;
    private final RealmSettings settings;

    public PasswordRules(KeycloakSession session, RealmModel realm) {
        this.session = session;
        this.realm = realm;
        this.settings = RealmSettings.of(realm);
    }

    /** @return every rule that the new password violates; those left to the store are not among them */
    public List<Violation> violations(UserModel user, NewPassword newPassword) {
        List<Violation> violations = new ArrayList<>();
        realmPolicies().forEach(id -> check(id, user, newPassword).ifPresent(violations::add));
        if (isTooShort(newPassword)) {
            keepTheLongerMinimum(violations, newPassword);
        }
        return violations;
    }

    private Stream<String> realmPolicies() {
        return realm.getPasswordPolicy().getPolicies().stream().filter(id -> !LEFT_TO_THE_STORE.contains(id));
    }

    private Optional<Violation> check(String id, UserModel user, NewPassword newPassword) {
        PolicyError error =
                session.getProvider(PasswordPolicyProvider.class, id).validate(realm, user, newPassword.value());
        return Optional.ofNullable(error)
                .map(it -> new Violation(newPassword.field(), id, it.getMessage(), parameters(it)));
    }

    private static List<Object> parameters(PolicyError error) {
        return error.getParameters() == null ? List.of() : Arrays.asList(error.getParameters());
    }

    private boolean isTooShort(NewPassword newPassword) {
        String value = newPassword.value();
        return value.codePointCount(0, value.length()) < settings.minimumLength();
    }

    /** The higher of the contract's minimum and the realm's own minimum. */
    private void keepTheLongerMinimum(List<Violation> violations, NewPassword newPassword) {
        boolean realmsIsLonger = violations.stream()
                .filter(PasswordRules::isLength)
                .flatMap(violation -> violation.params().stream())
                .anyMatch(minimum -> minimum instanceof Integer length && length >= settings.minimumLength());
        if (!realmsIsLonger) {
            violations.removeIf(PasswordRules::isLength);
            violations.add(Violation.of(
                    newPassword.field(),
                    LengthPasswordPolicyProviderFactory.ID,
                    "invalidPasswordMinLengthMessage",
                    settings.minimumLength()));
        }
    }

    private static boolean isLength(Violation violation) {
        return violation.policy().equals(LengthPasswordPolicyProviderFactory.ID);
    }
}
