"""What the review page decides, and what it says when it cannot."""

import re
import uuid

import pytest
from django.urls import reverse

from credentials import reviewing, submitting
from credentials.models import Credential, Review
from tests.factories import (
    make_member,
    make_opinion,
    make_submission,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission():
    return make_submission()


@pytest.fixture
def reviewer(client, submission):
    user = make_member(submission.achievement.issuer, full_name="Ana Ribeiro")
    client.force_login(user)
    return user


def page_of(submission):
    return reverse("admin:credentials_submission_review", args=[submission.pk])


def filled(submission, decision="approve", **fields):
    """What the browser sends when every required level is chosen."""
    levels = {
        f"level-{criterion.pk}": str(criterion.levels.get(is_required=True).pk)
        for criterion in submission.version.criteria.all()
    }
    form = {
        "round": str(submission.round),
        "idempotency_key": str(uuid.uuid4()),
        "decision": decision,
        "comment": "" if decision == "approve" else "Show the second part as well.",
        "decline_reason": "other" if decision == "decline" else "",
    }
    return {**levels, **form, **fields}


def test_approving_issues_the_credential_and_leads_to_the_decision(
    client, submission, reviewer
):
    response = client.post(page_of(submission), filled(submission), follow=True)

    credential = Credential.objects.get(submission=submission)
    assert response.redirect_chain == [(page_of(submission), 302)]
    assert "Approved. The credential is issued" in response.text
    change = reverse("admin:credentials_credential_change", args=[credential.pk])
    assert change in response.text
    assert 'name="decision"' not in response.text


def test_pressing_twice_issues_once_and_leads_to_the_same_page(
    client, submission, reviewer
):
    form = filled(submission)

    first = client.post(page_of(submission), form)
    second = client.post(page_of(submission), form)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Credential.objects.count() == Review.objects.count() == 1


def test_returning_stores_notes_for_learner_and_staff(client, submission, reviewer):
    first = submission.version.criteria.first()
    form = filled(submission, "return", staff_note="Ask Bram.")
    form |= {f"note-{first.pk}": "Too short.", f"level-{first.pk}": "none"}

    client.post(page_of(submission), form)

    review = submission.reviews.get()
    assert (review.decision, review.staff_note) == ("return", "Ask Bram.")
    said = review.criteria.get(criterion=first)
    assert (said.level, said.note) == (None, "Too short.")


@pytest.mark.parametrize(
    ("decision", "fields", "sentence"),
    [
        ("return", {"comment": ""}, "Write what the learner should change."),
        ("decline", {"decline_reason": ""}, "Choose the reason for declining."),
        ("decline", {"comment": ""}, "Write why, and how to try again."),
        ("approve", {"comment": "a\u202eb"}, "contains a hidden character"),
    ],
)
def test_what_is_missing_is_said_and_every_answer_is_kept(
    client, submission, reviewer, decision, fields, sentence
):
    form = filled(submission, decision, staff_note="Ask Bram.", **fields)

    response = client.post(page_of(submission), form)

    assert response.status_code == 422
    assert response.text.count(sentence) >= 2  # in the summary and beside the field
    assert "<title>Error:" in response.text
    assert "Ask Bram." in response.text
    assert len(re.findall(r"<input[^>]*\bchecked", response.text)) == 2
    submission.refresh_from_db()
    assert submission.status == "submitted"


def test_approving_without_a_level_says_which_one(client, submission, reviewer):
    first = submission.version.criteria.first()

    response = client.post(
        page_of(submission), filled(submission, **{f"level-{first.pk}": ""})
    )

    assert response.status_code == 422
    sentence = f"Choose the level you see for “{first}”."
    assert f'href="#id_level-{first.pk}_0">{sentence}' in response.text
    assert f'id="id_level-{first.pk}_0"' in response.text


def test_a_level_of_another_criterion_is_refused(client, submission, reviewer):
    first, second = submission.version.criteria.all()
    stray = second.levels.get(is_required=True).pk

    response = client.post(
        page_of(submission), filled(submission, **{f"level-{first.pk}": str(stray)})
    )

    assert response.status_code == 422
    assert "Choose one of the levels shown." in response.text


def test_approving_under_a_required_level_needs_a_reason(client, submission, reviewer):
    first = submission.version.criteria.first()
    low = {f"level-{first.pk}": str(first.levels.get(position=1).pk)}

    refused = client.post(page_of(submission), filled(submission, **low))
    low["override_reason"] = "Shown orally as well."
    client.post(page_of(submission), filled(submission, **low))

    assert refused.status_code == 422
    assert "under its required level" in refused.text
    submission.refresh_from_db()
    assert submission.status == "approved"
    assert submission.override_reason == "Shown orally as well."


def test_the_second_of_two_reads_who_was_faster_and_keeps_their_words(
    client, submission, reviewer
):
    client.get(page_of(submission))
    other = make_member(submission.achievement.issuer, full_name="Bram Visser")
    form = filled(submission, "return", comment="Please add the recording.")
    reviewing.decide(submission, make_opinion(submission), by=other)

    response = client.post(page_of(submission), form)

    text = " ".join(response.text.split())
    assert response.status_code == 409
    assert re.search(
        r"<bdi>Bram Visser</bdi> approved this at \d\d:\d\d UTC, "
        r"before you pressed the button\.",
        text,
    )
    assert "Nothing you did was saved." in text
    assert "See the decision." in text
    assert "Please add the recording." in text
    assert Review.objects.count() == 1


def test_a_page_of_an_earlier_hand_in_cannot_decide_the_newer_one(
    client, submission, reviewer
):
    old = filled(submission)
    other = make_member(submission.achievement.issuer, full_name="Bram Visser")
    reviewing.decide(submission, make_opinion(submission, "return"), by=other)
    submitting.send(submission, by=submission.learner)

    response = client.post(page_of(submission), old)

    assert response.status_code == 409
    assert "returned this at" in response.text
    submission.refresh_from_db()
    assert (submission.status, submission.round) == ("submitted", 2)
    assert not Credential.objects.exists()


def test_a_submission_taken_back_meanwhile_says_so(client, submission, reviewer):
    form = filled(submission)
    submitting.withdraw(submission, by=submission.learner)

    response = client.post(page_of(submission), form)

    assert response.status_code == 409
    assert "The learner withdrew this before you pressed the button." in response.text


def test_the_same_form_with_another_button_later_changes_nothing(
    client, submission, reviewer
):
    form = filled(submission)
    client.post(page_of(submission), form)

    response = client.post(page_of(submission), {**form, "decision": "decline"})

    assert response.status_code == 409
    submission.refresh_from_db()
    assert submission.status == "approved"


def test_a_badge_that_is_held_by_now_cannot_be_approved(client, submission, reviewer):
    reviewing.decide(submission, make_opinion(submission), by=reviewer)
    Credential.objects.update(once_key=None)
    again = make_submission(submission.version, submission.learner)
    key = f"{submission.achievement_id}:{submission.learner_id}"
    Credential.objects.update(once_key=key)

    shown = client.get(page_of(again))
    response = client.post(page_of(again), filled(again))

    assert "holds this badge already, so you cannot approve" in shown.text
    assert response.status_code == 422
    assert "The learner holds this badge already." in response.text
    again.refresh_from_db()
    assert again.status == "submitted"


def test_beginning_keeps_the_learner_from_withdrawing(client, submission, reviewer):
    shown = client.get(page_of(submission)).text
    assert "Once you begin, the learner can no longer withdraw it." in shown

    client.post(reverse("admin:credentials_submission_begin", args=[submission.pk]))

    submission.refresh_from_db()
    assert submission.status == "in_review"
    assert "Begin review" not in client.get(page_of(submission)).text
    with pytest.raises(submitting.NotEditable):
        submitting.withdraw(submission, by=submission.learner)


def test_beginning_what_is_decided_says_who_decided(client, submission, reviewer):
    other = make_member(submission.achievement.issuer, full_name="Bram Visser")
    reviewing.decide(submission, make_opinion(submission), by=other)

    response = client.post(
        reverse("admin:credentials_submission_begin", args=[submission.pk])
    )

    assert response.status_code == 409
    assert "Bram Visser" in response.text
