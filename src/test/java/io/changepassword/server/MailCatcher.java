package io.changepassword.server;

import io.changepassword.fixture.Mailbox;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Receives the mail of the server that {@code -Pserve} starts, prints it, and keeps it in a file; each start begins with an empty
 * file. A mail is in the file before its sender gets the confirmation.
 */
final class MailCatcher {

    private final Mailbox mailbox = new Mailbox();
    private final Path file;

    MailCatcher(Path file) {
        this.file = file;
    }

    /** @return the port on loopback that takes mail, until this process ends */
    int start() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
        mailbox.forward(this::take);
        return Integer.parseInt(mailbox.smtpServer().get("port"));
    }

    Path file() {
        return file;
    }

    private synchronized void take(MimeMessage mail) {
        try {
            String text = text(mail);
            System.out.println(text);
            Files.writeString(file, text + System.lineSeparator(), StandardOpenOption.APPEND);
        } catch (MessagingException | IOException failure) {
            System.err.println("The mail cannot be read: " + failure.getMessage());
        }
    }

    private static String text(MimeMessage mail) throws MessagingException, IOException {
        String head = "---- Mail to " + mail.getAllRecipients()[0] + ": " + mail.getSubject() + System.lineSeparator();
        // A mail's lines end with CR and LF, and a token taken out of one by sed would end with CR.
        return head + body(mail).toString().replace("\r\n", System.lineSeparator());
    }

    private static Object body(MimeMessage mail) throws MessagingException, IOException {
        return mail.getContent() instanceof Multipart parts
                ? parts.getBodyPart(0).getContent()
                : mail.getContent();
    }
}
