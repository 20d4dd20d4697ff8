package io.changepassword.credential;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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
 * the first rule broken; here each is asked, so that the user learns of all at once.
 */
final class PasswordRules {

    /** These hash the new password against every remembered one; the store asks them, and nothing is hashed twice. */
    private static final Set<String> LEFT_TO_THE_STORE =
            Set.of(PasswordPolicy.PASSWORD_HISTORY_ID, PasswordPolicy.PASSWORD_AGE);

    private final KeycloakSession session;
    private final RealmModel realm;
    private final RealmSettings settings;

    PasswordRules(KeycloakSession session, RealmModel realm) {
        this.session = session;
        this.realm = realm;
        this.settings = RealmSettings.of(realm);
    }

    /** @throws ChangeRefusedException {@code REJECTED} with every rule broken, in the order of their ids */
    void check(UserModel user, Proof proof, String newPassword) {
        List<Violation> violations = new ArrayList<>();
        realmPolicies().forEach(id -> ask(id, user, newPassword, violations));
        if (tooShort(newPassword)) {
            tellTheLongerMinimum(violations);
        }
        if (proof.isSameAs(newPassword)) {
            violations.add(new Violation(Violation.NOT_CURRENT_PASSWORD, "changePassword.sameAsCurrent"));
        }
        if (!violations.isEmpty()) {
            violations.sort(Comparator.comparing(Violation::policy));
            throw ChangeRefusedException.rejected(violations);
        }
    }

    private Stream<String> realmPolicies() {
        return realm.getPasswordPolicy().getPolicies().stream().filter(id -> !LEFT_TO_THE_STORE.contains(id));
    }

    private void ask(String id, UserModel user, String newPassword, List<Violation> violations) {
        PasswordPolicyProvider policy = session.getProvider(PasswordPolicyProvider.class, id);
        PolicyError error = policy.validate(realm, user, newPassword);
        if (error != null) {
            Object[] params = error.getParameters();
            violations.add(new Violation(id, params == null ? List.of() : Arrays.asList(params), error.getMessage()));
        }
    }

    private boolean tooShort(String newPassword) {
        return newPassword.codePointCount(0, newPassword.length()) < settings.minimumLength();
    }

    /** Of the contract's minimum and the realm's own, if that is broken as well. */
    private void tellTheLongerMinimum(List<Violation> violations) {
        boolean told = violations.stream()
                .filter(PasswordRules::isLength)
                .flatMap(violation -> violation.params().stream())
                .anyMatch(minimum -> minimum instanceof Integer length && length >= settings.minimumLength());
        if (!told) {
            violations.removeIf(PasswordRules::isLength);
            violations.add(new Violation(
                    LengthPasswordPolicyProviderFactory.ID,
                    "invalidPasswordMinLengthMessage",
                    settings.minimumLength()));
        }
    }

    private static boolean isLength(Violation violation) {
        return violation.policy().equals(LengthPasswordPolicyProviderFactory.ID);
    }
}
