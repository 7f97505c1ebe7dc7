"""A text that is saved while it is typed: kept, never over another one, never lost."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from credentials import submitting
from credentials.models import Evidence, Submission
from tests.factories import make_draft, make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
MORE_THAN_FITS = 2001


@pytest.fixture
def draft(client):
    learner = make_user("Mei Tan")
    client.force_login(learner)
    draft = make_draft(learner=learner)
    draft.evidence.all().delete()
    Submission.objects.filter(pk=draft.pk).update(about="")
    return draft


def about(draft):
    return reverse("submission_about", args=[draft.pk])


def evidence(draft):
    return reverse("submission_evidence", args=[draft.pk, 1])


def type_into(client, address, text, seen=""):
    values = {"text": text, "then": "draft", "seen": submitting.seen(seen)}
    return client.post(address, values, headers=HTMX)


def stored(draft):
    draft.refresh_from_db()
    return draft.about


def test_a_text_is_kept_and_the_next_one_goes_on_from_it(client, draft):
    answer = type_into(client, about(draft), "Two hours")

    assert (answer.status_code, stored(draft)) == (200, "Two hours")
    assert b'id="saved"' in answer.content
    assert b"<textarea" not in answer.content
    digest = json.loads(answer["HX-Trigger"])["draftsaved"]["seen"]
    assert digest == submitting.seen("Two hours")
    again = {"text": "Two hours more", "then": "draft", "seen": digest}
    assert client.post(about(draft), again, headers=HTMX).status_code == 200
    assert stored(draft) == "Two hours more"


def test_evidence_is_kept_and_neither_link_nor_file_comes_with_it(client, draft):
    values = {
        "text": "See page two",
        "url": "https://letters.example/",
        "then": "draft",
        "seen": submitting.seen(""),
    }
    assert client.post(evidence(draft), values, headers=HTMX).status_code == 200
    [item] = Evidence.objects.filter(submission=draft)
    assert (item.kind, item.text) == ("text", "See page two")


def test_the_work_of_another_window_is_not_written_over(client, draft):
    type_into(client, about(draft), "From the first window")

    answer = type_into(client, about(draft), "From the second")

    assert (answer.status_code, stored(draft)) == (409, "From the first window")
    assert answer["HX-Retarget"] == "#alerts"
    assert b"Another window of yours changed this text" in answer.content
    both = client.post(
        about(draft), {"text": "From the second", "seen": submitting.seen("")}
    )
    assert both.status_code == 409
    assert b"From the first window" in both.content
    assert b"From the second" in both.content


def test_an_emptied_field_is_left_to_the_button(client, draft):
    type_into(client, about(draft), "Two hours")
    answer = type_into(client, about(draft), "", seen="Two hours")
    assert (answer.status_code, stored(draft)) == (204, "Two hours")


def test_what_is_too_long_is_said_and_not_saved(client, draft):
    answer = type_into(client, about(draft), "x" * MORE_THAN_FITS)
    assert (answer.status_code, stored(draft)) == (422, "")
    assert answer["HX-Retarget"] == "#alerts"
    assert b"Your text is not saved." in answer.content


def test_a_submission_that_was_sent_stays_as_it_is(client, draft):
    Submission.objects.filter(pk=draft.pk).update(status="withdrawn")
    answer = type_into(client, about(draft), "Too late")
    assert (answer.status_code, stored(draft)) == (409, "")
    assert answer["HX-Retarget"] == "#alerts"


def test_a_session_that_ended_does_not_take_the_page_away(draft):
    answer = type_into(Client(), about(draft), "Two hours")
    assert (answer.status_code, stored(draft)) == (403, "")
    assert "HX-Redirect" not in answer
    assert "You are signed out by now." in answer.content.decode()


def test_nobody_elses_draft_is_written_to(draft):
    other = Client()
    other.force_login(make_user("Olena"))
    answer = type_into(other, about(draft), "Mine now")
    assert (answer.status_code, stored(draft)) == (404, "")
