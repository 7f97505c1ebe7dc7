"""Whatever somebody brings to ``/verify/``: a sentence, a status, and no verdict."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credentials import baking, keys, limiting
from credentials.views.verifying import MAX_BODY, PDFS_AT_ONCE
from tests.credentials import hostile
from tests.credentials.turns_taken import everyone_else
from tests.credentials.wizard import words
from tests.factories import make_credential, make_issuer

pytestmark = pytest.mark.django_db

RULES = (
    "This file breaks the rules for credential files. Ask its issuer for a new copy."
)
DAMAGED = (
    "This file is damaged and cannot be read. Download it again, or ask for a new copy."
)
NONE = (
    "This file does not contain a credential. We accept Open Badges 2.0 and 3.0 as "
    "JSON, PNG, SVG, or our PDF."
)
INSIDE = "The credential in this file is larger than 256 KB."
NEITHER = "This is neither a link nor an ID of a credential."
NOT_GENUINE = (
    "This file has been changed or was not signed by the issuer it names. "
    "Do not rely on anything in it. We show no name, title or picture from the file."
)

REFUSED = {
    "JSON nested 100,000 deep": (hostile.nested_json(), 422, RULES),
    "a key twice": (hostile.json_with_a_key_twice(), 422, RULES),
    "a number that is none": (hostile.json_with_nan(), 422, RULES),
    "an integer of 5,000 digits": (hostile.json_with_5000_digits(), 422, RULES),
    "half a surrogate pair": (b'{"type": "\\ud800"}', 422, RULES),
    "not UTF-8": (b'{"type": "\xff\xfe"}', 422, DAMAGED),
    "a NUL in JSON": (b'{"type": "a\x00b"}', 422, DAMAGED),
    "the same as a token": (
        hostile.compact_jwt({"alg": "ES256"}, hostile.nested_json(10_000)).encode(),
        422,
        RULES,
    ),
    "a token with a key twice": (
        hostile.compact_jwt({"alg": "ES256"}, hostile.json_with_a_key_twice()).encode(),
        422,
        RULES,
    ),
    "an empty file": (b"", 422, "The file is empty."),
    "words": (b"words", 422, NONE),
    "a ZIP bomb": (hostile.zip_bomb(), 422, NONE),
    "a photograph cut short": (hostile.truncated_jpeg(), 422, NONE),
    "a picture without a credential": (hostile.picture(), 422, NONE),
    "13000 by 13000 points": (hostile.png_of_13000_by_13000(), 422, NONE),
    "50 MiB of text in a picture": (
        hostile.png_with_50_mib_text(b"openbadgecredential"),
        413,
        INSIDE,
    ),
    "an SVG without a credential": (hostile.svg().encode(), 422, NONE),
    "an SVG with entities": (hostile.svg_with_entities(), 422, DAMAGED),
    "an SVG that reads a file": (hostile.svg_that_reads_a_file(), 422, DAMAGED),
    "a PDF with a password": (
        hostile.pdf(password="secret"),
        422,
        "The file is password protected. Remove the password and try again.",
    ),
    "a PDF without an attachment": (hostile.pdf(), 422, NONE),
    "a PDF cut short": (hostile.pdf()[:200], 422, DAMAGED),
    "26 MB": (b"a" * (26 * hostile.MIB), 413, "The file must be smaller than 5 MB."),
}


@pytest.fixture
def visitor():
    return Client(enforce_csrf_checks=True)


@pytest.fixture(scope="module")
def credential(django_db_setup, django_db_blocker):
    """One for all tests here, which change nothing of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        with connection.cursor() as cursor:  # looking into PDFs takes its time
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield make_credential()
        transaction.set_rollback(True)


def bring(visitor, data, name="credential.json"):
    data = data.encode() if isinstance(data, str) else data
    return visitor.post(reverse("verify"), {"file": SimpleUploadedFile(name, data)})


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_cannot_be_read_gets_its_sentence_and_no_verdict(visitor, what):
    data, status, sentence = REFUSED[what]

    response = bring(visitor, data, "certificate.pdf")

    assert response.status_code == status
    assert words(response).count(sentence) == 2  # in the summary and at the field
    assert "<title>Error: " in response.text
    assert "verdict-says" not in response.text


@pytest.mark.parametrize(
    ("text", "status", "sentence"),
    [
        ("a\x00b", 422, NEITHER),
        ("\u202e" + "0" * 25, 422, NEITHER),
        ("a" * 2001, 422, NEITHER),
        ("javascript:alert(1)", 422, NEITHER),
        ("<script>alert(1)</script>", 422, NEITHER),
        ("0" * 26, 404, "There is nothing to show here."),
        ("//evil.example/c/" + "0" * 26, 422, NEITHER),
        ("https://evil.example/c/" + "0" * 26, 200, "That is not a yes."),
    ],
)
def test_a_text_that_leads_nowhere_is_kept_beside_its_sentence(
    visitor, text, status, sentence
):
    response = visitor.get(reverse("verify"), {"q": text})

    assert response.status_code == status
    assert sentence in words(response)
    assert "<script>alert" not in response.text
    assert status == 200 or 'aria-invalid="true"' in response.text


@pytest.mark.parametrize("bytes_", ["%ED%A0%80", "%FF", "%00"])
def test_bytes_that_are_no_text_lead_nowhere(visitor, bytes_):
    response = visitor.get(f"{reverse('verify')}?q={bytes_}")

    assert response.status_code == 422
    assert NEITHER in words(response)


@pytest.mark.parametrize("token", ["0" * 26, "a%00b", "%ED%A0%80", "0" * 25, "x" * 500])
def test_an_address_typed_by_hand_that_leads_nowhere_says_so(visitor, token):
    response = visitor.get(f"/c/{token}/")

    assert response.status_code == 404
    assert "There is nothing to show here." in words(response)


# What was changed


def changed_document(credential, change) -> str:
    document = json.loads(credential.document)
    change(document)
    return json.dumps(document)


CHANGES = {
    "proof": lambda d: d["proof"][0].update(proofValue="z" + "1" * 86),
    "kind of proof": lambda d: d["proof"][0].update(cryptosuite="eddsa-jcs-2022"),
    "purpose": lambda d: d["proof"][0].update(proofPurpose="authentication"),
    "key": lambda d: d["proof"][0].update(
        verificationMethod=d["issuer"]["id"] + "#other"
    ),
    "issuer": lambda d: d["issuer"].update(name="Eve’s Institute"),
    "issuer id": lambda d: d["issuer"].update(id=d["issuer"]["id"] + "x"),
    "first day": lambda d: d.update(validFrom="2020-01-01T00:00:00Z"),
    "last day": lambda d: d.update(validUntil="2999-01-01T00:00:00Z"),
    "achievement": lambda d: d["credentialSubject"]["achievement"].update(
        name="Doctor of everything"
    ),
    "name": lambda d: d["credentialSubject"]["identifier"][0].update(
        identityHash="Eve Doe"
    ),
    "status index": lambda d: d["credentialStatus"].update(statusListIndex="131072"),
    "status index below": lambda d: d["credentialStatus"].update(statusListIndex="-1"),
    "status index of 15 digits": lambda d: d["credentialStatus"].update(
        statusListIndex="9" * 15
    ),
    "no status": lambda d: d.pop("credentialStatus"),
    "no proof": lambda d: d.pop("proof"),
}


CONTAINERS = [("json", what) for what in CHANGES] + [
    (container, what)
    for container in ("png", "svg", "pdf")
    for what in ("proof", "name")
]


@pytest.mark.parametrize(("container", "what"), CONTAINERS)
def test_a_changed_credential_is_not_genuine_in_any_container(
    visitor, credential, what, container
):
    text = changed_document(credential, CHANGES[what])
    data = {
        "json": lambda: text.encode(),
        "png": lambda: baking.bake_png(hostile.picture(), text),
        "svg": lambda: baking.bake_svg(
            '<svg xmlns="http://www.w3.org/2000/svg"/>', text
        ).encode(),
        "pdf": lambda: hostile.pdf(attachments={"credential.json": text.encode()}),
    }[container]()

    response = bring(visitor, data)

    assert response.status_code == 200
    assert NOT_GENUINE in words(response)
    assert credential.recipient_name not in response.text
    for lie in ("Eve", "Doctor of everything", credential.title):
        assert lie not in response.text
    assert "no-store" in response["Cache-Control"]


def test_a_credential_of_another_issuer_of_this_site_is_not_genuine_as_its_own(
    visitor, credential
):
    other = make_issuer()
    text = changed_document(credential, lambda d: d["issuer"].update(id=other.did))

    assert NOT_GENUINE in words(bring(visitor, text))


# Tokens


def token_with(credential, header=None, payload=None, signature=None) -> str:
    parts = credential.jwt.split(".")
    if header is not None:
        parts[0] = base64.urlsafe_b64encode(json.dumps(header).encode()).decode()
    if payload is not None:
        claims = jwt.decode(credential.jwt, options={"verify_signature": False})
        payload(claims)
        parts[1] = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()
    if signature is not None:
        parts[2] = signature
    return ".".join(part.rstrip("=") for part in parts)


def good_header(credential) -> dict[str, Any]:
    return dict(jwt.get_unverified_header(credential.jwt))


FORGED = {
    "alg none": lambda c: token_with(c, good_header(c) | {"alg": "none"}, signature=""),
    "alg none, signed": lambda c: token_with(c, good_header(c) | {"alg": "none"}),
    "HS256": lambda c: token_with(c, good_header(c) | {"alg": "HS256"}),
    "a foreign jwk": lambda c: token_with(
        c, good_header(c) | {"jwk": keys.generate("P-256").public.jwk}
    ),
    "another kid": lambda c: token_with(
        c, good_header(c) | {"kid": c.issuer.did + "#other"}
    ),
    "the kid of another issuer": lambda c: token_with(
        c, good_header(c) | {"kid": make_issuer().did + "#key"}
    ),
    "no kid": lambda c: token_with(c, {"alg": "ES256", "typ": "JWT"}),
    "an address of keys": lambda c: token_with(
        c, good_header(c) | {"jku": "https://evil.example/"}
    ),
    "another name": lambda c: token_with(c, payload=lambda d: d.update(name="Eve")),
    "another last day": lambda c: token_with(c, payload=lambda d: d.update(exp=4e9)),
    "another signature": lambda c: token_with(c, signature="A" * 86),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_token_is_not_genuine(visitor, credential, what):
    response = bring(visitor, FORGED[what](credential), "credential.jwt")

    assert response.status_code == 200
    assert NOT_GENUINE in words(response)
    assert credential.recipient_name not in response.text


# Too much, too often


def test_a_body_beyond_the_limit_is_answered_unread(visitor):
    response = visitor.generic(
        "POST",
        reverse("verify"),
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(MAX_BODY + 1),
    )

    assert response.status_code == 413
    assert words(response).count("The file must be smaller than 5 MB.") == 2
    assert visitor.get(reverse("verify")).status_code == 200


def test_too_many_files_are_told_on_the_page_with_the_form(visitor, monkeypatch):
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)
    for _ in range(20):
        limiting.hit("verify:127.0.0.0/24", limit=20, per=timedelta(minutes=1))

    response = bring(visitor, b"words")

    wait = int(response["Retry-After"])
    assert response.status_code == 429
    assert 1 <= wait <= 60
    assert "Too many tries from here. Try again in" in words(response)
    assert 'type="file"' in response.text


def test_when_many_pdfs_are_looked_at_the_next_one_is_asked_to_wait(visitor):
    with everyone_else("verify", PDFS_AT_ONCE):
        busy = bring(visitor, hostile.pdf())
        other = bring(visitor, b"words")

    assert (busy.status_code, busy["Retry-After"]) == (503, "10")
    said = "Many files are being checked right now. Try again in 10 seconds."
    assert words(busy).count(said) == 2
    assert other.status_code == 422  # what takes no process does not wait for one
    assert bring(visitor, hostile.pdf()).status_code == 422
