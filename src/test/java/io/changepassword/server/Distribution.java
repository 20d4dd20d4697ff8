package io.changepassword.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A copy of the unpacked distribution, for a server that must not touch the shared one.
 *
 * @param home the folder of the copy
 */
public record Distribution(Path home) {

    /** The JARs with the services behind Keycloak's endpoints. */
    private static final Pattern LIBRARY =
            Pattern.compile("org\\.keycloak\\.keycloak-(server-spi-private|services)-\\d.*");

    /** @param name of the folder, beside the distribution; an existing folder, perhaps of another version, is replaced */
    public static Distribution copy(String name) throws IOException {
        Path from = Path.of(System.getProperty("keycloak.home"));
        Path to = from.resolveSibling(name);
        delete(to);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file :
                    files.filter(f -> !f.startsWith(from.resolve("data"))).toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        return new Distribution(to);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /**
     * Renames a method wherever Keycloak's services declare or call it, as another version of Keycloak might.
     *
     * @param to the new name, as long as the old one
     */
    public void rename(String method, String to) throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("lib").resolve("lib").resolve("main"))) {
            for (Path library : files.filter(file ->
                            LIBRARY.matcher(file.getFileName().toString()).matches())
                    .toList()) {
                Files.write(library, renamed(library, constant(method), constant(to)));
            }
        }
    }

    private static byte[] renamed(Path library, byte[] from, byte[] to) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarFile jar = new JarFile(library.toFile());
                JarOutputStream written = new JarOutputStream(bytes)) {
            for (JarEntry entry : jar.stream().toList()) {
                written.putNextEntry(new JarEntry(entry.getName()));
                try (InputStream content = jar.getInputStream(entry)) {
                    written.write(
                            entry.getName().endsWith(".class")
                                    ? replaced(content.readAllBytes(), from, to)
                                    : content.readAllBytes());
                }
            }
        }
        return bytes.toByteArray();
    }

    /** The name as a class file stores it, Java Virtual Machine Specification section 4.4.7. */
    private static byte[] constant(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(3 + bytes.length)
                .put((byte) 1)
                .putShort((short) bytes.length)
                .put(bytes)
                .array();
    }

    private static byte[] replaced(byte[] content, byte[] from, byte[] to) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        return text.replace(new String(from, StandardCharsets.ISO_8859_1), new String(to, StandardCharsets.ISO_8859_1))
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
