"""Two people decide, hand in or take back at the same instant."""

from __future__ import annotations

from collections import Counter

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import reviewing, submitting
from credentials.models import Credential, Review, Submission, SubmissionEvent
from tests.credentials.racing import at_once, meanwhile, meet, without_unique
from tests.factories import make_draft, make_member, make_opinion, make_submission

pytestmark = pytest.mark.django_db(transaction=True)

AWARDED_ONCE = [
    ("credentials_credential", "credentials_credential_award_key_key"),
    ("credentials_credential", "credentials_credential_once_key_key"),
    ("credentials_credential", "credentials_credential_submission_id_key"),
    ("credentials_review", "review_one_per_hand_in"),
]
ONE_OPEN = [("credentials_submission", "submission_one_open_per_badge")]


def decide(submission, decision, by):
    own = Submission.objects.get(pk=submission.pk)
    return reviewing.decide(own, make_opinion(own, decision), by=by) is not None


def withdraw(submission):
    own = Submission.objects.get(pk=submission.pk)
    submitting.withdraw(own, by=own.learner)


def send(submission):
    own = Submission.objects.get(pk=submission.pk)
    submitting.send(own, by=own.learner)


def reviewers_of(submission, count):
    return [make_member(submission.achievement.issuer) for _ in range(count)]


def decision_mails(submission):
    return ProcrastinateJob.objects.filter(
        task_name="credentials.mail_decision", args__submission_id=str(submission.pk)
    ).count()


def kinds_of(submission):
    events = SubmissionEvent.objects.filter(submission=submission)
    return list(events.values_list("kind", flat=True))


@pytest.fixture
def _decides_blindly(monkeypatch):
    """The compare-and-set sets without comparing."""

    def set_blindly(submission, opinion, by, now):
        final = opinion.decision != "return"
        Submission.objects.filter(pk=submission.pk).update(
            status={"approve": "approved", "decline": "declined"}[opinion.decision],
            decline_reason=opinion.decline_reason,
            decided_at=now if final else None,
            decided_by=by if final else None,
        )

    monkeypatch.setattr(reviewing, "_set_status", set_blindly)


def approve_at_once(monkeypatch, count):
    """Everybody has read and signed before the first one writes."""
    submission = make_submission()
    reviewers = reviewers_of(submission, 5)
    meet(monkeypatch, reviewing, "_set_status", count)
    outcomes = at_once(
        *(
            lambda n=n: decide(submission, "approve", reviewers[n % 5])
            for n in range(count)
        )
    )
    return submission, Counter(outcomes)


def test_fifty_approvals_at_once_give_one_credential_and_one_mail(monkeypatch):
    submission, outcomes = approve_at_once(monkeypatch, 50)

    assert outcomes == {True: 1, "AlreadyDecided": 49}
    assert Credential.objects.filter(submission=submission).count() == 1
    assert Review.objects.filter(submission=submission).count() == 1
    assert decision_mails(submission) == 1
    assert kinds_of(submission) == ["started", "sent", "approved"]


@pytest.mark.usefixtures("_decides_blindly")
def test_the_constraints_alone_keep_approvals_at_once_down_to_one(monkeypatch):
    submission, outcomes = approve_at_once(monkeypatch, 8)

    assert outcomes[True] == 1
    assert Credential.objects.filter(submission=submission).count() == 1
    assert decision_mails(submission) == 1


def test_comparing_alone_keeps_approvals_at_once_down_to_one(monkeypatch):
    with without_unique(*AWARDED_ONCE):
        submission, outcomes = approve_at_once(monkeypatch, 8)

        assert outcomes == {True: 1, "AlreadyDecided": 7}
        assert Credential.objects.filter(submission=submission).count() == 1


@pytest.mark.usefixtures("_decides_blindly")
def test_control_without_any_guard_each_approval_gives_a_credential(monkeypatch):
    with without_unique(*AWARDED_ONCE):
        submission, outcomes = approve_at_once(monkeypatch, 8)

        assert outcomes == {True: 8}
        assert Credential.objects.filter(submission=submission).count() == 8
        assert decision_mails(submission) == 8


@pytest.mark.parametrize(
    ("slow", "fast"), [("approve", "decline"), ("decline", "approve")]
)
def test_who_decides_second_changes_nothing(monkeypatch, slow, fast):
    submission = make_submission()
    one, other = reviewers_of(submission, 2)
    faster = meanwhile(
        monkeypatch, reviewing, "_set_status", lambda: decide(submission, fast, other)
    )

    with pytest.raises(reviewing.AlreadyDecided) as refusal:
        decide(submission, slow, one)

    assert faster == [fast == "approve"]
    assert refusal.value.review.reviewer == other
    submission.refresh_from_db()
    assert submission.status == {"approve": "approved", "decline": "declined"}[fast]
    assert Credential.objects.exists() == (fast == "approve")
    assert decision_mails(submission) == 1


@pytest.mark.usefixtures("_decides_blindly")
def test_control_without_comparing_a_declined_one_holds_a_credential(monkeypatch):
    submission = make_submission()
    one, other = reviewers_of(submission, 2)
    meanwhile(
        monkeypatch,
        reviewing,
        "_set_status",
        lambda: decide(submission, "approve", other),
    )

    with without_unique(AWARDED_ONCE[-1]):
        decide(submission, "decline", one)

        submission.refresh_from_db()
        assert submission.status == "declined"
        assert submission.credential.state == "active"


def test_what_the_learner_took_back_is_not_decided(monkeypatch):
    submission = make_submission()
    (reviewer,) = reviewers_of(submission, 1)
    meanwhile(monkeypatch, reviewing, "_set_status", lambda: withdraw(submission))

    with pytest.raises(reviewing.AlreadyDecided):
        decide(submission, "approve", reviewer)

    assert not Credential.objects.exists()
    assert not decision_mails(submission)
    assert kinds_of(submission) == ["started", "sent", "withdrawn"]


@pytest.mark.usefixtures("_decides_blindly")
def test_control_without_comparing_what_was_taken_back_is_approved(monkeypatch):
    submission = make_submission()
    (reviewer,) = reviewers_of(submission, 1)
    meanwhile(monkeypatch, reviewing, "_set_status", lambda: withdraw(submission))

    decide(submission, "approve", reviewer)

    assert Credential.objects.count() == 1
    assert kinds_of(submission) == ["started", "sent", "withdrawn", "approved"]


def test_an_opinion_about_the_last_round_decides_nothing(monkeypatch):
    submission = make_submission()
    one, other = reviewers_of(submission, 2)

    def return_and_send_again():
        own = Submission.objects.get(pk=submission.pk)
        reviewing.decide(own, make_opinion(own, "return"), by=other)
        send(submission)

    meanwhile(monkeypatch, reviewing, "_set_status", return_and_send_again)

    with pytest.raises(reviewing.AlreadyDecided):
        decide(submission, "approve", one)

    assert not Credential.objects.exists()


def test_withdrawing_and_beginning_a_review_at_once_lets_one_through():
    submission = make_submission()
    (reviewer,) = reviewers_of(submission, 1)

    outcomes = at_once(
        lambda: withdraw(submission),
        lambda: reviewing.begin(Submission.objects.get(pk=submission.pk), by=reviewer),
    )

    assert len([outcome for outcome in outcomes if outcome is None]) == 1
    submission.refresh_from_db()
    last = {"withdrawn": "withdrawn", "in_review": "review_began"}
    assert kinds_of(submission) == ["started", "sent", last[submission.status]]


def test_sending_at_once_from_two_tabs_sends_once(monkeypatch):
    draft = make_draft()
    meet(monkeypatch, submitting, "_lock_editable", 4)

    outcomes = at_once(*[lambda: send(draft)] * 4)

    assert Counter(outcomes) == {None: 1, "NotEditable": 3}
    draft.refresh_from_db()
    assert draft.round == 1
    assert kinds_of(draft) == ["started", "sent"]


@pytest.fixture
def _everything_is_editable(monkeypatch):
    """Neither the look at the locked row nor the compare-and-set refuses anything."""
    monkeypatch.setattr(Submission, "EDITABLE", tuple(Submission.Status))


@pytest.mark.usefixtures("_everything_is_editable")
def test_control_without_comparing_each_tab_sends(monkeypatch):
    draft = make_draft()
    meet(monkeypatch, submitting, "_lock_editable", 4)

    at_once(*[lambda: send(draft)] * 4)

    draft.refresh_from_db()
    assert draft.round == 4


def test_what_was_withdrawn_is_not_sent(monkeypatch):
    returned = make_submission(state="returned")
    meanwhile(monkeypatch, submitting, "_lock_editable", lambda: withdraw(returned))

    with pytest.raises(submitting.NotEditable):
        send(returned)

    returned.refresh_from_db()
    assert returned.status == "withdrawn"


@pytest.mark.usefixtures("_everything_is_editable")
def test_control_without_comparing_what_was_withdrawn_comes_back(monkeypatch):
    returned = make_submission(state="returned")
    meanwhile(monkeypatch, submitting, "_lock_editable", lambda: withdraw(returned))

    send(returned)

    returned.refresh_from_db()
    assert returned.status == "submitted"


def start_at_once(monkeypatch, draft):
    learner, achievement = draft.learner, draft.achievement
    submitting.delete_draft(draft, by=learner)
    meet(monkeypatch, submitting, "_open", 4, after=True)
    return at_once(*[lambda: submitting.start(achievement, learner=learner).pk] * 4)


def test_four_tabs_that_start_the_same_badge_share_one_draft(monkeypatch):
    started = start_at_once(monkeypatch, make_draft(complete=False))

    assert len(set(started)) == 1
    assert Submission.objects.open().count() == 1
    assert SubmissionEvent.objects.filter(submission=started[0]).count() == 1


def test_control_without_the_constraint_each_tab_starts_its_own(monkeypatch):
    draft = make_draft(complete=False)
    with without_unique(*ONE_OPEN):
        assert len(set(start_at_once(monkeypatch, draft))) == 4
