"""Who gets a file, and how a browser is told to treat it."""

from __future__ import annotations

import hashlib
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from credentials import submitting, uploads
from tests.factories import (
    make_draft,
    make_issuer,
    make_member,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db


def box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4) + kind + content


FILM = (
    box(b"ftyp", b"isom\x00\x00\x02\x00isommp42")
    + box(b"moov", b"\x00" * 20)
    + box(b"mdat", bytes(range(256)) * 40)
)
NOTES = b"Round the ward at 7:00."


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(file, "PNG")
    return file.getvalue()


def add(submission, name: str, content: bytes):
    """A file of a draft, kept by the real functions."""
    criterion = submission.version.criteria.first()
    kept = uploads.accept(SimpleUploadedFile(name, content), name=name)
    with kept.content:
        return submitting.add_file(submission, criterion, kept)


def handed_in(name="notes.txt", content=NOTES):
    """A file of a submission that waits for a review."""
    draft = make_draft()
    item = add(draft, name, content)
    submitting.send(draft, by=draft.learner)
    return item


def address(item) -> str:
    return reverse("evidence_file", args=[item.pk])


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_the_learner_and_reviewers_of_the_issuer_get_the_file(client):
    item = handed_in()
    issuer = item.submission.achievement.issuer
    for person in [
        item.submission.learner,
        make_member(issuer, "reviewer"),
        make_member(issuer, "manager"),
    ]:
        client.force_login(person)
        response = client.get(address(item))
        assert (response.status_code, body(response)) == (200, NOTES)
        assert hashlib.sha256(NOTES).hexdigest() == item.sha256_kept


def test_nobody_else_gets_it(client):
    item = handed_in()
    issuer = item.submission.achievement.issuer
    for person in [
        make_user(),
        make_member(issuer, "designer"),
        make_member(make_issuer(), "manager"),
    ]:
        client.force_login(person)
        assert client.get(address(item)).status_code == 404


def test_a_visitor_is_sent_to_the_log_in(client):
    response = client.get(address(handed_in()))

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_reviewers_see_nothing_of_a_draft(client):
    draft = make_draft()
    item = add(draft, "notes.txt", NOTES)
    client.force_login(make_member(draft.achievement.issuer, "manager"))

    assert client.get(address(item)).status_code == 404


def test_a_text_or_link_has_no_file(client):
    submission = make_submission()
    client.force_login(submission.learner)

    assert client.get(address(submission.evidence.first())).status_code == 404


def test_a_file_that_the_storage_lost_is_a_404(client):
    item = handed_in()
    item.file.storage.delete(item.file.name)
    client.force_login(item.submission.learner)

    assert client.get(address(item)).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "kind", "disposition"),
    [
        (
            "notes.html",
            NOTES,
            "text/plain; charset=utf-8",
            'attachment; filename="notes.html.txt"',
        ),
        ("a.png", picture(), "image/png", 'inline; filename="a.png"'),
        ("film.mp4", FILM, "video/mp4", 'inline; filename="film.mp4"'),
        (
            "Fortgang „eins“.txt",
            NOTES,
            "text/plain; charset=utf-8",
            "attachment; filename*=utf-8''Fortgang%20%E2%80%9Eeins%E2%80%9C.txt",
        ),
    ],
)
def test_the_browser_is_told_to_run_nothing(client, name, content, kind, disposition):
    item = handed_in(name, content)
    client.force_login(item.submission.learner)

    response = client.get(address(item))
    body(response)

    assert response["Content-Type"] == kind
    assert response["Content-Disposition"] == disposition
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox")
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-", 0, len(FILM) - 1),
        ("bytes=100-199", 100, 199),
        ("bytes=-10", len(FILM) - 10, len(FILM) - 1),
        ("bytes=-99999999", 0, len(FILM) - 1),
        (f"bytes={len(FILM) - 1}-99999999", len(FILM) - 1, len(FILM) - 1),
    ],
)
def test_a_player_gets_the_part_it_asks_for(client, asked, first, last):
    item = handed_in("film.mp4", FILM)
    client.force_login(item.submission.learner)

    response = client.get(address(item), headers={"range": asked})

    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{len(FILM)}"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == FILM[first : last + 1]
    assert response["Content-Type"] == "video/mp4"


@pytest.mark.parametrize("asked", [f"bytes={len(FILM)}-", "bytes=-0", "bytes=9-3"])
def test_a_part_that_is_not_there_is_refused(client, asked):
    item = handed_in("film.mp4", FILM)
    client.force_login(item.submission.learner)

    response = client.get(address(item), headers={"range": asked})

    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(FILM)}"
    assert response.content == b""


@pytest.mark.parametrize(
    "headers",
    [
        {"range": "bytes=0-1,5-6"},
        {"range": "lines=1-2"},
        {"range": "bytes=-"},
        {"range": "bytes=a-b"},
        {"range": "bytes=0-1", "if-range": '"tag"'},
    ],
)
def test_what_is_not_understood_gets_the_whole_file(client, headers):
    item = handed_in("film.mp4", FILM)
    client.force_login(item.submission.learner)

    response = client.get(address(item), headers=headers)

    assert response.status_code == 200
    assert response["Content-Length"] == str(len(FILM))
    assert body(response) == FILM


def test_a_file_costs_few_queries(client, django_assert_num_queries):
    item = handed_in()
    client.force_login(item.submission.learner)
    body(client.get(address(item)))

    with django_assert_num_queries(3):
        body(client.get(address(item)))
