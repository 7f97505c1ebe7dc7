"""Whatever somebody brings from elsewhere: a sentence, a status, and nothing kept."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credentials import baking, importing
from credentials.models import Credential, ImportedDocument
from credentials.views.verifying import MAX_BODY, PDFS_AT_ONCE
from portfolio.views.importing import PER_HOUR, TEXT_LENGTH
from tests.credentials import hostile
from tests.credentials.elsewhere_samples import HOST, Site, as_file, hosted
from tests.credentials.turns_taken import everyone_else
from tests.credentials.wizard import words
from tests.factories import make_credential, make_user

pytestmark = pytest.mark.django_db

IMPORT = "/me/import/"
RULES = (
    "This file breaks the rules for credential files. Ask its issuer for a new copy."
)
DAMAGED = (
    "This file is damaged and cannot be read. Download it again, or ask for a new copy."
)
NONE = "This file does not contain a credential."
TELLS_NOTHING = "This file does not say what a badge says: what it is for, and since"
ADDRESS = "This file only names the page where the badge is kept"
CHANGED = "This file has been changed or was not signed by the issuer it names."


@pytest.fixture(scope="module")
def site():
    return Site()


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def mei(client):
    user = make_user("Mei Tan")
    client.force_login(user)
    return user


def send(client, data, name="badge.json"):
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data)})


def deep(levels):
    return as_file(hosted())[:-1] + b', "x": ' + b"[" * levels + b"]" * levels + b"}"


def without(name):
    document = hosted()
    del document[name]
    return as_file(document)


FILES = {
    "nothing": (b"", 422, "The file is empty."),
    "words": (b"words", 422, NONE),
    "a ZIP bomb": (hostile.zip_bomb(), 422, NONE),
    "JSON nested 100,000 deep": (hostile.nested_json(), 422, RULES),
    "a badge nested 40 deep": (deep(40), 422, RULES),
    "a key twice": (hostile.json_with_a_key_twice(), 422, RULES),
    "a number that is none": (hostile.json_with_nan(), 422, RULES),
    "5,000 digits": (hostile.json_with_5000_digits(), 422, RULES),
    "half a surrogate pair": (b'{"type": "\\ud800"}', 422, RULES),
    "a NUL": (b'{"type": "a\x00b"}', 422, DAMAGED),
    "not UTF-8": (b'{"type": "\xff"}', 422, DAMAGED),
    "50 MiB of text in a picture": (
        hostile.png_with_50_mib_text(b"openbadgecredential"),
        413,
        "The credential in this file is larger than 256 KB.",
    ),
    "300 KB of words": (
        as_file(hosted(description="a" * 300_000)),
        413,
        "The credential in this file is larger than 256 KB.",
    ),
    "6 MB": (b"a" * (6 * hostile.MIB), 413, "The file must be smaller than 5 MB."),
    "an SVG with entities": (hostile.svg_with_entities(), 422, DAMAGED),
    "an SVG that reads a file": (hostile.svg_that_reads_a_file(), 422, DAMAGED),
    "a picture without a badge": (hostile.picture(), 422, NONE),
    "no day": (without("issuedOn"), 422, TELLS_NOTHING),
    "a day of no calendar": (
        as_file(hosted(issuedOn="9999-12-31")),
        422,
        TELLS_NOTHING,
    ),
    "an id of a million letters": (
        as_file(hosted(id="https://a.example/" + "a" * 2001)),
        422,
        TELLS_NOTHING,
    ),
    "an id with a NUL": (as_file(hosted(id="a\x00b")), 422, TELLS_NOTHING),
    "no badge at all": (
        json.dumps(
            {
                "@context": ["https://www.w3.org/ns/credentials/v2"],
                "type": ["VerifiableCredential"],
                "issuer": f"https://{HOST}",
            }
        ).encode(),
        422,
        TELLS_NOTHING,
    ),
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_is_no_badge_gets_its_sentence(client, mei, what):
    data, status, sentence = FILES[what]

    response = send(client, data)

    assert response.status_code == status
    assert words(response).count(sentence) == 2  # in the summary and at the field
    assert "<title>Error: " in response.text
    assert not Credential.objects.exists()


@pytest.mark.parametrize(
    ("keyword", "text"),
    [(b"openbadges", b"https://badges.example/1"), (b"openbadges", b"\xff\x00")],
)
def test_a_picture_that_only_names_an_address_says_what_to_bring(
    client, mei, keyword, text
):
    png = hostile.with_chunk(
        hostile.picture(), b"iTXt", hostile.itxt(text, keyword=keyword)
    )

    response = send(client, png)

    assert response.status_code == 422
    assert ADDRESS in words(response)


def test_odd_values_are_kept_out_or_have_a_page(client, mei):
    badge = hosted()["badge"]
    odd = [
        {"badge": badge | {"name": [None], "description": 5, "issuer": []}},
        {"badge": badge | {"criteria": ["x"], "alignment": {"targetUrl": 5}}},
        {"badge": "x", "expires": "0001-01-01T00:00:00+14:00"},
        {"recipient": [[]], "expires": True, "issuedOn": 1709856000},
        {"verification": "x", "narrative": {"en": None}, "badge": [badge]},
    ]

    for number, changes in enumerate(odd):
        response = send(client, as_file(hosted(number=number, **changes)))
        assert response.status_code == 303, changes
        assert client.get(response["Location"]).status_code == 200

    assert client.get(reverse("me")).status_code == 200


@pytest.mark.parametrize("place", range(3, 1100, 190))
def test_a_changed_byte_never_makes_a_good_badge(client, mei, site, place):
    data = bytearray(site.file(mei.email))
    data[place] ^= 1

    response = send(client, bytes(data))

    kept = ImportedDocument.objects.filter(verdict="unknown_issuer")
    assert response.status_code in {303, 422}
    assert not kept.exists()


def test_a_bomb_as_picture_is_no_picture(client, mei, site):
    baked = baking.bake_png(hostile.png_of_13000_by_13000(), site.file().decode())

    assert send(client, baked).status_code == 303
    assert not ImportedDocument.objects.get().picture


@pytest.mark.parametrize(
    "image",
    [
        "data:image/png;base64,AAAA",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:text/html;base64,PGI+",
        "data:image/png;base64,%%%",
        "https://evil.example/track.png",
    ],
)
def test_a_picture_that_is_none_is_left_out(client, mei, image):
    badge = hosted()["badge"] | {"image": image}

    assert send(client, as_file(hosted(badge=badge))).status_code == 303
    assert not ImportedDocument.objects.get().picture


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Select a file, or paste its text."),
        ({"text": "   "}, "Select a file, or paste its text."),
        ({"text": "https://badges.example/1"}, "This is a link."),
        ({"text": "a\x00b"}, "The text contains a hidden character (U+0000)."),
        ({"text": "a" * (TEXT_LENGTH + 1)}, "is larger than 256 KB."),
        ({"text": "\ud800".encode("utf-8", "surrogatepass")}, NONE),
    ],
)
def test_a_form_that_is_not_filled_in_right_says_how(client, mei, fields, sentence):
    response = client.post(IMPORT, fields)

    assert response.status_code == 422
    assert sentence in words(response)


def test_a_file_and_a_text_are_one_too_many(client, mei, site):
    file = SimpleUploadedFile("badge.json", site.file())

    response = client.post(IMPORT, {"file": file, "text": "{}"})

    assert response.status_code == 422
    assert "Select a file or paste its text, not both." in words(response)


def test_a_body_beyond_the_limit_is_answered_unread(client, mei):
    response = client.post(
        IMPORT,
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(MAX_BODY + 1),
    )

    assert response.status_code == 413
    assert "The file must be smaller than 5 MB." in words(response)


def test_the_form_proves_that_we_sent_it(site):
    client, mei = Client(enforce_csrf_checks=True), make_user()
    client.force_login(mei)

    assert send(client, site.file(mei.email)).status_code == 403
    assert not Credential.objects.exists()


def test_too_many_tries_are_told_how_long_to_wait(client, mei, monkeypatch):
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)
    for _ in range(PER_HOUR):
        client.post(IMPORT, {"text": "words"})

    response = client.post(IMPORT, {"text": "words"})

    assert response.status_code == 429
    assert int(response["Retry-After"]) >= 1
    assert "Too many tries from here." in words(response)
    assert ">words</textarea>" in response.text.replace("\n", "")


def test_when_many_pdfs_are_looked_at_the_next_one_waits(client, mei):
    with everyone_else("verify", PDFS_AT_ONCE):
        response = send(client, hostile.pdf(), "badge.pdf")

    assert response.status_code == 503
    assert response["Retry-After"]
    assert "Many files are being checked right now." in words(response)


def test_somebody_elses_credential_of_this_site_is_not_kept(client, mei):
    response = send(client, make_credential().document.encode())

    assert response.status_code == 422
    assert "This credential was issued here, to somebody else." in words(response)


def test_a_credential_signed_here_without_a_record_is_not_kept(client, mei):
    credential = make_credential(holder=mei)
    document = credential.document.encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("credentials.judging.token_in", lambda text: None)
        response = send(client, document)

    assert response.status_code == 422
    assert "there is no record of it" in words(response)


def test_a_changed_file_is_refused_and_shows_nothing(client, mei, site):
    document = site.signed(mei.email) | {"name": "Doctor of everything"}

    response = send(client, as_file(document))

    assert response.status_code == 422
    assert CHANGED in words(response)
    assert "Doctor of everything" not in response.text


def test_the_most_that_one_person_keeps_is_told(client, mei, site, monkeypatch):
    monkeypatch.setattr(importing, "MOST", 1)
    send(client, site.file(number=1))

    response = send(client, site.file(number=2))

    assert response.status_code == 422
    assert "You have 1 badge from elsewhere." in words(response)


@pytest.mark.parametrize("token", ["x", "0" * 26, "a\x00b"])
def test_nothing_is_removed_at_an_address_of_nothing(client, mei, token):
    assert client.post(f"/me/credentials/{token}/remove/").status_code == 404


def test_a_picture_of_nothing_is_not_found(client):
    assert client.get(
        "/elsewhere/00000000-0000-4000-8000-000000000000"
    ).status_code == (404)
