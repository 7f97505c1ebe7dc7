"""Page, document and status list tell the same, at once."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials import bitstrings, revoking, sealing, signing_keys, status_lists
from credentials.models import Credential, SigningKey
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_user,
)

pytestmark = pytest.mark.django_db

Reason = Credential.Reason


@pytest.fixture
def credential():
    return make_credential(make_badge())


@pytest.fixture
def manager(credential):
    return make_member(credential.issuer, "manager")


def fetch(client, credential, **headers):
    """The list as a verifier finds it: through the entry in the served document."""
    document = client.get(reverse("credential_json", args=[credential.token])).json()
    address = document["credentialStatus"]["statusListCredential"]
    path = address.removeprefix("https://cairn.example.org")
    return client.get(path, headers=headers)


def is_set(client, credential):
    document = client.get(reverse("credential_json", args=[credential.token])).json()
    subject = fetch(client, credential).json()["credentialSubject"]
    index = int(document["credentialStatus"]["statusListIndex"])
    return bitstrings.is_set(bitstrings.decode(subject["encodedList"]), index)


def says(client, credential, words):
    return words in client.get(credential.get_absolute_url()).content.decode()


def test_page_document_and_list_agree_through_all_changes(client, credential, manager):
    before = client.get(reverse("credential_json", args=[credential.token])).content
    assert says(client, credential, "This credential is genuine.")
    assert not is_set(client, credential)
    revoking.suspend(credential, reason=Reason.BEING_CHECKED, by=manager)
    assert says(client, credential, "has paused this credential")
    assert is_set(client, credential)
    revoking.reinstate(credential, reason=Reason.BEING_CHECKED, by=manager)
    assert says(client, credential, "This credential is genuine.")
    assert not is_set(client, credential)
    revoking.revoke(credential, reason=Reason.MISTAKE, by=manager)
    assert says(client, credential, "withdrew this credential")
    assert is_set(client, credential)
    after = client.get(reverse("credential_json", args=[credential.token])).content
    assert after == before


def test_the_list_is_signed_by_its_issuer(client, credential):
    document = fetch(client, credential).json()
    assert document["issuer"] == credential.issuer.did
    sealing.verify_document(
        document, public_keys=signing_keys.public_keys(credential.issuer)
    )


def test_the_list_may_be_kept_but_is_asked_for_each_time(client, credential, manager):
    response = fetch(client, credential)
    assert response["Cache-Control"] == "public, no-cache"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    same = fetch(client, credential, if_none_match=response["ETag"])
    assert same.status_code == 304
    revoking.revoke(credential, reason=Reason.MISTAKE, by=manager)
    changed = fetch(client, credential, if_none_match=response["ETag"])
    assert changed.status_code == 200


def test_the_list_comes_as_a_credential_when_asked(client, credential):
    assert fetch(client, credential)["Content-Type"] == "application/json"
    asked = fetch(client, credential, accept="application/vc")
    assert asked["Content-Type"] == "application/vc"


@pytest.mark.parametrize("name", ["0" * 16, "nothing", "a%00b"])
def test_a_list_that_does_not_exist_is_absent(client, name):
    assert client.get(f"/status/{name}").status_code == 404


def test_the_did_document_lists_every_key_that_is_believed(client):
    issuer = make_issuer()
    signing_keys.rotate(issuer, "Ed25519")
    address = reverse("did_document", args=[issuer.slug])
    response = client.get(address)
    listed = {method["id"] for method in response.json()["verificationMethod"]}
    assert listed == {key.verification_method for key in SigningKey.objects.all()}
    assert len(listed) == 3
    SigningKey.objects.filter(retired_at__isnull=False).update(
        compromised_at=timezone.now()
    )
    assert len(client.get(address).json()["verificationMethod"]) == 2


def test_the_did_document_is_where_did_web_looks_and_open_to_all(client):
    issuer = make_issuer()
    response = client.get(f"/issuers/{issuer.slug}/did.json")
    host = "did:web:cairn.example.org:issuers:"
    assert response.json()["id"] == issuer.did == f"{host}{issuer.slug}"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "public, max-age=300"
    assert not response.cookies
    typed = client.get(
        f"/issuers/{issuer.slug}/did.json", headers={"accept": "application/did+json"}
    )
    assert typed["Content-Type"] == "application/did+json"
    assert client.get("/issuers/nobody/did.json").status_code == 404


def test_a_list_is_signed_anew_before_its_time_is_over(client, credential, monkeypatch):
    first = fetch(client, credential).json()
    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr("credentials.status_lists.timezone.now", lambda: later)
    again = fetch(client, credential).json()
    assert json.dumps(again) != json.dumps(first)


def test_one_that_was_replaced_stays_so_after_its_details_are_removed():
    version, holder = make_badge(validity_months=1), make_user()
    older = make_credential(version, holder, days_ago=20)
    make_credential(version, holder)
    assert status_lists.is_listed(older.status_list, older.status_index)

    Credential.objects.filter(pk=older.pk).update(
        state="erased",
        document=None,
        jwt=None,
        recipient_name="",
        recipient_email="",
        erased_at=timezone.now(),
        state_changed_at=timezone.now(),
    )

    older.status_list.refresh_from_db()
    assert status_lists.is_listed(older.status_list, older.status_index)


def test_a_new_credential_leaves_the_signed_list_as_it_is(credential):
    status_list = credential.status_list
    before = status_lists.signed_list(status_list)
    status_list.refresh_from_db()

    make_credential(make_badge(credential.issuer))

    later = timezone.now() + timedelta(seconds=2)
    assert status_lists.signed_list(status_list, now=later) == before
