"""What /verify/ answers to links, ids and files."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credentials import baking, judging, revoking
from credentials.models import Credential
from tests.credentials import hostile
from tests.factories import make_credential, make_member

pytestmark = pytest.mark.django_db

PNG = hostile.picture("PNG")


@pytest.fixture
def credential():
    return make_credential()


@pytest.fixture
def visitor():
    return Client(enforce_csrf_checks=True)


def bring(visitor, data, name="credential.json"):
    if isinstance(data, str):
        data = data.encode()
    return visitor.post(reverse("verify"), {"file": SimpleUploadedFile(name, data)})


@pytest.mark.parametrize(
    "spelling",
    [
        "https://cairn.example.org/c/{}/",
        "cairn.example.org/c/{}",
        "HTTPS://CAIRN.EXAMPLE.ORG/c/{}/credential.json",
        "  {}  ",
        "{groups}",
        "{upper}",
    ],
)
def test_a_link_or_id_in_any_spelling_leads_to_the_page(visitor, credential, spelling):
    token = credential.token
    text = spelling.format(
        token, groups=" ".join(credential.groups), upper=token.upper()
    )

    response = visitor.get(reverse("verify"), {"q": text})

    assert response.status_code == 302
    assert response["Location"] == f"/c/{token}/"


def test_letters_that_people_misread_are_understood(credential):
    assert judging.token_in("O" * 13 + "IL" + "0" * 11) == "0" * 13 + "11" + "0" * 11


@pytest.mark.parametrize(
    ("text", "status", "sentence"),
    [
        ("", 422, "Enter a link or an ID."),
        ("hello", 422, "This is neither a link nor an ID of a credential."),
        ("0" * 26, 404, "There is nothing to show here."),
        ("https://badges.example/c/1", 200, "We could not finish checking"),
        ("http://[", 422, "This is neither a link nor an ID of a credential."),
    ],
)
def test_what_leads_nowhere_gets_a_sentence(visitor, text, status, sentence):
    response = visitor.get(reverse("verify"), {"q": text})

    assert response.status_code == status
    assert sentence in response.content.decode()


def test_private_and_absent_credentials_answer_alike(visitor, credential):
    Credential.objects.update(visibility="private")

    private = visitor.get(reverse("verify"), {"q": credential.token})
    absent = visitor.get(reverse("verify"), {"q": credential.token[::-1]})

    assert private.status_code == absent.status_code == 404
    assert credential.title not in private.content.decode()


@pytest.mark.parametrize("form", ["json", "pretty", "jwt", "png", "svg"])
def test_our_own_files_lead_to_the_credential_page(visitor, credential, form):
    document = credential.document
    made = {
        "json": document,
        "pretty": json.dumps(json.loads(document), indent=2),
        "jwt": credential.jwt,
        "png": baking.bake_png(PNG, document),
        "svg": baking.bake_svg('<svg xmlns="http://www.w3.org/2000/svg"/>', document),
    }

    response = bring(visitor, made[form])

    assert response.status_code == 302, response.content.decode()
    assert response["Location"] == f"/c/{credential.token}/"


def test_a_changed_file_shows_nothing_from_inside_it(visitor, credential):
    document = json.loads(credential.document)
    document["name"] = "Doctor of everything"

    response = bring(visitor, json.dumps(document))

    page = response.content.decode()
    assert response.status_code == 200
    assert "This file has been changed or was not signed by the issuer" in page
    assert "Doctor of everything" not in page
    assert credential.recipient_name not in page
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["issuer"].update(name="Somebody else"),
        lambda d: d["issuer"].update(id="did:web:cairn.example.org:issuers:nobody"),
        lambda d: d.update(validFrom="2020-01-01T00:00:00Z"),
        lambda d: d["credentialSubject"]["identifier"][0].update(identityHash="Eve"),
        lambda d: d["credentialSubject"]["achievement"].update(name="Other"),
        lambda d: d["proof"][0].update(proofValue="z" + "1" * 86),
        lambda d: d["credentialStatus"].update(statusListIndex="1"),
        lambda d: d.pop("proof"),
    ],
)
def test_every_kind_of_change_is_not_genuine(visitor, credential, change):
    document = json.loads(credential.document)
    change(document)

    page = bring(visitor, json.dumps(document)).content.decode()

    assert "This file has been changed or was not signed by the issuer" in page


def test_a_credential_of_another_site_could_not_be_checked(visitor, credential):
    document = json.loads(credential.document)
    document["id"] = "https://badges.elsewhere.example/1"
    document["issuer"]["id"] = "did:web:badges.elsewhere.example"

    page = bring(visitor, json.dumps(document)).content.decode()

    assert "We could not finish checking this credential." in page
    assert "badges.elsewhere.example" in page
    assert credential.title not in page
    assert "genuine." not in page


def test_a_file_of_a_withdrawn_private_credential_says_so(visitor, credential):
    manager = make_member(credential.issuer, "manager")
    revoking.revoke(credential, reason="mistake", by=manager)
    Credential.objects.update(visibility="private")

    page = bring(visitor, credential.document).content.decode()

    assert f"{credential.issuer_name} withdrew this credential on" in page
    assert "Do not rely on it." in page


def test_a_document_of_a_compromised_key_is_not_genuine(visitor, credential):
    credential.issuer.keys.update(compromised_at=timezone.now())

    page = bring(visitor, credential.document).content.decode()

    assert "was not signed by the issuer it names" in page


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        (b"", 422, "The file is empty."),
        (b"hello", 422, "This file does not contain a credential."),
        (b'{"a":1}', 422, "This file does not contain a credential."),
        (b"[" * 100_000, 422, "This file breaks the rules for credential files."),
        (b'{"a":1,"a":2}', 422, "This file breaks the rules for credential files."),
        (b'{"a":NaN}', 422, "This file breaks the rules for credential files."),
        (b'{"a":' + b"9" * 5000 + b"}", 422, "breaks the rules for credential files."),
        (b"x" * (5 * 1024 * 1024 + 1), 413, "The file must be smaller than 5 MB."),
    ],
)
def test_hostile_files_get_a_sentence(visitor, data, status, sentence):
    response = bring(visitor, data)

    assert response.status_code == status
    assert sentence in response.content.decode()


def test_no_file_is_a_sentence_too(visitor):
    response = visitor.post(reverse("verify"), {})

    assert response.status_code == 422
    assert "Select a file." in response.content.decode()


def test_the_twenty_first_file_of_a_minute_has_to_wait(visitor, monkeypatch):
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)
    for _ in range(20):
        assert bring(visitor, b"hello").status_code == 422

    response = bring(visitor, b"hello")

    assert response.status_code == 429
    assert int(response["Retry-After"]) >= 1


def test_the_form_needs_no_cookie_and_no_query(visitor, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = visitor.get(reverse("verify"))

    assert response.status_code == 200
    assert not response.cookies


@pytest.mark.parametrize("odd", ["\x00", "a\x00b", "é", "a/b", ""])
def test_an_issuer_of_this_site_that_cannot_be_is_not_genuine(visitor, credential, odd):
    document = json.loads(credential.document)
    document["issuer"]["id"] = f"{credential.issuer.did}{odd}".removesuffix(
        "" if odd else credential.issuer.slug
    )

    response = bring(visitor, json.dumps(document).encode())

    assert response.status_code == 200
    assert "was not signed by the issuer" in response.content.decode()
