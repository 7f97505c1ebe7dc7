"""Files, links and previews over HTTP: what a learner is answered."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credentials import limiting, submitting, uploads
from credentials.models import Submission
from credentials.views.submitting.own import MAX_BODY
from tests.credentials.wizard import add, note, page
from tests.factories import (
    make_submission,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(draft):
    return draft.learner


# Files over HTTP


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.pdf", b"", "The selected file is empty."),
        (
            "page.pdf",
            b"<html><script>alert(1)</script>",
            "The selected file must be a PDF, PNG, JPG, WebP, MP4 or text file.",
        ),
        (
            "large.txt",
            b"a" * (uploads.MAX_BYTES + 1),
            "The selected file must be smaller than 25 MB.",
        ),
        (
            "broken.png",
            b"\x89PNG\r\n\x1a\n" + b"\x00" * 64,
            "The selected file",
        ),
    ],
)
def test_a_refused_file_is_told_beside_its_field(own, draft, name, content, sentence):
    response = own.post(
        page("add_file", draft, 1), {"file": note(name, content), "text": "Kept."}
    )

    assert response.status_code == 422
    assert sentence in response.content.decode()
    items = draft.evidence.values_list("kind", "text")
    assert list(items) == [("text", "Kept.")]


def test_files_that_came_before_a_refused_one_stay(own, draft):
    response = own.post(
        page("add_file", draft, 1), {"file": [note("good.txt"), note("bad.txt", b"")]}
    )

    assert response.status_code == 422
    assert [item.file_name for item in draft.evidence.all()] == ["good.txt"]
    assert "good.txt" in response.content.decode()


def test_the_eleventh_file_is_refused_with_what_to_do(own, draft, criterion):
    for _ in range(10):
        add(draft, criterion)

    response = own.post(page("add_file", draft, 2), {"file": note()})

    assert response.status_code == 422
    assert str(uploads.TOO_MANY_FILES) in response.content.decode()


class Unread(io.BytesIO):
    """A body that nobody may read."""

    def read(self, *args):
        raise AssertionError("the body was read")


@pytest.mark.parametrize("name", ["add_file", "add_link", "evidence"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(own, draft, name):
    response = own.generic(
        "POST",
        page(name, draft, 1),
        b"",
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(MAX_BODY + 1), "wsgi.input": Unread()},
    )

    assert response.status_code == 413
    assert "The selected file must be smaller than 25 MB." in response.content.decode()


def test_the_check_against_forged_forms_stays_on_for_uploads(draft):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(draft.learner)

    response = strict.post(page("add_file", draft, 1), {"file": note()})

    assert response.status_code == 403
    assert not draft.evidence.exists()


def test_sixty_uploads_an_hour_and_then_a_wait(own, draft):
    for _ in range(60):
        limiting.hit(f"upload:{draft.learner.pk}", limit=60, per=timedelta(hours=1))

    response = own.post(
        page("add_file", draft, 1), {"file": note(), "text": "Still kept."}
    )

    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 3600
    assert "Too many tries from here. Try again in" in response.content.decode()
    assert [item.text for item in draft.evidence.all()] == ["Still kept."]


# With htmx


LIVE = {"HX-Request": "true"}


def test_htmx_gets_the_list_of_items_after_a_file(own, draft):
    response = own.post(page("add_file", draft, 1), {"file": note()}, headers=LIVE)

    shown = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in shown
    assert 'id="added"' in shown
    assert "notes.txt" in shown


def test_htmx_gets_the_sentence_for_a_refused_file(own, draft):
    bad = note("bad<.pdf", b"")
    response = own.post(page("add_file", draft, 1), {"file": bad}, headers=LIVE)

    shown = response.content.decode()
    assert response.status_code == 422
    assert 'hx-swap-oob="beforeend:#id_file_error"' in shown
    assert "<bdi>bad&lt;.pdf</bdi>: The selected file is empty." in shown


def test_htmx_adds_a_link_and_gets_an_empty_field(own, draft):
    form = {"url": "https://lab.example/one"}
    response = own.post(page("add_link", draft, 1), form, headers=LIVE)

    shown = response.content.decode()
    assert 'id="link-field"' in shown
    assert "lab.example/one</bdi>" in shown
    assert 'value="https://lab.example/one"' not in shown
    assert draft.evidence.get().url == "https://lab.example/one"


def test_htmx_keeps_a_wrong_link_in_its_field(own, draft):
    form = {"url": "javascript:alert(1)"}
    response = own.post(page("add_link", draft, 1), form, headers=LIVE)

    assert response.status_code == 422
    assert 'value="javascript:alert(1)"' in response.content.decode()
    assert not draft.evidence.exists()


def test_an_item_is_removed_with_and_without_htmx(own, draft, criterion):
    one = submitting.add_link(draft, criterion, "https://lab.example/1")
    two = submitting.add_link(draft, criterion, "https://lab.example/2")

    response = own.post(
        page("remove_item", draft, one.pk), {"position": "1"}, headers=LIVE
    )
    assert "lab.example/2" in response.content.decode()
    assert "Removed: lab.example/1" in response.content.decode()

    form = {"position": "1", "text": "Typed before."}
    response = own.post(page("remove_item", draft, two.pk), form)
    assert response.url == f"{page('evidence', draft, 1)}#added"
    again = own.post(page("remove_item", draft, two.pk), {"position": "1"})
    assert again.status_code == 303
    assert [item.text for item in draft.evidence.all()] == ["Typed before."]


def test_htmx_reads_in_the_alerts_that_it_was_sent_meanwhile(client):
    sent = make_submission()
    client.force_login(sent.learner)

    response = client.post(
        page("add_link", sent, 1), {"url": "https://lab.example/"}, headers=LIVE
    )

    assert response.status_code == 409
    assert response["HX-Retarget"] == "#alerts"
    assert "data-notice" in response.content.decode()


def test_the_preview_is_what_reviewers_will_see_and_saves_nothing(own, draft):
    form = {"text": "**Bold** <script>alert(1)</script> [x](javascript:alert(1))"}
    response = own.post(reverse("markdown_preview"), form, headers=LIVE)

    shown = response.content.decode()
    assert "<strong>Bold</strong>" in shown
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    assert not draft.evidence.exists()


def test_a_preview_of_too_much_text_says_so(own):
    form = {"text": "x" * 20_001}
    response = own.post(reverse("markdown_preview"), form, headers=LIVE)

    assert response.status_code == 422
    assert "Use 20000 characters or fewer." in response.content.decode()


def test_without_htmx_the_preview_is_on_the_page_and_the_text_is_saved(own, draft):
    form = {"text": "A *fine* day.", "then": "preview"}
    response = own.post(page("evidence", draft, 1), form)

    assert response.url == f"{page('evidence', draft, 1)}?preview=1#preview"
    assert "<em>fine</em>" in own.get(response.url).content.decode()


def test_an_unknown_point_is_a_404(own, draft):
    assert own.get(page("evidence", draft, 3)).status_code == 404
    assert own.post(page("add_file", draft, 9), {"file": note()}).status_code == 404


def test_saving_moves_the_saved_time(own, draft):
    Submission.objects.filter(pk=draft.pk).update(
        saved_at=timezone.now() - timedelta(days=2)
    )

    own.post(page("about", draft), {"text": "Now."})

    draft.refresh_from_db()
    assert timezone.now() - draft.saved_at < timedelta(minutes=1)
