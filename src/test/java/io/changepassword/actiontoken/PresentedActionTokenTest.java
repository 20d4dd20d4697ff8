package io.changepassword.actiontoken;

import static io.changepassword.fixture.MockedSession.ISSUER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.changepassword.fixture.MockedJaxRs;
import io.changepassword.fixture.MockedSession;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.authentication.actiontoken.execactions.ExecuteActionsActionToken;
import org.keycloak.common.util.Time;
import org.keycloak.events.Errors;
import org.keycloak.models.ClientModel;

/** Each test begins with a valid token, and changes one property of it. */
@ExtendWith(MockedJaxRs.class)
class PresentedActionTokenTest {

    private static final int LIFESPAN = 300;

    private final MockedSession keycloak = new MockedSession();

    /** The claims of an administrator's mail; the tests change them. */
    private Map<String, Object> mailed;

    /** The claims of our own mail. */
    private Map<String, Object> own;

    @BeforeEach
    void tokensAsTheyAreMailed() {
        int expiration = Math.toIntExact(now() + LIFESPAN);
        mailed = MockedSession.claimsOf(new ExecuteActionsActionToken(
                        "user",
                        "alice@example.com",
                        expiration,
                        List.of("UPDATE_PASSWORD", "VERIFY_EMAIL"),
                        null,
                        "account")
                .serialize(keycloak.session, keycloak.realm, keycloak.context.getUri()));
        own = MockedSession.claimsOf(new ChangePasswordToken(keycloak.user, expiration, "an-app")
                .serialize(keycloak.session, keycloak.realm, keycloak.context.getUri()));
    }

    @Test
    void readWhenMailedByAnAdministratorThenItsTypeAndId() {
        PresentedActionToken token = read(mailed).orElseThrow();

        assertThat(token.type()).isEqualTo("execute-actions");
        assertThat(token.id()).isEqualTo(mailed.get("jti"));
    }

    @Test
    void readWhenMailedByUsThenItsTypeAndId() {
        PresentedActionToken token = read(own).orElseThrow();

        assertThat(token.type()).isEqualTo("change-password");
        assertThat(token.id()).isEqualTo(own.get("jti"));
    }

    @Test
    void readWhenTheSignatureIsNotTheRealmsThenEmpty() {
        for (Map<String, Object> claims : List.of(mailed, own)) {
            String signed = keycloak.sign(claims);

            assertThat(read(signed)).isPresent();
            assertThat(read(signed.substring(0, signed.lastIndexOf('.')) + ".c2ln"))
                    .isEmpty();
        }
    }

    /** Keycloak's decoder accepts both: the realm has a key for it. */
    @Test
    void readWhenSignedWithAnotherAlgorithmThenEmpty() {
        assertThat(read(keycloak.signWithHs256(mailed))).isEmpty();
        assertThat(read(keycloak.signWithHs256(own))).isEmpty();
    }

    /** Keycloak's decoder uses the active key if the header names none. */
    @Test
    void readWhenTheHeaderNamesNoKeyThenEmpty() {
        assertThat(read(keycloak.signWithoutKeyId(mailed))).isEmpty();
        assertThat(read(keycloak.signWithoutKeyId(own))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no token", "e30.e30.e30", "null"})
    void readWhenItIsNoTokenThenEmpty(String encoded) {
        assertThat(read(encoded)).isEmpty();
    }

    /** Keycloak's decoder strips white space. */
    @Test
    void readWhenThereIsWhiteSpaceAroundThenEmpty() {
        assertThat(read(keycloak.sign(own) + "\n")).isEmpty();
        assertThat(read(" " + keycloak.sign(mailed))).isEmpty();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"reset-credentials", "verify-email", "idp-verify-account-via-email", "Bearer", ""})
    void readWhenItIsOfAnotherTypeThenEmpty(String type) {
        mailed.put("typ", type);
        own.put("typ", type);

        assertThat(read(mailed)).isEmpty();
        assertThat(read(own)).isEmpty();
    }

    @Test
    void readWhenItHasNoNonceThenEmpty() {
        mailed.remove("nonce");
        own.remove("nonce");

        assertThat(read(mailed)).isEmpty();
        assertThat(read(own)).isEmpty();
    }

    @Test
    void readWhenUpdatePasswordIsNoneOfItsActionsThenEmpty() {
        mailed.put("rqac", List.of("VERIFY_EMAIL"));
        assertThat(read(mailed)).isEmpty();

        mailed.put("rqac", List.of());
        assertThat(read(mailed)).isEmpty();

        mailed.remove("rqac");
        assertThat(read(mailed)).isEmpty();
    }

    /** Keycloak can read such claims as the key of an action token, but not as a token of its type. */
    @Test
    void readWhenAClaimIsOfAnotherKindThenEmpty() {
        mailed.put("rqac", "UPDATE_PASSWORD");
        own.put("pwd_set_at", "yesterday");

        assertThat(read(mailed)).isEmpty();
        assertThat(read(own)).isEmpty();
    }

    @Test
    void faultWhenNothingIsWrongThenEmpty() {
        assertThat(fault(mailed)).isEmpty();
        assertThat(fault(own)).isEmpty();
    }

    @Test
    void faultWhenAnotherRealmIssuedItThenInvalid() {
        assertBothAre(Errors.INVALID_TOKEN, "iss", "https://id.example/realms/another");
        assertBothAre(Errors.INVALID_TOKEN, "iss", null);
    }

    @Test
    void faultWhenItIsForAnotherAudienceThenInvalid() {
        assertBothAre(Errors.INVALID_TOKEN, "aud", "an-app");
        assertBothAre(Errors.INVALID_TOKEN, "aud", null);
    }

    @Test
    void faultWhenTheRealmIsOneOfItsAudiencesThenEmpty() {
        own.put("aud", List.of("an-app", ISSUER));

        assertThat(fault(own)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jti", "exp", "iat"})
    void faultWhenAClaimIsMissingThenInvalid(String claim) {
        assertBothAre(Errors.INVALID_TOKEN, claim, null);
    }

    /** Keycloak's page issues the token anew when a browser opens its link. */
    @Test
    void faultWhenItBelongsToABrowsersAuthenticationSessionThenInvalid() {
        assertBothAre(Errors.INVALID_TOKEN, "asid", "root.tab.client");
    }

    /** Clocks of two nodes may differ by 10 seconds. */
    @ParameterizedTest
    @ValueSource(strings = {"iat", "nbf"})
    void faultWhenItIsOfTheFutureThenInvalidBeyondTheSkew(String claim) {
        assertThat(faultWith(claim, now -> now + 10)).isEmpty();
        assertThat(faultWith(claim, now -> now + 11)).contains(Errors.INVALID_TOKEN);
        assertThat(faultWith(claim, now -> now + LIFESPAN)).contains(Errors.INVALID_TOKEN);
    }

    @Test
    void faultWhenNotBeforeIsOfThePastThenEmpty() {
        assertThat(faultWith("nbf", now -> now - 100)).isEmpty();
    }

    @Test
    void faultWhenTheRealmHasDisabledUpdatePasswordThenInvalid() {
        keycloak.updatePassword.setEnabled(false);

        assertThat(fault(mailed)).contains(Errors.INVALID_TOKEN);
        assertThat(fault(own)).contains(Errors.INVALID_TOKEN);
    }

    @Test
    void faultWhenTheRealmHasNoUpdatePasswordThenInvalid() {
        when(keycloak.realm.getRequiredActionProviderByAlias("UPDATE_PASSWORD")).thenReturn(null);

        assertThat(fault(mailed)).contains(Errors.INVALID_TOKEN);
        assertThat(fault(own)).contains(Errors.INVALID_TOKEN);
    }

    @Test
    void faultWhenItIsOfAnotherUserThenDifferentUser() {
        assertBothAre(Errors.DIFFERENT_USER_AUTHENTICATED, "sub", "another-user");
        assertBothAre(Errors.DIFFERENT_USER_AUTHENTICATED, "sub", null);
    }

    @Test
    void faultWhenOursIsOfAnotherClientThenInvalidClient() {
        own.put("azp", "account");
        assertThat(fault(own)).contains(Errors.INVALID_CLIENT);

        own.remove("azp");
        assertThat(fault(own)).contains(Errors.INVALID_CLIENT);
    }

    /** This is the client that the mail was issued to. The presenting client is checked with the access token. */
    @Test
    void faultWhenTheClientOfAnAdministratorsMailIsGoneOrDisabledThenInvalidClient() {
        when(keycloak.accountClient.isEnabled()).thenReturn(false);
        assertThat(fault(mailed)).contains(Errors.INVALID_CLIENT);

        mailed.put("azp", "removed");
        assertThat(fault(mailed)).contains(Errors.INVALID_CLIENT);

        ClientModel nameless = mock(ClientModel.class);
        when(nameless.isEnabled()).thenReturn(true);
        when(keycloak.realm.getClientByClientId(null)).thenReturn(nameless);
        mailed.remove("azp");
        assertThat(fault(mailed)).contains(Errors.INVALID_CLIENT);
    }

    @Test
    void faultWhenTheAddressHasChangedThenInvalidEmail() {
        when(keycloak.user.getEmail()).thenReturn("new@example.com");
        assertThat(fault(mailed)).contains(Errors.INVALID_EMAIL);
        assertThat(fault(own)).contains(Errors.INVALID_EMAIL);

        when(keycloak.user.getEmail()).thenReturn(null);
        assertThat(fault(mailed)).contains(Errors.INVALID_EMAIL);
    }

    /** Keycloak can issue the token without an address. */
    @Test
    void faultWhenItNamesNoAddressThenEmpty() {
        mailed.remove("eml");

        assertThat(fault(mailed)).isEmpty();
    }

    @Test
    void faultWhenExpiredThenExpired() {
        assertThat(faultWith("exp", now -> now + 1)).isEmpty();
        assertThat(faultWith("exp", now -> now)).contains(Errors.EXPIRED_CODE);
        assertThat(faultWith("exp", now -> now - 1)).contains(Errors.EXPIRED_CODE);
    }

    /** For Keycloak, a token without an expiry, or with expiry 0, never expires. */
    @Test
    void faultWhenItNamesNoExpiryThenExpired() {
        assertBothAre(Errors.EXPIRED_CODE, "exp", 0);

        own.remove("exp");
        mailed.remove("exp");
        assertThat(fault(own)).contains(Errors.EXPIRED_CODE);
        assertThat(fault(mailed)).contains(Errors.EXPIRED_CODE);
    }

    @Test
    void faultWhenThePasswordHasChangedSinceThenExpired() {
        keycloak.passwordSetAt((now() + 2) * 1000);

        assertThat(fault(mailed)).contains(Errors.EXPIRED_CODE);
        assertThat(fault(own)).contains(Errors.EXPIRED_CODE);
    }

    /** Our token names the date of its password. Any other date means another password, an earlier date too. */
    @Test
    void faultWhenThePasswordIsAnotherOneThenOursIsExpired() {
        keycloak.passwordSetAt(MockedSession.PASSWORD_SET_AT - 1);

        assertThat(fault(own)).contains(Errors.EXPIRED_CODE);
        assertThat(fault(mailed)).isEmpty();
    }

    @Test
    void faultWhenOursNamesNoPasswordThenExpired() {
        own.remove("pwd_set_at");
        assertThat(fault(own)).contains(Errors.EXPIRED_CODE);

        keycloak.noStoredPassword();
        assertThat(fault(own)).contains(Errors.EXPIRED_CODE);
    }

    @Test
    void faultWhenConsumedThenExpired() {
        consume(mailed);
        consume(own);

        assertThat(fault(mailed)).contains(Errors.EXPIRED_CODE);
        assertThat(fault(own)).contains(Errors.EXPIRED_CODE);
    }

    @Test
    void faultThenNothingIsConsumedOrDemanded() {
        fault(mailed);

        assertThat(keycloak.consumed).isEmpty();
        verify(keycloak.user, never()).addRequiredAction(anyString());
    }

    @Nested
    class Consume {

        @Test
        void consumeWhenFirstThenTrueAndNeverAgain() {
            assertThat(consume(mailed)).isTrue();
            assertThat(consume(own)).isTrue();

            assertThat(consume(mailed)).isFalse();
            assertThat(consume(own)).isFalse();
        }

        /** Keycloak's page looks for this key; the user's id is in Base64. */
        @Test
        void consumeThenAlsoAtKeycloaksPage() {
            consume(own);

            assertThat(keycloak.consumed)
                    .containsExactly("dXNlcg==." + own.get("exp") + "." + own.get("nonce") + ".change-password");
        }

        @Test
        void consumeWhenItDemandsMoreThenTheUserOwesIt() {
            consume(mailed);

            verify(keycloak.user).addRequiredAction("VERIFY_EMAIL");
            verify(keycloak.user, never()).addRequiredAction("UPDATE_PASSWORD");
        }

        @Test
        void consumeWhenItIsOursThenTheUserOwesNothing() {
            consume(own);

            verify(keycloak.user, never()).addRequiredAction(anyString());
        }
    }

    private void assertBothAre(String error, String claim, Object value) {
        for (Map<String, Object> claims : List.of(mailed, own)) {
            Object before = claims.put(claim, value);
            assertThat(fault(claims)).as("%s of %s", claim, claims.get("typ")).contains(error);
            claims.put(claim, before);
        }
    }

    /** Sets a claim of both tokens to a value derived from the current second, and repeats if the second ends meanwhile. */
    private Optional<String> faultWith(String claim, LongUnaryOperator value) {
        Optional<String> ofMailed;
        Optional<String> ofOwn;
        long second;
        do {
            second = now();
            mailed.put(claim, value.applyAsLong(second));
            own.put(claim, value.applyAsLong(second));
            ofMailed = fault(mailed);
            ofOwn = fault(own);
        } while (second != now());
        assertThat(ofOwn).isEqualTo(ofMailed);
        return ofMailed;
    }

    private boolean consume(Map<String, Object> claims) {
        return read(claims).orElseThrow().consume(keycloak.session, keycloak.user);
    }

    private Optional<String> fault(Map<String, Object> claims) {
        return read(claims).orElseThrow().fault(keycloak.session, keycloak.user, keycloak.client);
    }

    private Optional<PresentedActionToken> read(Map<String, Object> claims) {
        return read(keycloak.sign(claims));
    }

    private Optional<PresentedActionToken> read(String encoded) {
        return PresentedActionToken.read(keycloak.session, encoded);
    }

    private static long now() {
        return Time.currentTimeMillis() / 1000;
    }
}
