"""Each night: who lost a part because it ended, or its days of grace did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import revoking
from pathways import enrolling, running_out, tasks
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_user,
)
from tests.pathways.making import kept_for_a_module, make_pathway

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with kept_for_a_module(django_db_blocker):
        issuer = make_issuer()
        ending, lasting = make_badge(issuer, validity_months=1), make_badge(issuer)
        yield issuer, ending, lasting, make_pathway(issuer, [ending, lasting])


@pytest.fixture
def holder(made):
    """Somebody on a pathway, who holds a badge that ends, and when it does."""
    _issuer, ending, _lasting, version = made
    learner = make_user()
    enrolling.enrol(version.pathway, learner=learner)
    return learner, make_credential(ending, learner).valid_until


def at(moment):
    return int(moment.timestamp())


def found(moment):
    """Whom a run at that moment enqueues."""
    forget_jobs()
    tasks.look_for_ended(timestamp=at(moment))
    jobs = ProcrastinateJob.objects.filter(task_name="pathways.evaluate")
    return [job.args["learner_id"] for job in jobs]


def forget_jobs():
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name = 'pathways.evaluate'"
        )


def ran(moment, status="succeeded"):
    """Write down that a run looked up to that moment."""
    tasks.look_for_ended.defer(timestamp=at(moment))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status"
            " WHERE task_name = 'pathways.look_for_ended' AND status = 'todo'",
            [status],
        )


def test_whoever_lost_something_since_the_last_run_is_looked_at(holder):
    learner, end = holder
    ran(end - timedelta(hours=20))

    assert found(end - timedelta(seconds=1)) == []
    assert found(end + timedelta(hours=4)) == [learner.pk]


def test_what_ended_before_the_last_run_is_known(holder):
    _learner, end = holder
    ran(end + timedelta(hours=1))

    assert found(end + timedelta(hours=25)) == []


def test_nights_without_a_worker_are_caught_up(holder):
    learner, end = holder
    ran(end - timedelta(days=1))
    ran(end + timedelta(days=1), status="failed")

    assert found(end + timedelta(days=30)) == [learner.pk]


def test_without_a_known_run_it_looks_from_the_beginning(holder):
    learner, end = holder

    assert found(end + timedelta(days=300)) == [learner.pk]


def test_whom_it_concerns_not_is_left_alone(made, holder):
    issuer, badge, _lasting, version = made
    _learner, end = holder
    make_credential(badge, make_user())
    learner, manager = make_user(), make_member(issuer, "manager")
    enrolling.enrol(version.pathway, learner=learner)
    withdrawn = make_credential(badge, learner)
    revoking.revoke(withdrawn, reason="mistake", by=manager)

    assert found(end + timedelta(days=1)) == [holder[0].pk]


def test_the_end_of_the_days_of_grace_is_looked_at_too(made):
    issuer, badge, lasting, _version = made
    learner = make_user()
    version = make_pathway(issuer, [badge, lasting], expired="grace", grace_days=30)
    enrolling.enrol(version.pathway, learner=learner)
    over = make_credential(badge, learner).valid_until + timedelta(days=30)
    ran(over - timedelta(hours=20))

    assert found(over - timedelta(seconds=1)) == []
    assert found(over + timedelta(hours=4)) == [learner.pk]


def test_many_learners_are_enqueued_in_few_statements(
    monkeypatch, made, django_assert_max_num_queries
):
    monkeypatch.setattr(running_out, "BATCH", 2)
    _issuer, badge, _lasting, version = made
    learners = [make_user() for _ in range(4)]
    for learner in learners:
        enrolling.enrol(version.pathway, learner=learner)
        end = make_credential(badge, learner).valid_until

    with django_assert_max_num_queries(9):
        assert sorted(found(end + timedelta(days=1))) == [one.pk for one in learners]
