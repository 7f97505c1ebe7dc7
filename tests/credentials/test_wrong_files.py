"""Files that are refused: each with its sentence, and nothing else on the page lost."""

from __future__ import annotations

import gzip

import pytest

from credentials import uploads
from credentials.views.submitting.keeping import FILES_AT_ONCE
from credentials.views.submitting.own import MAX_BODY
from tests.credentials import hostile
from tests.credentials.turns_taken import everyone_else, wait_until_free
from tests.credentials.wizard import note, page, words
from tests.factories import make_draft, make_issuer, make_member

pytestmark = pytest.mark.django_db

TYPE = "The selected file must be a PDF, PNG, JPG, WebP, MP4 or text file."
DAMAGED = "The selected file is damaged and cannot be read."
LIVE = {"HX-Request": "true"}

#: name in the browser, content, what is said
REFUSED = {
    "a page under the name of a PDF": (
        "work.pdf",
        b"<html><script>alert(1)</script>",
        TYPE,
    ),
    "a program under the name of a picture": (
        "me.png",
        b"MZ\x90\x00" + bytes(100),
        TYPE,
    ),
    "an empty file": ("work.pdf", b"", "The selected file is empty."),
    "26 MB": (
        "film.mp4",
        b"a" * (26 * hostile.MIB),
        "The selected file must be smaller than 25 MB.",
    ),
    "13000 by 13000 points": (
        "wall.png",
        hostile.png_of_13000_by_13000(),
        "The selected picture is larger than 64 megapixels.",
    ),
    "50 MiB of text in a picture": (
        "note.png",
        hostile.png_with_50_mib_text(),
        "The selected picture cannot be read. Save it again as PNG or JPG and select "
        "that copy.",
    ),
    "a large WebP": (
        "wall.webp",
        hostile.webp_of_16000_by_16000(),
        "The selected picture is larger than 64 megapixels.",
    ),
    "a ZIP bomb": ("work.zip", hostile.zip_bomb(), TYPE),
    "a ZIP bomb that says it is a letter": ("work.docx", hostile.zip_bomb(), TYPE),
    "a ZIP bomb that says it is a PDF": ("work.pdf", hostile.zip_bomb(), TYPE),
    "a gzip bomb": ("work.txt", gzip.compress(bytes(10 * hostile.MIB)), TYPE),
    "a photograph cut short": ("me.jpg", hostile.truncated_jpeg(), DAMAGED),
    "an SVG": ("me.svg", hostile.svg().encode(), TYPE),
    "an SVG under the name of a picture": ("me.png", hostile.svg().encode(), TYPE),
    "a PDF with a password": (
        "work.pdf",
        hostile.pdf(password="secret"),
        "The selected file is password protected.",
    ),
    "a PDF cut short": ("work.pdf", hostile.pdf()[:200], DAMAGED),
    "text with a NUL": ("work.txt", b"words \x00 words", TYPE),
}


@pytest.fixture
def draft():
    return make_draft(complete=False)


@pytest.fixture
def own(client, draft):
    client.force_login(draft.learner)
    return client


@pytest.mark.parametrize("what", REFUSED)
def test_a_refused_file_is_told_and_every_answer_is_kept(own, draft, what):
    name, content, sentence = REFUSED[what]
    form = {"text": "My words.", "url": "nonsense", "file": note(name, content)}

    response = own.post(page("evidence", draft, 1), form)

    assert response.status_code == 422
    assert words(response).count(sentence) == 2  # in the summary and at the field
    assert "<title>Error: " in response.text
    assert "My words.</textarea>" in response.text
    assert 'value="nonsense"' in response.text
    assert [item.kind for item in draft.evidence.all()] == ["text"]


@pytest.mark.parametrize("what", REFUSED)
def test_htmx_gets_the_sentence_with_the_files_name(own, draft, what):
    name, content, sentence = REFUSED[what]
    form = {"file": note(f"<b>{name}", content)}

    response = own.post(page("add_file", draft, 1), form, headers=LIVE)

    assert response.status_code == 422
    assert f"{name}</bdi>: {sentence}" in response.text
    assert "<b>" not in response.text
    assert not draft.evidence.exists()


@pytest.mark.parametrize("live", [{}, LIVE])
def test_the_eleventh_file_is_refused_and_the_words_beside_it_stay(own, draft, live):
    criterion = draft.version.criteria.get(position=1)
    draft.evidence.bulk_create(
        draft.evidence.model(
            submission=draft,
            criterion=criterion,
            kind="file",
            file=f"evidence/{number}",
            file_name=f"{number}.txt",
            content_type="text/plain",
            size_received=5,
            size_kept=5,
            sha256_received="0" * 64,
            sha256_kept="0" * 64,
        )
        for number in range(10)
    )

    form = {"file": note("eleventh.txt"), "text": "My words."}
    response = own.post(page("add_file", draft, 2), form, headers=live)

    assert response.status_code == 422
    assert str(uploads.TOO_MANY_FILES) in response.text
    assert draft.evidence.filter(kind="file").count() == 10
    assert live or "My words.</textarea>" in response.text


@pytest.mark.parametrize("name", ["add_file", "evidence"])
@pytest.mark.parametrize("live", [{}, LIVE])
def test_what_is_far_too_large_is_answered_unread(own, draft, name, live):
    response = own.generic(
        "POST",
        page(name, draft, 1),
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(MAX_BODY + 1),
        headers=live,
    )

    assert response.status_code == 413
    assert "The selected file must be smaller than 25 MB." in response.text
    assert "Go back and send less at a time." in response.text


def test_many_files_at_once_wait_and_the_words_stay(own, draft):
    form = {"file": note(), "text": "My words."}
    with everyone_else("upload", FILES_AT_ONCE):
        response = own.post(page("add_file", draft, 1), form)
        live = own.post(page("add_file", draft, 1), form, headers=LIVE)

    assert (response.status_code, live.status_code) == (429, 429)
    assert response["Retry-After"] == live["Retry-After"] == "10"
    assert "Many files are being taken in right now." in words(response)
    assert "My words.</textarea>" in response.text
    assert [item.kind for item in draft.evidence.all()] == ["text"]
    again = own.post(page("add_file", draft, 1), {"file": note()})
    assert again.status_code == 303


def test_a_process_that_is_gone_frees_its_places(own, draft):
    with everyone_else("upload", FILES_AT_ONCE) as others:
        others.close()
        wait_until_free("upload", FILES_AT_ONCE)
        response = own.post(page("add_file", draft, 1), {"file": note()})

    assert response.status_code == 303


# Pictures of issuers


@pytest.mark.parametrize(
    "what", ["an SVG", "a photograph cut short", "26 MB", "an empty file"]
)
@pytest.mark.parametrize("field", ["logo", "signer_image"])
def test_a_refused_picture_of_an_issuer_is_told_and_every_answer_is_kept(
    client, what, field
):
    name, content, sentence = REFUSED[what]
    issuer = make_issuer()
    client.force_login(make_member(issuer, "manager"))
    form = {
        "name": "Another name",
        "kind": "education",
        "url": "https://other.example/",
        "email": "not an address",
        "hue": issuer.hue,
        "glyph": issuer.glyph,
        "members-TOTAL_FORMS": "0",
        "members-INITIAL_FORMS": "0",
        field: note(name, content),
    }

    address = f"/admin/credentials/issuer/{issuer.pk}/change/"
    response = client.post(address, form)

    assert response.status_code == 422
    assert sentence in response.text
    assert "Enter an e-mail address such as name@example.org." in response.text
    assert 'value="Another name"' in response.text
    assert 'value="not an address"' in response.text
    issuer.refresh_from_db()
    assert not getattr(issuer, field)


@pytest.mark.parametrize("field", ["logo", "signer_image"])
def test_a_picture_that_the_storage_lost_breaks_no_page(client, field):
    issuer = make_issuer(**{field: "issuers/lost.png"})
    client.force_login(make_member(issuer, "manager"))
    admin = f"/admin/credentials/issuer/{issuer.pk}"

    assert client.get(f"{admin}/change/").status_code == 200
    assert client.get(f"{admin}/picture/{field}/").status_code == 404
    assert client.get(f"/issuers/{issuer.slug}/logo").status_code == 200
    assert client.get(issuer.get_absolute_url()).status_code == 200
