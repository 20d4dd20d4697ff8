package io.changepassword.server;

import io.changepassword.listener.FailingAfterCommit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** The test server's second provider, with the listeners of the tests. */
final class ListenerJar {

    private ListenerJar() {}

    /** Writes the JAR; the same bytes every time, so that Keycloak does not build itself anew. */
    static Path write(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            String name = FailingAfterCommit.class.getName();
            String path = name.replace('.', '/');
            for (String entry : List.of(path + ".class", path + "$1.class", path + "$1$1.class")) {
                try (InputStream in = ListenerJar.class.getResourceAsStream("/" + entry)) {
                    put(jar, entry, in.readAllBytes());
                }
            }
            put(
                    jar,
                    "META-INF/services/org.keycloak.events.EventListenerProviderFactory",
                    name.getBytes(StandardCharsets.UTF_8));
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        return Files.write(file, bytes.toByteArray());
    }

    private static void put(JarOutputStream jar, String name, byte[] content) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
        jar.putNextEntry(entry);
        jar.write(content);
        jar.closeEntry();
    }
}
