"""What the pages of the wizard say about a wrong answer, and what they keep."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from credentials.models import Submission
from tests.credentials.wizard import hidden, note, page, words
from tests.factories import (
    make_draft,
)

pytestmark = pytest.mark.django_db


# Errors


@pytest.mark.parametrize(
    ("name", "args", "form", "sentence"),
    [
        ("about", [], {"text": " "}, "Write what you did, when, and for whom."),
        ("about", [], {"text": "x" * 2001}, "Use 2000 characters or fewer."),
        (
            "help",
            [],
            {"text": ""},
            "Write who and what helped you, or that nobody and nothing did.",
        ),
        ("name", [], {"name": "  "}, "Enter a name."),
        ("evidence", [1], {"text": "a\x07b"}, "hidden character (U+0007)"),
        ("evidence", [1], {"text": "x" * 20001}, "Use 20000 characters or fewer."),
        (
            "evidence",
            [1],
            {"url": "ftp://lab.example/"},
            "Enter a web address that begins with https:// or http://.",
        ),
        (
            "add_link",
            [1],
            {"url": ""},
            "Enter a web address that begins with https:// or http://.",
        ),
        ("add_file", [1], {}, "Select a file."),
        ("check", [], {}, "Confirm that this is your own work."),
    ],
)
def test_an_error_is_told_in_title_summary_and_beside_its_field(
    own, learner, name, args, form, sentence
):
    draft = make_draft(learner=learner)

    response = own.post(page(name, draft, *args), form)

    assert response.status_code == 422
    shown = response.content.decode()
    assert re.search(r"<title>Error: ", shown)
    assert words(response).count(sentence) == 2
    summary = re.search(r'<ul class="problems">(.*?)</ul>', shown, re.DOTALL)[1]
    for target in re.findall(r'href="#([^"]+)"', summary):
        assert f'id="{target}"' in shown


def test_answers_survive_an_error_elsewhere(own, learner):
    draft = make_draft(learner=learner, complete=False)

    response = own.post(
        page("evidence", draft, 1),
        {"text": "My words.", "url": "nonsense", "file": note("ward.txt")},
    )

    assert response.status_code == 422
    shown = response.content.decode()
    assert "My words.</textarea>" in shown
    assert 'value="nonsense"' in shown
    assert "ward.txt" in words(response)
    # pressed again with the address put right, nothing is there twice
    response = own.post(
        page("evidence", draft, 1),
        {
            "text": "My words.",
            "url": "https://lab.example/",
            "seen": hidden(response, "seen"),
        },
    )
    assert response.status_code == 303
    kinds = draft.evidence.order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["file", "link", "text"]


def test_an_incomplete_submission_lists_what_is_missing_and_cannot_be_sent(
    own, learner
):
    draft = make_draft(learner=learner, complete=False)

    shown = own.get(page("check", draft))
    assert "Finish these parts before you send it:" in words(shown)
    assert "Send for review" not in words(shown)
    response = own.post(
        page("check", draft), {"declared": "on", "idempotency_key": str(uuid4())}
    )

    assert response.status_code == 422
    assert "Some parts are not finished." in words(response)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_name_that_breaks_the_rules_is_told_on_the_check_page(own, learner):
    draft = make_draft(learner=learner)
    Submission.objects.filter(pk=draft.pk).update(name_on_credential=" ")

    response = own.post(
        page("check", draft), {"declared": "on", "idempotency_key": str(uuid4())}
    )

    assert response.status_code == 422
    assert "Enter a name." in words(response)
