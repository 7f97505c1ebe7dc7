"""What is signed: its form, other people's programs on it, and its status."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openbadgeslib.ob3 import OB3VerificationError, verify_data_integrity_proof

from credentials import documents, signing_keys, status_lists
from credentials.sealing import SignatureMismatch, verify_document
from credentials.verifying import Verdict
from portfolio.endorsing import asking, giving, showing
from portfolio.models import Endorsement
from tests.factories import make_badge, make_credential, make_issuer
from tests.judges import judge_credential, judge_status, schema_errors
from tests.portfolio.endorsed import Kind, make_given, make_manager

pytestmark = pytest.mark.django_db
SITE = "https://cairn.example.org"
SCHEMA = "ob_v3p0_endorsementcredential_schema.json"


@pytest.fixture
def organisation():
    return make_issuer("Harbour Health Trust")


def document(endorsement: Endorsement):
    return json.loads(endorsement.document)


def judged(signed, endorsement: Endorsement):
    """@digitalbazaar/vc with the organisation's DID document and status list."""
    assert endorsement.status_list
    listed = json.loads(status_lists.signed_list(endorsement.status_list))
    did_document = documents.did_document(endorsement.organisation)
    return judge_credential(signed, did_document, listed)


def test_it_names_the_badge_as_its_credentials_do_and_says_what_for(organisation):
    version = make_badge()
    given = make_given(version.achievement, organisation, comment="**Good** work.")

    signed = document(given)

    assert signed["type"] == ["VerifiableCredential", "EndorsementCredential"]
    assert signed["id"] == SITE + given.get_absolute_url()
    assert signed["issuer"]["id"] == organisation.did
    assert signed["name"] == "Endorsement by Harbour Health Trust"
    assert signed["credentialSubject"] == {
        "id": SITE + version.get_absolute_url(),
        "type": ["EndorsementSubject"],
        "endorsementComment": "We accept this badge for an interview.\n\n"
        "**Good** work.",
    }
    credential = json.loads(make_credential(version).document)
    badge = credential["credentialSubject"]["achievement"]["id"]
    assert badge == signed["credentialSubject"]["id"]


def test_it_names_an_issuer_by_its_did_and_a_credential_by_its_id(organisation):
    issuer = make_issuer()
    given = make_given(issuer, organisation)
    assert document(given)["credentialSubject"]["id"] == issuer.did

    credential = make_credential()
    asked = asking.ask_about_credential(
        organisation, credential, request="You know me.", by=credential.holder
    )
    words = giving.Words(Kind.ENDORSES, "She led our audit.")
    giving.accept(asked, words, by=make_manager(organisation))
    signed = document(asked)["credentialSubject"]
    assert signed["id"] == json.loads(credential.document)["id"]
    assert signed["endorsementComment"] == "She led our audit."
    assert "You know me." not in asked.document


def test_its_fixed_words_are_in_the_language_of_the_badge(organisation):
    badge = make_badge(language="es").achievement
    given = make_given(badge, organisation)
    assert showing.signed_version(given) == badge.current_version
    assert given.document_sha256
    # The Spanish words may be the English ones until somebody translates them.
    assert document(given)["credentialSubject"]["endorsementComment"].endswith(
        "We know their work."
    )


@pytest.mark.judge
@pytest.mark.parametrize("what", ["badge", "issuer"])
def test_the_schema_accepts_it(organisation, what):
    target = make_badge().achievement if what == "badge" else make_issuer()
    signed = document(make_given(target, organisation))
    assert schema_errors(signed, SCHEMA) == []
    del signed["credentialSubject"]["type"]
    assert schema_errors(signed, SCHEMA) != []


@pytest.mark.judge
def test_the_javascript_verifier_accepts_it_and_sees_that_it_was_withdrawn(
    organisation,
):
    given = make_given(organisation=organisation)
    before = judged(document(given), given)
    giving.withdraw(given, by=make_manager(organisation))
    after = judged(document(given), given)

    assert (before.verified, before.errors) == (True, [])
    assert before.statuses == [("revocation", False)]
    assert after.statuses == [("revocation", True)]
    listed = json.loads(status_lists.signed_list(given.status_list))
    did_document = documents.did_document(organisation)
    assert judge_status(document(given), did_document, listed).verified


@pytest.mark.judge
@pytest.mark.parametrize("part", ["comment", "subject", "name"])
def test_the_javascript_verifier_refuses_a_changed_one(organisation, part):
    given = make_given(organisation=organisation)
    signed = document(given)
    if part == "name":
        signed["name"] = "Endorsement by the State"
    elif part == "subject":
        signed["credentialSubject"]["id"] = f"{SITE}/badges/another/badge/v1/"
    else:
        signed["credentialSubject"]["endorsementComment"] += " Very much."
    verdict = judged(signed, given)
    assert not verdict.verified
    assert "Invalid signature." in verdict.errors


@pytest.mark.judge
def test_openbadgeslib_accepts_it_and_refuses_a_changed_one(organisation):
    signed = document(make_given(organisation=organisation))
    [key] = [
        key
        for key in signing_keys.public_keys(organisation).values()
        if key.algorithm == "Ed25519"
    ]
    one_proof = signed | {"proof": signed["proof"][0]}
    verify_data_integrity_proof(one_proof, key.pem())
    with pytest.raises(OB3VerificationError):
        verify_data_integrity_proof(one_proof | {"name": "Other"}, key.pem())


def test_our_own_check_refuses_a_changed_one(organisation):
    signed = document(make_given(organisation=organisation))
    public = signing_keys.public_keys(organisation)
    verify_document(signed, public_keys=public)
    signed["credentialSubject"]["endorsementComment"] = "Other words."
    with pytest.raises(SignatureMismatch):
        verify_document(signed, public_keys=public)


def test_the_served_list_changes_with_a_withdrawal_and_not_before(organisation):
    first, second = (make_given(organisation=organisation) for _ in range(2))
    listed = first.status_list
    assert not status_lists.is_listed(listed, first.status_index)
    listed.refresh_from_db()

    giving.withdraw(first, by=make_manager(organisation))

    listed.refresh_from_db()
    assert status_lists.is_listed(listed, first.status_index)
    assert not status_lists.is_listed(listed, second.status_index)


def test_the_verdict_is_withdrawn_or_not_genuine_when_it_is_so(organisation):
    given = make_given(organisation=organisation)
    assert showing.verdict_of(given) == Verdict.GENUINE
    giving.withdraw(given, by=make_manager(organisation))
    assert showing.verdict_of(given) == Verdict.REVOKED
    given.document += " "
    assert showing.verdict_of(given) == Verdict.NOT_GENUINE


def test_what_a_compromised_key_signed_is_not_genuine_and_not_listed(organisation):
    badge = make_badge().achievement
    given = make_given(badge, organisation)
    signing_keys.mark_compromised(given.signing_key, at=timezone.now())
    given = Endorsement.objects.select_related("signing_key").get(pk=given.pk)
    assert showing.verdict_of(given) == Verdict.NOT_GENUINE
    assert showing.on_badge_page(badge, None).accepted_by == []
    page = Client().get(given.get_absolute_url())
    assert b"We know their work." not in page.content
    assert Client().get(
        reverse("endorsement_json", args=[given.token])
    ).status_code == (410)


def test_programs_get_the_stored_bytes(organisation):
    given = make_given(organisation=organisation)
    by_address = Client().get(reverse("endorsement_json", args=[given.token]))
    by_type = Client().get(
        given.get_absolute_url(), headers={"accept": "application/vc"}
    )
    assert by_address.content == by_type.content == given.document.encode()
    assert by_type["Content-Type"] == "application/vc"
    assert by_type["Access-Control-Allow-Origin"] == "*"
    giving.withdraw(given, by=make_manager(organisation))
    assert Client().get(by_address.wsgi_request.path).content == by_address.content


def test_whoever_checks_a_link_or_the_file_here_is_led_to_its_page(organisation):
    given = make_given(organisation=organisation)
    here = given.get_absolute_url()
    by_link = Client().get(reverse("verify"), {"q": SITE + here})
    assert by_link["Location"] == here
    file = SimpleUploadedFile("endorsement.json", given.document.encode())
    assert Client().post(reverse("verify"), {"file": file})["Location"] == here

    changed = given.document.replace("We know their work.", "We know nothing.")
    file = SimpleUploadedFile("endorsement.json", changed.encode())
    refused = Client().post(reverse("verify"), {"file": file})
    assert refused.status_code == 200
    assert "has been changed or was not signed" in refused.content.decode()


def test_nothing_that_was_signed_before_is_signed_again(organisation):
    version = make_badge()
    credential = make_credential(version)
    before = credential.document
    make_given(version.achievement, organisation)
    credential.refresh_from_db()
    assert credential.document == before
    assert "endorsement" not in json.loads(before)
