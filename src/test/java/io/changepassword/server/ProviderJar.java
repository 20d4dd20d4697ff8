package io.changepassword.server;

import io.changepassword.provider.CountingHash;
import io.changepassword.provider.FailingAfterCommit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.keycloak.credential.hash.PasswordHashProviderFactory;
import org.keycloak.events.EventListenerProviderFactory;

/** The test server's second JAR, with the providers of the tests. */
final class ProviderJar {

    private static final Map<Class<?>, Class<?>> SERVICES = Map.of(
            EventListenerProviderFactory.class, FailingAfterCommit.class,
            PasswordHashProviderFactory.class, CountingHash.class);

    private ProviderJar() {}

    /** Writes the JAR; the same bytes every time, so that Keycloak does not build itself anew. */
    static Path write(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            for (Path compiled : compiled()) {
                put(
                        jar,
                        CountingHash.class.getPackageName().replace('.', '/') + '/' + compiled.getFileName(),
                        Files.readAllBytes(compiled));
            }
            for (Class<?> service : SERVICES.keySet().stream()
                    .sorted((a, b) -> a.getName().compareTo(b.getName()))
                    .toList()) {
                put(
                        jar,
                        "META-INF/services/" + service.getName(),
                        SERVICES.get(service).getName().getBytes(StandardCharsets.UTF_8));
            }
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        return Files.write(file, bytes.toByteArray());
    }

    /** All classes of the package, nested ones too. */
    private static List<Path> compiled() throws IOException {
        try (Stream<Path> files = Files.list(
                Path.of(CountingHash.class.getResource("CountingHash.class").toURI())
                        .getParent())) {
            return files.sorted().toList();
        } catch (URISyntaxException impossible) {
            throw new IOException(impossible);
        }
    }

    private static void put(JarOutputStream jar, String name, byte[] content) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
        jar.putNextEntry(entry);
        jar.write(content);
        jar.closeEntry();
    }
}
