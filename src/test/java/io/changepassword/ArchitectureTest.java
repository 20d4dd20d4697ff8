package io.changepassword;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.changepassword.fixture.SourceArrows;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.POST;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.keycloak.models.KeycloakContext;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.services.managers.AuthenticationManager.AuthResult;

/** The structure of the code: which package may depend on which, and the habits that a compiler does not check. */
class ArchitectureTest {

    private static final String ROOT = "io.changepassword";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** The packages, from the top downwards. A package may depend on packages below it only. The root is the first. */
    private static final List<String> ROOMS = List.of(
            "", "api", "admission", "http", "actiontoken", "credential", "policy", "settings", "limits", "compat");

    /** A nested class counts as its outermost class. */
    private static final ArchRule NO_CIRCLES = slices().assignedFrom(new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                    return type.getPackageName().startsWith(ROOT)
                            ? SliceIdentifier.of(type.getName().replaceFirst("\\$.*", ""))
                            : SliceIdentifier.ignore();
                }

                @Override
                public String getDescription() {
                    return "top-level classes";
                }
            })
            .should()
            .beFreeOfCycles();

    private static final Path SOURCES = Path.of("src/main/java");

    @Test
    void arrowsPointDownwards() {
        Architectures.LayeredArchitecture layers =
                layeredArchitecture().consideringOnlyDependenciesInAnyPackage(ROOT + "..");
        for (String room : ROOMS) {
            layers = layers.layer(layer(room)).definedBy(room.isEmpty() ? ROOT : ROOT + "." + room);
        }
        for (String room : ROOMS) {
            String[] above = ROOMS.subList(0, ROOMS.indexOf(room)).stream()
                    .map(ArchitectureTest::layer)
                    .toArray(String[]::new);
            layers = above.length == 0
                    ? layers.whereLayer(layer(room)).mayNotBeAccessedByAnyLayer()
                    : layers.whereLayer(layer(room)).mayOnlyBeAccessedByLayers(above);
        }
        layers.ensureAllClassesAreContainedInArchitecture().check(CLASSES);
    }

    private static String layer(String room) {
        return room.isEmpty() ? "root" : room;
    }

    /** The lowest packages depend on no other package of ours. */
    @Test
    void settingsLimitsAndCompatKnowNoOtherRoom() {
        for (String room : List.of("settings", "limits", "compat")) {
            classes()
                    .that()
                    .resideInAPackage(ROOT + "." + room)
                    .should()
                    .onlyDependOnClassesThat(
                            resideOutsideOfPackage(ROOT + "..").or(resideInAPackage(ROOT + "." + room)))
                    .check(CLASSES);
        }
    }

    @Test
    void noClassesFormACircle() {
        NO_CIRCLES.check(CLASSES);
    }

    @Test
    void noClassesFormACircleWhenOneIsPlantedThenItIsFound() {
        JavaClasses planted = new ClassFileImporter().importPackages(ROOT + ".fixture.planted");

        assertThatThrownBy(() -> NO_CIRCLES.check(planted))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("One")
                .hasMessageContaining("Other");
    }

    @Test
    void sourcesNameOnlyWhatLiesBelowAndFormNoCircle() {
        SourceArrows sources = SourceArrows.below(SOURCES);

        assertThat(sources.upwards(ROOMS)).isEmpty();
        assertThat(sources.circle()).isEmpty();
    }

    /** The compiler inlines a constant: the bytecode does not show which class it came from. */
    @Test
    void sourcesWhenAConstantIsPlantedThenItsArrowIsFound() {
        String constant = "public static final String NAME = \"a\";";
        SourceArrows upwards = new SourceArrows(Map.of(
                ROOT + ".settings.Low",
                "package io.changepassword.settings; import io.changepassword.http.High; class Low { String s = High.NAME; }",
                ROOT + ".http.High",
                "package io.changepassword.http; class High {" + constant + "}"));
        SourceArrows circle = new SourceArrows(Map.of(
                ROOT + ".http.One",
                "package io.changepassword.http; class One { String s = Other.NAME; " + constant + "}",
                ROOT + ".http.Other",
                "package io.changepassword.http; class Other { String s = One.NAME; " + constant + "}"));

        assertThat(upwards.upwards(ROOMS)).containsExactly(ROOT + ".settings.Low -> " + ROOT + ".http.High");
        assertThat(circle.circle()).isPresent();
    }

    @Test
    void roomsHaveAtMostFifteenClassesAndTheRootFour() {
        Map<String, Long> sizes = CLASSES.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));

        assertThat(sizes).hasSize(ROOMS.size());
        sizes.forEach((room, size) -> assertThat(size).as(room).isLessThanOrEqualTo(room.equals(ROOT) ? 4L : 15L));
    }

    @Test
    void classesAreShort() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            Map<Path, Integer> lines = new HashMap<>();
            for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.endsWith("package-info.java"))
                    .toList()) {
                lines.put(file, Files.readAllLines(file).size());
            }
            List<Integer> sorted = lines.values().stream().sorted().toList();

            assertThat(sorted.get(sorted.size() / 2)).as("median").isLessThanOrEqualTo(75);
            assertThat(lines).allSatisfy((file, length) -> assertThat(length).isLessThanOrEqualTo(190));
        }
    }

    @Test
    void theDecisionKnowsNoHttp() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".credential", ROOT + ".policy", ROOT + ".settings", ROOT + ".limits")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.ws.rs..", "org.keycloak.http..", "com.fasterxml..")
                .check(CLASSES);
    }

    /** Keycloak's types and calls whose signature differs between versions, or which some versions do not have. */
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

    /** A direct call would link on the versions with this signature only, in {@code compat} too. */
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

    /** The class's name shows whether JAX-RS or Keycloak calls it. */
    @Test
    void onlyResourcesFactoriesAndHandlersAreCalledFromOutside() {
        methods()
                .that()
                .areAnnotatedWith(POST.class)
                .or()
                .areAnnotatedWith(OPTIONS.class)
                .or()
                .areAnnotatedWith(jakarta.ws.rs.Path.class)
                .should()
                .beDeclaredInClassesThat()
                .haveSimpleNameEndingWith("Resource")
                .check(CLASSES);
        classes()
                .that()
                .implement(ProviderFactory.class)
                .should()
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

    /** {@code toString()} of a record shows no text that the record holds, unless the record is known to hold no secret. */
    @ParameterizedTest
    @MethodSource("records")
    void toStringWhenARecordHoldsTextThenItDoesNotShowIt(Class<?> record) throws ReflectiveOperationException {
        assertThat(canary(record).toString()).doesNotContain(CANARY);
    }

    static Stream<Class<?>> records() {
        return CLASSES.stream()
                .filter(JavaClass::isRecord)
                .<Class<?>>map(JavaClass::reflect)
                .filter(record -> !WITHOUT_SECRETS.contains(record.getSimpleName()));
    }

    private static final String CANARY = "canary";

    /** The content of these records is in the code, in the realm's settings, or in events. */
    private static final Set<String> WITHOUT_SECRETS = Set.of("Endpoint", "Violation", "Key");

    private static Object canary(Class<?> type) throws ReflectiveOperationException {
        if (type == String.class) {
            return CANARY;
        }
        if (type == List.class) {
            return List.of(CANARY);
        }
        if (type == Optional.class) {
            return Optional.empty();
        }
        if (type == OptionalInt.class) {
            return OptionalInt.empty();
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        if (type.isPrimitive()) {
            return Array.get(Array.newInstance(type, 1), 0);
        }
        if (type == Long.class) {
            return 1L;
        }
        if (!type.isRecord()) {
            return mock(type);
        }
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            values[i] = canary(types[i]);
        }
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }
}
