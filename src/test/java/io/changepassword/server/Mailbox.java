package io.changepassword.server;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A mail server on loopback, which takes every mail and sends none on; empty again after each test. */
public final class Mailbox implements AfterEachCallback, AfterAllCallback {

    private static final Pattern LINK = Pattern.compile("https?://[^\\s\"<]+");
    private static final Pattern TOKEN = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]{40,}");

    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    public Mailbox() {
        server.start();
    }

    /** The field {@code smtpServer} of Keycloak's realm representation. */
    public Map<String, String> smtpServer() {
        return Map.of(
                "host",
                "127.0.0.1",
                "port",
                String.valueOf(server.getSmtp().getPort()),
                "from",
                "keycloak@example.com");
    }

    /** All that has come, the oldest first. */
    public List<MimeMessage> mails() {
        return List.of(server.getReceivedMessages());
    }

    /** The link in the newest mail. */
    public String link() {
        MimeMessage mail = mails().get(mails().size() - 1);
        Matcher link =
                LINK.matcher(GreenMailUtil.getBody(mail).replace("=\r\n", "").replace("=3D", "="));
        if (!link.find()) {
            throw new AssertionError("no link in " + GreenMailUtil.getWholeMessage(mail));
        }
        return link.group();
    }

    /** The token in that link. */
    public String token() {
        Matcher token = TOKEN.matcher(link());
        if (!token.find()) {
            throw new AssertionError("no token in " + link());
        }
        return token.group();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        server.purgeEmailFromAllMailboxes();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        server.stop();
    }
}
