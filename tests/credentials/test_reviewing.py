"""What happens when a reviewer decides."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import reviewing, submitting, verifying
from credentials.models import Credential, Review, Submission
from tests.factories import (
    make_badge,
    make_member,
    make_opinion,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission():
    return make_submission()


@pytest.fixture
def reviewer(submission):
    return make_member(submission.achievement.issuer)


def test_approving_issues_a_complete_verifiable_credential(submission, reviewer):
    credential = reviewing.decide(submission, make_opinion(submission), by=reviewer)

    stored = Credential.objects.get(submission=submission)
    assert stored == credential
    assert verifying.check_signature(stored)
    assert verifying.status_of(stored).verdict == verifying.Verdict.GENUINE
    document = json.loads(stored.document)
    assert document["id"] == f"https://cairn.example.org/c/{stored.token}/"
    results = document["credentialSubject"]["result"]
    assert [r["achievedLevel"].rsplit("#")[1] for r in results] == [
        "criterion-1-level-2",
        "criterion-2-level-2",
    ]
    assert submission.learner.email not in stored.document
    assert submission.status == "approved"
    assert submission.decided_by == reviewer
    assert [event.kind for event in submission.events.all()] == [
        "started",
        "sent",
        "approved",
    ]
    assert [event.kind for event in stored.events.all()] == ["issued"]
    jobs = ProcrastinateJob.objects.filter(task_name="credentials.mail_decision")
    assert [job.args["submission_id"] for job in jobs] == [str(submission.pk)]


def test_the_second_reviewer_learns_who_was_faster(submission, reviewer):
    other = make_member(submission.achievement.issuer)
    seen = Submission.objects.get(pk=submission.pk)
    reviewing.decide(submission, make_opinion(submission), by=other)

    with pytest.raises(reviewing.AlreadyDecided) as caught, transaction.atomic():
        reviewing.decide(seen, make_opinion(seen, "decline"), by=reviewer)

    assert caught.value.review.reviewer == other
    assert caught.value.review.decision == "approve"
    assert Credential.objects.count() == 1
    assert Review.objects.count() == 1


def test_a_decision_about_an_earlier_hand_in_is_refused(submission, reviewer):
    stale = Submission.objects.get(pk=submission.pk)
    reviewing.decide(submission, make_opinion(submission, "return"), by=reviewer)
    submitting.send(submission, by=submission.learner)

    with pytest.raises(reviewing.AlreadyDecided), transaction.atomic():
        reviewing.decide(stale, make_opinion(stale), by=reviewer)

    assert not Credential.objects.exists()


def test_nobody_reviews_their_own_work(reviewer):
    issuer = reviewer.issuer_roles.get().issuer
    own = make_submission(make_badge(issuer), reviewer)

    with pytest.raises(reviewing.NotAllowed):
        reviewing.decide(own, make_opinion(own), by=reviewer)
    with (
        pytest.raises(IntegrityError, match="not_by_the_learner"),
        transaction.atomic(),
    ):
        own.reviews.create(
            learner=own.learner, reviewer=reviewer, round=1, decision="approve"
        )
    with pytest.raises(IntegrityError, match="not_decided_by"), transaction.atomic():
        Submission.objects.filter(pk=own.pk).update(
            status="approved", decided_by=reviewer, decided_at=timezone.now()
        )


def test_staff_of_another_issuer_cannot_decide(submission):
    with pytest.raises(reviewing.NotAllowed):
        reviewing.decide(
            submission,
            make_opinion(submission),
            by=make_member(make_badge().achievement.issuer),
        )


@pytest.mark.parametrize(
    ("decision", "fields", "problem"),
    [
        ("approve", {"levels": {}}, "level-"),
        ("return", {"comment": ""}, "comment"),
        ("decline", {"comment": ""}, "comment"),
        ("decline", {"decline_reason": ""}, "decline_reason"),
    ],
)
def test_an_incomplete_decision_changes_nothing(
    submission, reviewer, decision, fields, problem
):
    with pytest.raises(reviewing.IncompleteDecision) as caught:
        reviewing.decide(
            submission, make_opinion(submission, decision, **fields), by=reviewer
        )

    assert any(name.startswith(problem) for name in caught.value.problems)
    submission.refresh_from_db()
    assert submission.status == "submitted"


def test_approving_under_a_required_level_needs_a_reason(submission, reviewer):
    low = {
        criterion.pk: criterion.levels.get(position=1).pk
        for criterion in submission.version.criteria.all()
    }
    with pytest.raises(reviewing.IncompleteDecision) as caught:
        reviewing.decide(submission, make_opinion(submission, levels=low), by=reviewer)
    assert list(caught.value.problems) == ["override_reason"]

    reviewing.decide(
        submission,
        make_opinion(submission, levels=low, override_reason="Shown orally as well."),
        by=reviewer,
    )
    submission.refresh_from_db()
    assert (submission.status, submission.override_reason) == (
        "approved",
        "Shown orally as well.",
    )


def test_a_returned_submission_keeps_everything_and_can_be_sent_again(
    submission, reviewer
):
    before = list(submission.evidence.values_list("text", flat=True))

    reviewing.decide(submission, make_opinion(submission, "return"), by=reviewer)

    submission.refresh_from_db()
    assert submission.status == "returned"
    assert list(submission.evidence.values_list("text", flat=True)) == before
    submitting.send(submission, by=submission.learner)
    assert (submission.status, submission.round) == ("submitted", 2)


def test_once_a_review_began_the_learner_cannot_withdraw(submission, reviewer):
    reviewing.begin(submission, by=reviewer)

    with pytest.raises(submitting.NotEditable):
        submitting.withdraw(submission, by=submission.learner)


def test_a_badge_is_held_once_unless_it_is_repeatable():
    learner = make_user()
    once, often = make_badge(), make_badge(is_repeatable=True)
    for version in (once, often):
        make_submission(version, learner, state="approved")

    with pytest.raises(submitting.AlreadyHeld):
        submitting.start(once.achievement, learner=learner)
    make_submission(often, learner, state="approved")
    assert learner.credentials.count() == 3
