"""People who press at the same instant, on connections of their own."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import awarding, reviewing, revoking, status_lists, submitting
from credentials.models import Credential, Review, StatusIndex, Submission
from tests.factories import (
    make_credential,
    make_draft,
    make_issuer,
    make_member,
    make_opinion,
    make_submission,
)

pytestmark = pytest.mark.django_db(transaction=True)

UNIQUE = [
    ("credentials_credential", "award_key"),
    ("credentials_credential", "once_key"),
    ("credentials_credential", "submission_id"),
    ("credentials_review", "submission_id, round"),
]


def at_once(*works):
    """Run each work on its own connection, all let go together; return outcomes.

    An outcome is what the work returned, or the name of what it raised.
    """
    ready = threading.Barrier(len(works))

    def run(work):
        try:
            ready.wait()
            return work()
        except Exception as error:  # outcomes are compared below
            return type(error).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def approve(submission, reviewer):
    own = Submission.objects.get(pk=submission.pk)
    return bool(reviewing.decide(own, make_opinion(own), by=reviewer))


def decision_mails(submission):
    return ProcrastinateJob.objects.filter(
        task_name="credentials.mail_decision", args__submission_id=str(submission.pk)
    )


def test_eight_approvals_at_once_give_one_credential_and_one_mail():
    submission = make_submission()
    reviewers = [make_member(submission.achievement.issuer) for _ in range(8)]

    outcomes = at_once(*(lambda by=by: approve(submission, by) for by in reviewers))

    assert Counter(outcomes) == {True: 1, "AlreadyDecided": 7}
    assert Credential.objects.count() == 1
    assert Review.objects.count() == 1
    assert decision_mails(submission).count() == 1


@pytest.fixture
def _without_guards(monkeypatch):
    """No compare-and-set, no unique constraints: what the guards are there for."""

    def set_blindly(submission, opinion, by, now):
        Submission.objects.filter(pk=submission.pk).update(
            status="approved", decided_at=now, decided_by=by
        )

    monkeypatch.setattr(reviewing, "_set_status", set_blindly)
    dropped = []
    with connection.cursor() as cursor:
        for table, columns in UNIQUE:
            cursor.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE conrelid = %s::regclass AND contype = 'u'",
                [table],
            )
            for name, definition in cursor.fetchall():
                if definition == f"UNIQUE ({columns})":
                    cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
                    dropped.append((table, name, definition))
    assert len(dropped) == len(UNIQUE)
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE credentials_credential, credentials_review CASCADE")
        for table, name, definition in dropped:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


@pytest.mark.usefixtures("_without_guards")
def test_without_its_guards_the_same_press_gives_more():
    submission = make_submission()
    reviewers = [make_member(submission.achievement.issuer) for _ in range(4)]

    at_once(*(lambda by=by: approve(submission, by) for by in reviewers))

    assert Credential.objects.count() > 1


def test_approving_and_declining_at_once_leaves_one_decision():
    submission = make_submission()
    one, other = (make_member(submission.achievement.issuer) for _ in range(2))

    def decline():
        own = Submission.objects.get(pk=submission.pk)
        return reviewing.decide(own, make_opinion(own, "decline"), by=other) is None

    outcomes = at_once(lambda: approve(submission, one), decline)

    assert Counter(outcomes) == {True: 1, "AlreadyDecided": 1}
    submission.refresh_from_db()
    was_approved = submission.status == "approved"
    assert Credential.objects.exists() == was_approved


def test_withdrawing_and_beginning_a_review_at_once_lets_one_through():
    submission = make_submission()
    reviewer = make_member(submission.achievement.issuer)

    outcomes = at_once(
        lambda: submitting.withdraw(
            Submission.objects.get(pk=submission.pk), by=submission.learner
        ),
        lambda: reviewing.begin(Submission.objects.get(pk=submission.pk), by=reviewer),
    )

    assert len([outcome for outcome in outcomes if outcome is None]) == 1
    submission.refresh_from_db()
    assert submission.status in {"withdrawn", "in_review"}


def test_revoking_and_reinstating_at_once_ends_revoked_or_refuses():
    credential = make_credential()
    manager = make_member(credential.issuer, "manager")
    revoking.suspend(credential, reason="being_checked", by=manager)

    def change(function, reason):
        own = Credential.objects.get(pk=credential.pk)
        return function(own, reason=reason, by=manager)

    at_once(
        lambda: change(revoking.revoke, "mistake"),
        lambda: change(revoking.reinstate, "other"),
    )

    credential.refresh_from_db()
    assert credential.state == "revoked"  # allowed after either order
    listed = status_lists.is_listed(credential.status_list, credential.status_index)
    assert listed


def test_two_tabs_that_start_the_same_badge_share_one_draft():
    draft = make_draft(complete=False)
    learner, achievement = draft.learner, draft.achievement
    submitting.delete_draft(draft, by=learner)

    started = at_once(*[lambda: submitting.start(achievement, learner=learner).pk] * 4)

    assert len(set(started)) == 1
    assert Submission.objects.open().count() == 1


def test_forty_awards_at_once_take_forty_positions(settings):
    settings.STATUS_LIST_SHARE = 0.0001  # 13 positions a list: it runs out on the way
    issuer = make_issuer()

    def take():
        with transaction.atomic():
            status_list, index = status_lists.take_position(issuer)
            return status_list.pk, index

    taken = at_once(*[take] * 40)

    assert len(set(taken)) == 40
    assert all(isinstance(position, tuple) for position in taken)
    assert StatusIndex.objects.filter(status_list__issuer=issuer).exists()


def test_an_award_key_is_used_once_even_without_a_submission():
    first = make_credential(key="batch:1")

    with pytest.raises(awarding.AlreadyAwarded), transaction.atomic():
        make_credential(first.version, key="batch:1")
