"""Other people's programs on what we sign, on the exact bytes we store."""

import json

import pytest
from openbadgeslib.ob3 import OB3VerificationError
from openbadgeslib.ob3.contexts import bundled_contexts

from credentials import keys
from credentials.sealing import seal, to_json, to_jwt
from tests.credentials import samples
from tests.judges import (
    judge_credential,
    judge_jwt,
    judge_status,
    schema_errors,
    standards_dir,
    strict_verify,
)

pytestmark = pytest.mark.judge


def sealed(document):
    signed = seal(
        document,
        issuer_did=samples.DID,
        key=samples.ED25519,
        created=samples.CREATED,
    )
    return json.loads(to_json(signed))


def test_the_schema_accepts_a_sealed_badge():
    assert schema_errors(sealed(samples.credential())) == []


def test_the_schema_judge_sees_a_missing_name():
    document = sealed(samples.credential())
    del document["credentialSubject"]["achievement"]["name"]
    assert schema_errors(document) == [
        "$.credentialSubject.achievement: 'name' is a required property"
    ]


def test_the_strict_verifier_accepts_the_stored_bytes_and_reads_the_status():
    data = to_json(sealed(samples.credential()))
    strict_verify(data, samples.did_document(), sealed(samples.status_list(1)))


def test_the_strict_verifier_refuses_a_revoked_badge_and_a_changed_one():
    document = sealed(samples.credential())
    revoked = sealed(samples.status_list(samples.STATUS_INDEX))
    with pytest.raises(OB3VerificationError, match="revocation"):
        strict_verify(document, samples.did_document(), revoked)
    document["name"] = "Forklift mastery"
    with pytest.raises(OB3VerificationError, match="signature mismatch"):
        strict_verify(document, samples.did_document())


def test_the_javascript_verifier_accepts_a_badge_and_its_status_list():
    verdict = judge_credential(
        sealed(samples.credential()),
        samples.did_document(),
        sealed(samples.status_list(1, samples.STATUS_INDEX + 1)),
    )
    assert (verdict.verified, verdict.errors) == (True, [])
    assert verdict.statuses == [("revocation", False)]


def test_the_javascript_verifier_refuses_one_changed_character():
    document = sealed(samples.credential())
    subject = document["credentialSubject"]
    subject["result"][0]["achievedLevel"] = f"{samples.BADGE}#criterion-1-level-3"
    verdict = judge_credential(document, samples.did_document())
    assert not verdict.verified
    assert "Invalid signature." in verdict.errors


def test_the_javascript_verifier_refuses_a_key_that_the_issuer_does_not_list():
    document = sealed(samples.credential())
    verdict = judge_credential(document, samples.did_document(samples.P256))
    assert not verdict.verified


def test_the_status_judge_reads_the_bit_of_a_revoked_badge():
    revoked = sealed(samples.status_list(7, samples.STATUS_INDEX))
    verdict = judge_status(
        sealed(samples.credential()), samples.did_document(), revoked
    )
    assert (verdict.verified, verdict.errors) == (True, [])
    assert verdict.statuses == [("revocation", True)]


def test_the_status_judge_refuses_a_list_with_a_changed_bit():
    changed = sealed(samples.status_list(samples.STATUS_INDEX))
    changed["credentialSubject"]["encodedList"] = samples.status_list()[
        "credentialSubject"
    ]["encodedList"]
    verdict = judge_status(
        sealed(samples.credential()), samples.did_document(), changed
    )
    assert not verdict.verified


def test_jose_accepts_our_token_and_reads_the_same_credential():
    document = samples.credential()
    kid = samples.P256.public.method_id(samples.DID)
    token = to_jwt(document, key=samples.P256, kid=kid)
    verdict = judge_jwt(token, samples.P256.public.jwk)
    assert (verdict.verified, verdict.errors) == (True, [])
    assert verdict.header == {"alg": "ES256", "kid": kid, "typ": "JWT"}
    assert verdict.payload == document | {
        "iss": samples.DID,
        "jti": samples.CREDENTIAL,
        "sub": document["credentialSubject"]["id"],
        "nbf": 1767357045,
        "exp": 4923030645,
    }


def test_jose_refuses_a_token_of_another_key():
    kid = samples.P256.public.method_id(samples.DID)
    token = to_jwt(samples.credential(), key=samples.P256, kid=kid)
    other = keys.generate("P-256").public.jwk
    assert not judge_jwt(token, other).verified


def test_the_bundled_contexts_are_those_of_the_standards_folder():
    folder = standards_dir() / "contexts"
    files = json.loads((folder / "index.json").read_text())
    # The unversioned address is one that we do not accept, see signable.
    ours = {url: text for url, text in bundled_contexts().items() if url in files}
    ours.pop("https://purl.imsglobal.org/spec/ob/v3p0/context.json")
    for url, text in ours.items():
        assert json.loads((folder / files[url]).read_text()) == text, url
    assert len(ours) >= 6
