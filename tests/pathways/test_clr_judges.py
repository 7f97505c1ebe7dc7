"""Other people's programs on the records of completed pathways."""

from __future__ import annotations

import json

import pytest
from openbadgeslib.ob3 import OB3VerificationError, verify_data_integrity_proof
from openbadgeslib.ob3.clr import bundled_clr_contexts

from credentials import documents, signing_keys, status_lists
from credentials.keys import PublicKey
from credentials.sealing import SignatureMismatch, verify_document
from pathways.models import Completion
from tests.factories import make_badge, make_issuer, make_user
from tests.judges import judge_credential, standards_dir, strict_verify
from tests.pathways.making import kept_for_a_module, make_pathway
from tests.pathways.stacks import complete

pytestmark = [pytest.mark.judge, pytest.mark.django_db]


@pytest.fixture(scope="module")
def completed(django_db_setup, django_db_blocker):
    with kept_for_a_module(django_db_blocker):
        ours, theirs = make_issuer(), make_issuer()
        version = make_pathway(ours, [make_badge(ours), make_badge(theirs)])
        yield complete(version, make_user("Zoë 小林")).pk


@pytest.fixture
def completion(completed):
    return Completion.objects.get(pk=completed)


def whole(completion):
    return [completion.credential, *(p.credential for p in completion.parts.all())]


def judged(document, credential):
    """@digitalbazaar/vc with the DID document and status list of a credential."""
    listed = json.loads(status_lists.signed_list(credential.status_list))
    issuer = documents.did_document(credential.issuer)
    return judge_credential(document, issuer, listed)


def test_the_javascript_verifier_accepts_outer_and_inner_proofs(completion):
    document = json.loads(completion.clr)
    inner = document["credentialSubject"]["verifiableCredential"]

    verdicts = [judged(document, completion.credential)]
    for carried, credential in zip(inner, whole(completion), strict=True):
        verdicts.append(judged(carried, credential))

    assert [(v.verified, v.errors) for v in verdicts] == [(True, [])] * 4
    assert [v.statuses for v in verdicts] == [[("revocation", False)]] * 4


def test_the_javascript_verifier_refuses_a_changed_part(completion):
    document = json.loads(completion.clr)
    part = document["credentialSubject"]["verifiableCredential"][1]
    part["credentialSubject"]["achievement"]["name"] = "Another badge"

    outer = judged(document, completion.credential)
    inner = judged(part, whole(completion)[1])

    assert (outer.verified, inner.verified) == (False, False)
    assert "Invalid signature." in outer.errors


def test_openbadgeslib_accepts_the_record_and_strictly_every_badge_in_it(completion):
    document = json.loads(completion.clr)
    [key] = [
        key
        for key in signing_keys.public_keys(completion.credential.issuer).values()
        if key.algorithm == "Ed25519"
    ]

    one_proof = document | {"proof": document["proof"][0]}
    verify_data_integrity_proof(
        one_proof, key.pem(), extra_contexts=bundled_clr_contexts()
    )
    inner = document["credentialSubject"]["verifiableCredential"]
    for carried, credential in zip(inner, whole(completion), strict=True):
        strict_verify(carried, documents.did_document(credential.issuer))
    inner[1]["name"] = "Another"
    with pytest.raises(OB3VerificationError, match="signature mismatch"):
        verify_data_integrity_proof(
            one_proof, key.pem(), extra_contexts=bundled_clr_contexts()
        )


def test_we_accept_the_signed_record_of_another_program_and_see_changes_in_it():
    path = standards_dir() / "vectors" / "own" / "clr-signed.json"
    document, did_document = json.loads(path.read_text("utf-8"))
    [method] = did_document["verificationMethod"]
    key = PublicKey("Ed25519", method["publicKeyMultibase"])

    verify_document(document, public_keys={method["id"]: key})

    document["credentialSubject"]["verifiableCredential"][0]["name"] = "Another"
    with pytest.raises(SignatureMismatch):
        verify_document(document, public_keys={method["id"]: key})
