"""ES256 tokens: what they carry, and every way to lie with one."""

import base64
import json

import jwt
import pytest

from credentials import keys
from credentials.sealing import (
    ClaimMismatch,
    DoesNotFitToken,
    IssuerMismatch,
    SealingError,
    SignatureMismatch,
    UnknownKey,
    UnsupportedProof,
    seal,
    to_jwt,
    verify_jwt,
)
from tests.credentials import samples

KID = samples.P256.public.method_id(samples.DID)


def verify(token, public_keys=samples.PUBLIC_KEYS):
    return verify_jwt(token, public_keys=public_keys)


def payload_of(**changes):
    document = samples.credential()
    claims = {
        "iss": samples.DID,
        "jti": samples.CREDENTIAL,
        "sub": document["credentialSubject"]["id"],
        "nbf": 1767357045,
        "exp": 4923030645,
    }
    return document | claims | changes


def forge(payload, *, header=None, signer=None):
    """A token signed with the real key, whatever its header and payload say."""
    return jwt.encode(
        payload,
        signer or samples.P256.signer(),
        algorithm="ES256",
        headers={"kid": KID, "typ": "JWT"} | (header or {}),
    )


def part(value) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def with_header(token, header) -> str:
    return ".".join([part(header), *token.split(".")[1:]])


@pytest.fixture(scope="module")
def token():
    return to_jwt(samples.credential(), key=samples.P256, kid=KID)


def test_a_token_returns_the_credential_that_went_in(token):
    assert verify(token) == samples.credential()


def test_the_header_names_algorithm_key_and_type_alone(token):
    header = {"alg": "ES256", "kid": KID, "typ": "JWT"}
    assert jwt.get_unverified_header(token) == header


def test_the_claims_repeat_the_credential(token):
    payload = jwt.decode(token, options={"verify_signature": False})
    assert payload == payload_of()


def test_a_sealed_document_gives_a_token_without_its_proof():
    document = seal(
        samples.credential(),
        issuer_did=samples.DID,
        key=samples.ED25519,
        created=samples.CREATED,
    )
    assert "proof" not in verify(to_jwt(document, key=samples.P256, kid=KID))


def test_a_badge_without_an_end_has_no_exp():
    document = samples.credential()
    del document["validUntil"]
    token = to_jwt(document, key=samples.P256, kid=KID)
    assert "exp" not in jwt.decode(token, options={"verify_signature": False})
    assert verify(token) == document


def test_an_expired_token_still_has_a_good_signature():
    past = "2020-01-01T00:00:00Z"
    document = samples.credential(validFrom=past, validUntil=past)
    assert verify(to_jwt(document, key=samples.P256, kid=KID)) == document


def test_every_changed_character_is_refused(token):
    for place in range(0, len(token), 7):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(SealingError):
            verify(token[:place] + other + token[place + 1 :])


def test_every_other_last_character_of_the_signature_is_refused(token):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for letter in set(letters) - {token[-1]}:
        with pytest.raises(SealingError):
            verify(token[:-1] + letter)


@pytest.mark.parametrize("algorithm", ["none", "None", "", None, 7, "ES384", "EdDSA"])
def test_other_algorithms_are_refused(token, algorithm):
    with pytest.raises(UnsupportedProof):
        verify(with_header(token, {"alg": algorithm, "kid": KID, "typ": "JWT"}))


def test_an_unsigned_token_is_refused():
    unsigned = jwt.encode(payload_of(), "", algorithm="none", headers={"kid": KID})
    with pytest.raises(UnsupportedProof):
        verify(unsigned)


def test_a_token_signed_with_the_public_key_as_secret_is_refused():
    secret = base64.b64encode(samples.P256.public.pem())  # PyJWT refuses PEM itself
    token = jwt.encode(payload_of(), secret, algorithm="HS256", headers={"kid": KID})
    with pytest.raises(UnsupportedProof):
        verify(token)


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": keys.generate("P-256").public.jwk},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/cert"},
        {"x5c": ["AAAA"]},
        {"crit": ["exp"]},
        {"b64": True},
        {"cty": "JWT"},
    ],
)
def test_headers_that_bring_a_key_or_more_rules_are_refused(token, header):
    good = {"alg": "ES256", "kid": KID, "typ": "JWT"}
    with pytest.raises(UnsupportedProof):
        verify(with_header(token, good | header))


def test_a_foreign_key_in_the_header_does_not_sign_for_the_issuer():
    stranger = keys.generate("P-256")
    header = {"jwk": stranger.public.jwk}
    with pytest.raises(UnsupportedProof):
        verify(forge(payload_of(), header=header, signer=stranger.signer()))
    with pytest.raises(SignatureMismatch):
        verify(forge(payload_of(), signer=stranger.signer()))


def test_a_key_id_that_is_not_published_is_unknown():
    for kid in (f"{KID}x", KID.partition("#")[2], samples.DID, ""):
        with pytest.raises(UnknownKey):
            verify(forge(payload_of(), header={"kid": kid}))


def test_a_header_without_or_with_an_odd_key_id_is_refused(token):
    with pytest.raises(UnsupportedProof):
        verify(with_header(token, {"alg": "ES256"}))
    for kid in (None, 7, [KID], {"a": KID}):
        with pytest.raises(UnknownKey):
            verify(with_header(token, {"alg": "ES256", "kid": kid}))


def test_an_ed25519_key_is_no_key_for_a_token():
    kid = samples.ED25519.public.method_id(samples.DID)
    with pytest.raises(UnknownKey):
        verify(forge(payload_of(), header={"kid": kid}))


def test_a_key_of_one_issuer_does_not_speak_for_another():
    other = {"id": "did:web:other.example", "type": ["Profile"]}
    with pytest.raises(IssuerMismatch):
        verify(forge(payload_of(issuer=other, iss=other["id"])))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "did:web:other.example"},
        {"jti": f"{samples.CREDENTIAL}x"},
        {"sub": "urn:uuid:0"},
        {"nbf": 1767357046},
        {"exp": 4923030646},
        {"nbf": True},
        {"validUntil": "2127-01-01T00:00:00Z"},
        {"validFrom": "soon"},
        {"id": None},
        {"credentialSubject": {}},
    ],
)
def test_a_claim_that_differs_from_the_credential_is_refused(changes):
    with pytest.raises(ClaimMismatch):
        verify(forge(payload_of(**changes)))


def test_a_missing_claim_is_refused():
    for claim in ("jti", "sub", "nbf", "exp"):
        payload = payload_of()
        del payload[claim]
        with pytest.raises(ClaimMismatch):
            verify(forge(payload))


@pytest.mark.parametrize(
    "odd",
    [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c.d",
        "é.é.é",
        "{}.{}.{}",
        "W10.W10.AAAA",
        "a" * 400_000,
    ],
)
def test_what_is_no_token_is_unsupported(odd):
    with pytest.raises(UnsupportedProof):
        verify(odd)


def test_a_payload_with_a_key_twice_is_refused():
    token = jwt.PyJWS().encode(
        b'{"iss": "a", "iss": "b"}',
        samples.P256.signer(),
        algorithm="ES256",
        headers={"kid": KID},
    )
    with pytest.raises(UnsupportedProof, match="duplicate"):
        verify(token)


@pytest.mark.parametrize("padding", ["=", "\n", " "])
def test_another_spelling_of_the_same_bytes_is_refused(token, padding):
    with pytest.raises(UnsupportedProof):
        verify(token + padding)
    with pytest.raises(UnsupportedProof):
        verify(token.replace(".", f"{padding}.", 1))


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": {}},
        {"id": 7},
        {"credentialSubject": {"type": ["AchievementSubject"]}},
        {"credentialSubject": [{"id": "urn:a:b"}]},
        {"validFrom": "2026-01-02"},
        {"validFrom": "2026-01-02T00:00:00"},
        {"validUntil": None},
        {"nbf": 1},
    ],
)
def test_a_document_that_does_not_fit_a_token_is_not_signed(changes):
    with pytest.raises(DoesNotFitToken):
        to_jwt(samples.credential(**changes), key=samples.P256, kid=KID)


def test_only_the_issuers_own_p256_key_signs_a_token():
    with pytest.raises(UnsupportedProof):
        to_jwt(samples.credential(), key=samples.ED25519, kid=KID)
    for kid in ("did:web:other.example#es256-1", f"{samples.DID}#es256-1"):
        with pytest.raises(IssuerMismatch):
            to_jwt(samples.credential(), key=samples.P256, kid=kid)
