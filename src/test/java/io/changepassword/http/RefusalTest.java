package io.changepassword.http;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepassword.fixture.MockedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keycloak.OAuthErrorException;
import org.keycloak.common.Profile;
import org.keycloak.events.Errors;

/** The table of errors: its rows fit each other, Keycloak, the texts and the docs. */
class RefusalTest {

    /** Texts of Keycloak's own login theme, since 26.0. */
    private static final Set<String> KEYCLOAKS_TEXTS = Set.of("httpsRequiredMessage", "invalidPasswordExistingMessage");

    /** Keycloak's events have no error for an outage or a busy node. */
    private static final Set<String> ERRORS_OF_OAUTH = Set.of(OAuthErrorException.TEMPORARILY_UNAVAILABLE);

    /** Of the endpoints below {@code auth/change-password} alone, whose errors have no codes. */
    private static final Set<Refusal> NEVER_WITH_CODE = EnumSet.of(Refusal.INVALID_ACTION_TOKEN, Refusal.MAIL_TOO_SOON);

    @BeforeEach
    void features() {
        Profile.defaults();
    }

    @AfterEach
    void forgetThem() {
        Profile.reset();
    }

    @Test
    void messageKeyThenThereIsAText() throws IOException {
        Properties texts = new Properties();
        try (var bundle =
                Files.newBufferedReader(Path.of("themes/change-password/email/messages/messages_en.properties"))) {
            texts.load(bundle);
        }

        assertThat(Refusal.values())
                .extracting(Refusal::messageKey)
                .allSatisfy(key -> assertThat(KEYCLOAKS_TEXTS.contains(key) || texts.containsKey(key))
                        .as(key)
                        .isTrue());
    }

    /** RFC 9110 section 15.5.2 demands a challenge of every 401; beside it only a token of too little scope gets one. */
    @ParameterizedTest
    @EnumSource(Refusal.class)
    void authenticateThenWithEvery401AndNothingElseBut403(Refusal refusal) {
        boolean challenged = refusal.authenticate() != Refusal.Authenticate.NO;

        assertThat(challenged)
                .isEqualTo(refusal.status() == 401
                        || (refusal.status() == 403 && OAuthErrorException.INSUFFICIENT_SCOPE.equals(refusal.code())));
    }

    /** RFC 6750 section 3: header and body give the same code. For an action token there is none: the access token is valid. */
    @ParameterizedTest
    @EnumSource(value = Refusal.class, mode = EnumSource.Mode.EXCLUDE, names = "INVALID_ACTION_TOKEN")
    void authenticateWhenThereIsAChallengeThenItsErrorIsTheCode(Refusal refusal) {
        String challenge = new Challenge(new MockedRequest().session).of(new RequestRefusedException(refusal));
        if (challenge != null) {
            assertThat(challenge.contains("error=\"" + refusal.code() + '"')).isEqualTo(refusal.code() != null);
        }
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void statusThenOneOfAnError(Refusal refusal) {
        assertThat(refusal.status()).isIn(400, 401, 403, 404, 405, 409, 413, 415, 429, 503);
    }

    /** RFC 6750 section 3.1: nothing more where the request has no credential. */
    @Test
    void codeThenMissingWithoutCredentialAlone() {
        assertThat(Refusal.values())
                .filteredOn(refusal -> refusal.code() == null)
                .containsExactly(Refusal.NO_CREDENTIAL);
    }

    @Test
    void eventErrorWhenAnEventIsFiredThenKeycloakKnowsIt() throws ReflectiveOperationException {
        Set<Object> keycloaks = constants(Errors.class);

        assertThat(Refusal.values())
                .filteredOn(refusal -> refusal.eventError() != null)
                .allSatisfy(refusal -> assertThat(keycloaks.contains(refusal.eventError())
                                || ERRORS_OF_OAUTH.contains(refusal.eventError()))
                        .as("%s", refusal)
                        .isTrue());
        assertThat(keycloaks).doesNotContainAnyElementsOf(ERRORS_OF_OAUTH);
    }

    /** What anybody can send at any rate writes nothing. */
    @Test
    void eventErrorThenMissingBeforeAnythingIsRead() {
        assertThat(Refusal.values())
                .filteredOn(refusal -> refusal.eventError() == null)
                .containsExactly(Refusal.METHOD, Refusal.NOT_FOUND, Refusal.NODE_BUSY);
        assertThat(Refusal.values())
                .filteredOn(refusal -> refusal.eventError() == null)
                .extracting(Refusal::eventReason)
                .containsOnlyNulls();
    }

    @Test
    void valuesThenNoTwoRowsAreEqual() {
        assertThat(Refusal.values())
                .extracting(refusal -> Tuple.tuple(
                        refusal.status(),
                        refusal.code(),
                        refusal.messageKey(),
                        refusal.eventError(),
                        refusal.eventReason(),
                        refusal.authenticate()))
                .doesNotHaveDuplicates();
    }

    @Test
    void docsThenTheyNameEachStatusWithItsCodeAndNoOther() throws IOException {
        String docs = Files.readString(Path.of("docs/api.md"));
        int table = docs.indexOf("### Errors");
        String rows = docs.substring(table, docs.indexOf("### ", table + 1));

        assertThat(Pattern.compile("(?m)^\\| (\\d{3}) \\| (?:`([a-z_]+)`|none) \\|")
                        .matcher(rows)
                        .results()
                        .map(row -> row.group(1) + ' ' + row.group(2)))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Refusal.values())
                        .filter(refusal -> !NEVER_WITH_CODE.contains(refusal))
                        .map(refusal -> refusal.status() + " " + refusal.code())
                        .collect(toSet()));
    }

    private static Set<Object> constants(Class<?> type) throws ReflectiveOperationException {
        Set<Object> constants = new HashSet<>();
        for (var field : type.getFields()) {
            constants.add(field.get(null));
        }
        return constants;
    }
}
