"""Real documents, as served, before judges that nobody of ours wrote."""

import json

import pytest
from django.urls import reverse
from openbadgeslib.ob3 import OB3VerificationError

from credentials import publishing, revoking
from credentials.models import Credential
from credentials.showing import shown
from tests.factories import (
    make_badge,
    make_credential,
    make_draft_version,
    make_member,
    make_submission,
    make_user,
)
from tests.judges import (
    judge_credential,
    judge_jwt,
    judge_status,
    schema_errors,
    strict_verify,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential():
    version = make_badge(credits=5, name="Reading data honestly")
    learner = make_user("أمينة يوسف")
    return make_submission(version, learner, state="approved", public=True).credential


def fetched(client, name, *args):
    return json.loads(client.get(reverse(name, args=args)).content)


def document_of(client, credential):
    return fetched(client, "credential_json", credential.token)


def did_of(client, credential):
    return fetched(client, "did_document", credential.issuer.slug)


def list_of(client, credential):
    return fetched(client, "status_list", credential.status_list.name)


@pytest.mark.judge
def test_a_served_document_passes_every_judge(client, credential):
    document, did = document_of(client, credential), did_of(client, credential)
    assert schema_errors(document) == []
    strict_verify(credential.document.encode(), did, list_of(client, credential))
    verdict = judge_credential(document, did, list_of(client, credential))
    assert (verdict.verified, verdict.errors) == (True, [])
    assert verdict.statuses == [("revocation", False)]


@pytest.mark.judge
def test_a_withdrawn_one_is_withdrawn_for_every_judge(client, credential):
    manager = make_member(credential.issuer, "manager")
    revoking.revoke(credential, reason=Credential.Reason.MISTAKE, by=manager)
    document, did = document_of(client, credential), did_of(client, credential)
    listed = list_of(client, credential)
    verdict = judge_status(document, did, listed)
    assert (verdict.verified, verdict.statuses) == (True, [("revocation", True)])
    with pytest.raises(OB3VerificationError, match="revocation"):
        strict_verify(document, did, listed)


@pytest.mark.judge
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("أمينة", "أمينه"),
        ("Shows point 1", "Shows point 7"),
        ("criterion-2-level-2", "criterion-2-level-3"),
        ("Reading data", "Reading dada"),
        ("did:web:cairn", "did:web:carin"),
        ('"statusListIndex":"', '"statusListIndex":"1'),
    ],
)
def test_one_changed_character_is_refused(client, credential, old, new):
    assert old in credential.document
    changed = json.loads(credential.document.replace(old, new))
    did = json.loads(json.dumps(did_of(client, credential)).replace(old, new))
    with pytest.raises(OB3VerificationError):
        strict_verify(changed, did)
    assert not judge_credential(changed, did).verified


@pytest.mark.judge
def test_the_token_is_good_under_the_published_key(client, credential):
    methods = did_of(client, credential)["verificationMethod"]
    (jwk,) = [one["publicKeyJwk"] for one in methods if "publicKeyJwk" in one]
    verdict = judge_jwt(credential.jwt, jwk)
    assert (verdict.verified, verdict.errors) == (True, [])
    claimed = document_of(client, credential)
    del claimed["proof"]
    assert claimed.items() <= verdict.payload.items()


def test_no_address_text_or_file_name_of_a_person_is_in_the_document(credential):
    document = credential.document
    assert credential.holder.email not in document
    assert "What I did for" not in document
    evidence = json.loads(document)["evidence"]
    assert [item["name"] for item in evidence] == [
        "Evidence for criterion 1",
        "Evidence for criterion 2",
    ]
    assert {*evidence[0]} == {"id", "type", "name"}


def test_what_a_page_shows_is_taken_from_the_document(credential):
    says = shown(credential.document)
    assert says.holder_name == "أمينة يوسف"
    assert (says.title, says.promise) == (
        "Reading data honestly",
        "Does one thing well and shows it.",
    )
    assert [c.statement for c in says.criteria] == [
        "Shows point 1 with real work.",
        "Shows point 2 with real work.",
    ]
    (first, _) = says.criteria
    assert (first.level, first.levels, first.level_name) == (2, 3, "Able")
    assert first.is_met
    assert (says.issued_at, says.valid_until) == (
        credential.issued_at,
        credential.valid_until,
    )
    assert len(says.evidence) == 2
    assert says.status_index == str(credential.status_index)


def test_a_statement_of_several_lines_stays_one_criterion():
    version = make_draft_version()
    statement = "Shows this:\n2. **Point 2.** and that."
    version.criteria.filter(position=1).update(statement=statement)
    designer = make_member(version.achievement.issuer, "designer")
    publishing.publish(version, by=designer)
    says = shown(make_credential(version).document or "")
    assert [c.statement for c in says.criteria] == [
        "Shows this: 2. **Point 2.** and that.",
        "Shows point 2 with real work.",
    ]
