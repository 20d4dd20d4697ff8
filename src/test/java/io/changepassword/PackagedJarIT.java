package io.changepassword;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The JAR has our classes, the services file and the texts, and nothing else. */
class PackagedJarIT {

    @Test
    void jarHoldsNothingButOurs() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("keycloak.provider"))) {
            List<String> files = jar.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .toList();
            assertThat(files)
                    .allMatch(name -> name.equals("META-INF/MANIFEST.MF")
                            || name.equals("META-INF/keycloak-themes.json")
                            || name.matches("META-INF/services/org\\.keycloak\\.[A-Za-z.]+")
                            || name.matches("theme/change-password/email/(html|text|messages)/[a-z_-]+\\.[a-z]+")
                            || name.equals("theme/change-password/email/theme.properties")
                            || name.matches(
                                    "theme-resources/(templates/html|templates/text|messages)/[a-z_-]+\\.[a-z]+")
                            || name.matches("io/changepassword/([a-z]+/)?[A-Za-z0-9$-]+\\.class"))
                    .contains("io/changepassword/ChangePasswordResourceProviderFactory.class")
                    .contains("theme-resources/messages/messages_en.properties");
        }
    }

    @Test
    void jarNamesItsVersion() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("keycloak.provider"))) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Implementation-Version"))
                    .isEqualTo(System.getProperty("project.version"));
        }
    }
}
