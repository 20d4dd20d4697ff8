package io.changepassword.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** Requests sent at once, each on a connection of its own. */
public final class Burst {

    /** HTTP/1.1: over one connection of HTTP/2 they would come one after the other. */
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final JsonMapper MAPPER = new JsonMapper();

    private Burst() {}

    /** A request to door A. */
    public static HttpRequest change(TestUser user, Tokens tokens, String oldPassword, String newPassword) {
        return request("POST", user.realm().changeUrl(), tokens.accessToken(), user.body(oldPassword, newPassword));
    }

    public static HttpRequest request(String method, String url, String token, Object body) {
        try {
            return HttpRequest.newBuilder(URI.create(url))
                    .method(method, HttpRequest.BodyPublishers.ofString(MAPPER.writeValueAsString(body)))
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .timeout(Duration.ofMinutes(2))
                    .build();
        } catch (JsonProcessingException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    /** @return the status of each answer, in the order of the requests */
    public static List<Integer> of(List<HttpRequest> requests) {
        List<CompletableFuture<Integer>> answers =
                requests.stream().map(Burst::send).toList();
        return answers.stream().map(CompletableFuture::join).toList();
    }

    /** @return the status of the answer, once it is there */
    public static CompletableFuture<Integer> send(HttpRequest request) {
        return sendForAnswer(request).thenApply(HttpResponse::statusCode);
    }

    /** @return the answer, once it is there */
    public static CompletableFuture<HttpResponse<String>> sendForAnswer(HttpRequest request) {
        return CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(Burst::checked);
    }

    private static HttpResponse<String> checked(HttpResponse<String> answer) {
        UnaryOperator<String> header = name -> answer.headers().firstValue(name).orElse(null);
        EveryAnswer.check(answer.uri().toString(), answer.statusCode() + " ", header, answer.body());
        return answer;
    }
}
