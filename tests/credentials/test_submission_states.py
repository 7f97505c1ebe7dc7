"""What the page of a submission says in each state, and what can be done then."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from credentials import reviewing
from credentials.models import Credential, Evidence
from tests.credentials.wizard import page, words
from tests.factories import (
    make_draft,
    make_member,
    make_opinion,
    make_submission,
)

pytestmark = pytest.mark.django_db


# States


def test_a_returned_submission_shows_the_reviewers_words_beside_each_point(
    own, learner
):
    submission = make_submission(learner=learner)
    first = submission.version.criteria.get(position=1)
    opinion = make_opinion(
        submission,
        "return",
        comment="Show the **second** part.",
        notes={first.pk: "Which ward was it?"},
    )
    reviewer = make_member(submission.achievement.issuer)
    reviewing.decide(submission, opinion, by=reviewer)

    shown = own.get(submission.get_absolute_url())
    name = submission.achievement.issuer.name
    assert f"{name} asked for changes. Show the second part." in words(shown)
    assert "You have kept everything you sent." in words(shown)
    beside = words(own.get(page("evidence", submission, 1)))
    assert "The reviewer saw: Able (this level is enough) Which ward was it?" in beside
    assert "Which ward" not in words(own.get(page("evidence", submission, 2)))

    own.post(page("evidence", submission, 1), {"text": "Ward 4."})
    response = own.post(
        page("check", submission), {"declared": "on", "idempotency_key": str(uuid4())}
    )
    assert response.url == page("sent", submission)
    submission.refresh_from_db()
    assert (submission.status, submission.round) == ("submitted", 2)


def test_what_was_sent_can_be_read_and_taken_back_until_the_review_begins(own, learner):
    submission = make_submission(learner=learner)

    shown = words(own.get(submission.get_absolute_url()))
    assert "Take it back" in shown
    assert "What I did for Point 1." in shown
    assert own.get(page("withdraw", submission)).status_code == 200
    response = own.post(page("withdraw", submission))
    assert response.url == submission.get_absolute_url()
    shown = words(own.get(response.url))
    assert "You took it back on" in shown
    assert "Start again" in shown


def test_a_submission_in_review_is_read_only(own, learner):
    submission = make_submission(learner=learner, state="in_review")

    shown = words(own.get(submission.get_absolute_url()))
    assert "The review has begun, so it cannot be taken back." in shown
    assert "Take it back" not in shown
    assert own.get(page("withdraw", submission)).status_code == 303
    response = own.post(page("withdraw", submission))
    assert response.status_code == 409
    assert "The review has begun. Nothing was changed." in words(response)


def test_an_approved_submission_leads_to_its_credential(own, learner):
    submission = make_submission(learner=learner, state="approved")
    credential = Credential.objects.get(submission=submission)

    shown = own.get(submission.get_absolute_url())

    assert credential.get_absolute_url() in shown.content.decode()
    assert "approved it on" in words(shown)


def test_what_the_credential_names_can_be_hidden_and_shown_again(own, learner):
    submission = make_submission(learner=learner, state="approved", public=True)
    first, second = submission.evidence.all()
    document = submission.credential.document
    address = reverse(
        "credential_evidence", args=[submission.credential.token, first.pk]
    )
    here = page("visibility", submission)
    assert "What I did for Point 1." in words(own.get(address))

    response = own.post(here, {"public": [str(second.pk)]})

    assert response.url == submission.get_absolute_url()
    assert "What I did for Point 1." not in words(own.get(address))
    own.post(here, {"public": [str(first.pk), str(second.pk)]})
    assert "What I did for Point 1." in words(own.get(address))
    submission.credential.refresh_from_db()
    assert submission.credential.document == document


def test_what_the_credential_does_not_name_stays_hidden(own, learner):
    submission = make_submission(learner=learner, state="approved")
    item = submission.evidence.first()
    here = page("visibility", submission)

    assert "names none of your evidence" in words(own.get(here))
    assert own.post(here, {"public": [str(item.pk)]}).status_code == 422
    item.refresh_from_db()
    assert not item.is_public


def test_a_declined_submission_says_why_and_how_to_try_again(own, learner):
    submission = make_submission(learner=learner, state="declined")
    badge = submission.achievement

    shown = own.get(submission.get_absolute_url())

    assert "Reason: The evidence does not show the criteria." in words(shown)
    assert "Show the second part as well." in words(shown)
    start = reverse("start", args=[badge.issuer.slug, badge.slug])
    assert f'href="{start}"' in shown.content.decode()
    assert own.post(start).url != submission.get_absolute_url()


def test_a_deleted_draft_says_so(own, learner):
    draft = make_draft(learner=learner)

    assert "Nobody can bring them back." in words(own.get(page("delete", draft)))
    response = own.post(page("delete", draft))

    assert response.url == draft.achievement.get_absolute_url()
    assert "You deleted this draft on" in words(own.get(draft.get_absolute_url()))
    assert Evidence.objects.count() == 0
