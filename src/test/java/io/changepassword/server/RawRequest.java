package io.changepassword.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** One request over a socket of its own, sent as slowly, or as wrongly, as a test wants. */
public final class RawRequest implements AutoCloseable {

    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final Socket socket;

    private RawRequest(Socket socket) {
        this.socket = socket;
    }

    /** Connects, and sends nothing. */
    public static RawRequest to(KeycloakServer server) throws IOException {
        Socket socket = new Socket(server.url().getHost(), server.url().getPort());
        socket.setSoTimeout((int) ANSWER.toMillis());
        return new RawRequest(socket);
    }

    /** Sends the head of a request to door A. */
    public static RawRequest post(TestRealm realm, String token, int contentLength) throws IOException {
        RawRequest request = to(realm.server());
        String authorization = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
        request.send("POST " + realm.changePath() + " HTTP/1.1\r\nHost: " + realm.authority()
                + "\r\nContent-Type: application/json\r\n" + authorization + "Content-Length: " + contentLength
                + "\r\n\r\n");
        return request;
    }

    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Whether something has come back already. */
    public boolean isAnswered() {
        try {
            return socket.getInputStream().available() > 0;
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    /** Waits for the answer's status line. */
    public int status() throws IOException {
        return Integer.parseInt(line().split(" ")[1]);
    }

    /**
     * Waits for the whole answer.
     *
     * @param head whether the request was a HEAD, whose answer has no body
     * @return empty if the server has closed the connection instead
     */
    public String answer(boolean head) throws IOException {
        StringBuilder answer = new StringBuilder();
        int length = 0;
        for (String line = line(); !line.isBlank(); line = line()) {
            answer.append(line).append('\n');
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        line.substring("content-length:".length()).strip());
            }
        }
        byte[] body = head ? new byte[0] : socket.getInputStream().readNBytes(length);
        return answer.append('\n')
                .append(new String(body, StandardCharsets.UTF_8))
                .toString()
                .strip();
    }

    private String line() throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    public static void closeAll(List<RawRequest> requests) throws IOException {
        for (RawRequest request : requests) {
            request.close();
        }
    }
}
