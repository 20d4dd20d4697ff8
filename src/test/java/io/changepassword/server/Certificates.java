package io.changepassword.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Self-signed certificates of the server and of two clients, made by the JDK's {@code keytool}. */
public final class Certificates {

    private static final String SERVER = "server";
    private static final String TRUST = "trust";

    /** A key for a test, not a secret. */
    private static final String PASSWORD = "changeit";

    private static Certificates made;

    private final Path folder;

    private Certificates(Path folder) {
        this.folder = folder;
    }

    /** Makes them anew in the folder. */
    static synchronized Certificates make(Path folder) {
        try {
            Files.createDirectories(folder);
            made = new Certificates(folder);
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            for (String name : List.of(SERVER, "client-1", "client-2")) {
                trust.setCertificateEntry(name, made.generate(name));
            }
            try (var out = Files.newOutputStream(made.file(TRUST))) {
                trust.store(out, PASSWORD.toCharArray());
            }
            return made;
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private Certificate generate(String name) throws GeneralSecurityException, IOException {
        Path store = file(name);
        Files.deleteIfExists(store);
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = new ArrayList<>(List.of(keytool, "-genkeypair", "-keystore", store.toString()));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD, "-alias", name, "-validity", "2"));
        command.addAll(List.of("-keyalg", "EC", "-dname", "CN=" + name, "-ext", "SAN=dns:localhost,ip:127.0.0.1"));
        try {
            int code = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IOException("keytool has ended with " + code);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException(stop);
        }
        return load(name).getCertificate(name);
    }

    /** Arguments of {@code kc.sh} for TLS with these. */
    List<String> arguments() {
        return List.of(
                "--https-key-store-file=" + file(SERVER),
                "--https-key-store-password=" + PASSWORD,
                "--https-trust-store-file=" + file(TRUST),
                "--https-trust-store-password=" + PASSWORD,
                "--https-client-auth=request");
    }

    /** @param client {@code client-1} or {@code client-2}, or null for none */
    public static SSLContext contextOf(String client) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(made.load(TRUST));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(client == null ? null : made.load(client), PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private KeyStore load(String name) throws GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file(name))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            return store;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private Path file(String name) {
        return folder.resolve(name + ".p12").toAbsolutePath();
    }
}
