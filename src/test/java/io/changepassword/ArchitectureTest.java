package io.changepassword;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.keycloak.models.KeycloakContext;
import org.keycloak.services.managers.AuthenticationManager.AuthResult;

/** The house: which package may know which, and the habits that a compiler does not check. */
class ArchitectureTest {

    private static final String ROOT = "io.changepassword";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** From the top downwards; a room may know those below it. */
    private static final List<String> ROOMS = List.of("token", "credential", "limits", "compat");

    @Test
    void arrowsPointDownwards() {
        var layers = layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage(ROOT + "..")
                .layer("root")
                .definedBy(ROOT);
        for (String room : ROOMS) {
            layers = layers.layer(room).definedBy(ROOT + "." + room);
        }
        layers = layers.whereLayer("root").mayNotBeAccessedByAnyLayer();
        for (String room : ROOMS) {
            List<String> above = new ArrayList<>(ROOMS.subList(0, ROOMS.indexOf(room)));
            above.add("root");
            layers = layers.whereLayer(room).mayOnlyBeAccessedByLayers(above.toArray(String[]::new));
        }
        layers.ensureAllClassesAreContainedInArchitecture().check(CLASSES);
    }

    @Test
    void theDecisionKnowsNoHttp() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".credential")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.ws.rs..", "org.keycloak.http..", "com.fasterxml..")
                .check(CLASSES);
    }

    /** Types and calls of Keycloak's that another version of it has in another shape, or not at all. */
    @Test
    void whatDriftsStaysInCompat() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".compat")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("org\\.keycloak\\..*\\.(AppAuthManager|AuthenticationManager\\$AuthResult"
                        + "|BruteForceProtector|DPoPUtil|RevokedTokenProvider|AdminPermissionEvaluator)(\\$.*)?")
                .orShould()
                .callMethodWhere(JavaCall.Predicates.target(
                        nameMatching("revokedTokens|allowedOrigins|checkAllowedOrigins|runJobInTransactionWithResult")))
                .orShould()
                .callMethodWhere(JavaCall.Predicates.target(nameMatching("getUserSession"))
                        .and(JavaCall.Predicates.target(owner(type(KeycloakContext.class)))))
                .check(CLASSES);
    }

    /** In {@code compat} no call of one shape alone: it would link on that version, and on no other. */
    @Test
    void whatDriftsIsCalledOnlyThroughALink() {
        noClasses()
                .should()
                .callMethodWhere(JavaCall.Predicates.target(nameMatching(
                        "failedLogin|successfulLogin|revokedTokens|getDPoPSupportedAlgorithms|setRequest")))
                .orShould()
                .callMethodWhere(JavaCall.Predicates.target(owner(type(AuthResult.class))))
                .orShould()
                .dependOnClassesThat()
                .haveSimpleName("RevokedTokenProvider")
                .check(CLASSES);
    }

    @Test
    void classesAreFinal() {
        classes()
                .that()
                .areTopLevelClasses()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(CLASSES);
    }

    @Test
    void namesSayWhatAClassIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Utils?|Helper|Manager|Impl|Base|Abstract)$")
                .check(CLASSES);
    }

    @Test
    void onlyWhatKeycloakMustSeeIsPublicInTheRoot() {
        classes()
                .that()
                .resideInAPackage(ROOT)
                .and()
                .arePublic()
                .should()
                .haveSimpleNameEndingWith("Resource")
                .orShould()
                .haveSimpleNameEndingWith("Factory")
                .orShould()
                .haveSimpleNameEndingWith("Handler")
                .check(CLASSES);
    }

    @Test
    @DisplayName("W16 nothing of ours opens a connection")
    void noClassOpensAConnection() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..", "java.nio.channels..", "org.apache.http..", "javax.net..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.net\\.(URL|URLConnection|HttpURLConnection|Socket|ServerSocket|DatagramSocket)")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("org\\.keycloak\\.(connections\\.httpclient\\..*|.*SimpleHttp.*)")
                .check(CLASSES);
    }

    @Test
    void recordsThatHoldASecretKeepItOutOfText() throws Exception {
        for (JavaClass type : CLASSES) {
            boolean secret = type.isRecord()
                    && type.getFields().stream()
                            .anyMatch(field ->
                                    field.getName().toLowerCase(Locale.ROOT).matches(".*(password|token)")
                                            || type.getSimpleName().equals("CurrentPassword"));
            if (secret && !type.getSimpleName().equals("BearerAuthentication")) {
                org.assertj.core.api.Assertions.assertThat(type.getMethod("toString")
                                .getSourceCodeLocation()
                                .getLineNumber())
                        .as("%s overrides the generated toString", type.getName())
                        .isGreaterThan(1);
            }
        }
    }
}
