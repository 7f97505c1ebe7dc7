"""The signed record of a completed pathway: what it says, and who gets it."""

from __future__ import annotations

import json

import pytest

from credentials import judging, revoking, sealing, sharing, signing_keys
from credentials.models import Credential
from credentials.verifying import Verdict
from pathways import clr
from pathways.models import Completion
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_user,
)
from tests.logging_in import log_in
from tests.pathways.making import kept_for_a_module, make_pathway, rule
from tests.pathways.stacks import complete, make_stack

pytestmark = pytest.mark.django_db

SITE = "https://cairn.example.org"


@pytest.fixture(scope="module")
def completed(django_db_setup, django_db_blocker):
    with kept_for_a_module(django_db_blocker):
        ours, theirs = make_issuer(), make_issuer()
        version = make_pathway(
            ours,
            rule("at_least", make_badge(ours), make_badge(theirs), count=2),
            name="Ward work",
            description="For wards.",
        )
        yield complete(version, make_user("Zoë Ng")).pk


@pytest.fixture
def completion(completed):
    return Completion.objects.get(pk=completed)


def parts_of(completion):
    return [part.credential for part in completion.parts.all()]


def keys_of(completion):
    return signing_keys.public_keys(completion.credential.issuer)


def test_it_says_whose_it_is_and_how_the_badges_belong_together(completion):
    document = json.loads(completion.clr)
    outcome = json.loads(completion.credential.document)
    parts = [json.loads(part.document) for part in parts_of(completion)]

    def badge(one):
        return one["credentialSubject"]["achievement"]["id"]

    assert document["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    ]
    assert document["type"] == ["VerifiableCredential", "ClrCredential"]
    assert document["id"] == f"{outcome['id']}clr.json"
    assert document["partial"] is True
    for name in ("issuer", "validFrom", "credentialStatus", "name"):
        assert document[name] == outcome[name]
    subject = document["credentialSubject"]
    assert subject["type"] == ["ClrSubject"]
    assert subject["id"] == outcome["credentialSubject"]["id"]
    assert subject["identifier"] == outcome["credentialSubject"]["identifier"]
    [pathway] = subject["achievement"]
    assert pathway["id"] == SITE + completion.version.get_absolute_url()
    assert pathway["achievementType"] == "LearningProgram"
    assert pathway["name"] == "Ward work"
    assert "Both of these" in pathway["criteria"]["narrative"]
    pairs = [(a["sourceId"], a["targetId"]) for a in subject["association"]]
    assert pairs == [
        (pathway["id"], badge(outcome)),
        (badge(outcome), badge(parts[0])),
        (badge(outcome), badge(parts[1])),
    ]
    assert {a["associationType"] for a in subject["association"]} == {"isParentOf"}


def test_outcome_and_parts_stand_in_it_as_they_were_stored(completion):
    carried = json.loads(completion.clr)["credentialSubject"]["verifiableCredential"]

    stored = [c.document for c in [completion.credential, *parts_of(completion)]]
    assert [sealing.to_json(one).decode() for one in carried] == stored


def test_it_is_signed_by_the_issuer_and_stored_with_its_hash(completion):
    sealing.verify_document(json.loads(completion.clr), public_keys=keys_of(completion))

    assert clr.digest(completion.clr) == completion.clr_sha256
    assert "\n" not in completion.clr


def carried(document, place):
    return document["credentialSubject"]["verifiableCredential"][place]


TAMPERED = {
    "whether it is partial": lambda d: d.update(partial=False),
    "an association": lambda d: d["credentialSubject"]["association"][0].update(
        targetId="https://elsewhere.example/"
    ),
    "a part's name": lambda d: carried(d, 1).update(name="Another"),
    "a part's subject": lambda d: carried(d, 1)["credentialSubject"].update(
        id="urn:uuid:00000000-0000-4000-8000-000000000000"
    ),
    "a part's proof": lambda d: carried(d, 2)["proof"][0].update(
        created="2020-01-01T00:00:00Z"
    ),
    "one part less": lambda d: d["credentialSubject"]["verifiableCredential"].pop(),
    "an unsigned word": lambda d: d.update(note="x"),
    "an unsigned word in a part": lambda d: carried(d, 1).update(note="x"),
    "a keyword": lambda d: d["credentialSubject"].update({"@included": []}),
    "another context in a part": lambda d: carried(d, 1).update(
        {"@context": ["https://www.w3.org/ns/credentials/v2"]}
    ),
    "a context where none belongs": lambda d: d["issuer"].update(
        {"@context": ["https://www.w3.org/ns/credentials/v2"]}
    ),
}


def test_whatever_is_changed_is_seen(completion):
    keys = keys_of(completion)
    unseen = []
    for place, change in TAMPERED.items():
        document = json.loads(completion.clr)
        change(document)
        try:
            sealing.verify_document(document, public_keys=keys)
        except sealing.SealingError:
            continue
        unseen.append(place)

    assert unseen == []


def test_the_verify_page_reads_it_and_answers_for_the_outcome(completion):
    changed = completion.clr.replace("Zoë Ng", "Zoe Ng", 1)

    judged = judging.judge(completion.clr.encode())
    refused = judging.judge(changed.encode())

    assert (judged.verdict, judged.credential) == (
        Verdict.GENUINE,
        completion.credential,
    )
    assert (refused.verdict, refused.credential) == (Verdict.NOT_GENUINE, None)


UNSIGNABLE = {
    "an undefined term": (lambda d: d.update(partialy=True), sealing.UndefinedTerm),
    "an undefined term in a part": (
        lambda d: carried(d, 1).update(partialy=True),
        sealing.UndefinedTerm,
    ),
    "a relative id": (lambda d: d.update(id="c/1/clr.json"), sealing.RelativeId),
    "a relative id in a part": (
        lambda d: carried(d, 1)["issuer"].update(id="issuer"),
        sealing.RelativeId,
    ),
    "a record in a record": (
        lambda d: d["credentialSubject"].update(
            verifiableCredential=[json.loads(json.dumps(d))]
        ),
        sealing.UnknownContext,
    ),
    "partial without its context": (
        lambda d: d["@context"].pop(1),
        sealing.UnknownContext,
    ),
}


def test_what_the_proof_would_not_cover_is_not_signed(completion):
    issuer = completion.credential.issuer
    key = signing_keys.open_proof_key(issuer)
    for change, error in UNSIGNABLE.values():
        document = json.loads(completion.clr)
        del document["proof"]
        change(document)
        with pytest.raises(error):
            sealing.seal(
                document,
                issuer_did=issuer.did,
                key=key,
                created=completion.completed_at,
            )


def test_what_is_too_big_to_sign_is_left_out_and_the_outcome_is_given(monkeypatch):
    monkeypatch.setattr(sealing, "MAX_BYTES", 12_000)

    completion = complete(make_stack(2))

    assert (completion.clr, completion.clr_sha256) == (None, "")
    assert completion.credential.state == "active"


def address(completion):
    return f"{completion.credential.get_absolute_url()}clr.json"


def test_its_holder_gets_the_stored_bytes(client, completion):
    log_in(client, completion.learner)

    response = client.get(address(completion))

    assert response.content.decode() == completion.clr
    assert response["Content-Type"] == "application/json"
    slug = completion.credential.achievement.slug
    assert response["Content-Disposition"] == f'inline; filename="{slug}-clr.json"'
    assert response["Cache-Control"] == "private, no-cache"
    assert "Access-Control-Allow-Origin" not in response
    wanted = client.get(address(completion), headers={"Accept": "application/vc"})
    assert wanted["Content-Type"] == "application/vc"


def test_nobody_else_gets_it_however_public_the_outcome_is(client, completion):
    credential = completion.credential
    sharing.show_to(credential, Credential.Visibility.PUBLIC, by=completion.learner)
    assert client.get(credential.get_absolute_url()).status_code == 200

    people = [
        make_user(),
        make_member(credential.issuer, "manager"),
        make_user(is_staff=True, is_superuser=True),
    ]
    codes = [client.get(address(completion)).status_code]
    for person in people:
        log_in(client, person)
        codes.append(client.get(address(completion)).status_code)

    assert codes == [404] * 4


def test_there_is_none_for_a_credential_that_completes_nothing(client):
    credential = make_credential()
    log_in(client, credential.holder)

    addresses = [credential.get_absolute_url(), "/c/nonsense/"]

    codes = [client.get(f"{each}clr.json").status_code for each in addresses]
    assert codes == [404, 404]


def test_a_withdrawn_one_is_still_its_holders_and_its_status_says_so(
    client, completion
):
    manager = make_member(completion.credential.issuer, "manager")
    revoking.revoke(completion.credential, reason="mistake", by=manager)
    log_in(client, completion.learner)

    assert client.get(address(completion)).status_code == 200


def test_a_record_whose_bytes_changed_is_not_given(client, completion, caplog):
    Completion.objects.filter(pk=completion.pk).update(clr=None)
    log_in(client, completion.learner)

    assert client.get(address(completion)).status_code == 404

    completion.clr = completion.clr.replace("Ward", "Word")
    assert not clr.is_intact(completion)
