"""Joining, leaving and moving to the newer version."""

from __future__ import annotations

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from pathways import enrolling, evaluating
from pathways.models import Completion, Enrolment, PathwayVersion
from tests.factories import make_badge, make_user
from tests.pathways.making import kept_for_a_module, make_draft_pathway, make_pathway
from tests.pathways.stacks import (
    complete,
    earn,
    make_stack,
    outcome_of,
    run_jobs,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with kept_for_a_module(django_db_blocker):
        yield make_stack(1).pk


@pytest.fixture
def version(made):
    return PathwayVersion.objects.get(pk=made)


def newer(version, **fields):
    """The next version, which asks for one more badge and gives the same."""
    issuer = version.pathway.issuer
    badges = [make_badge(issuer), make_badge(issuer)]
    fields.setdefault("outcome", outcome_of(version))
    return make_pathway(issuer, badges, pathway=version.pathway, **fields)


def jobs_of(learner):
    waiting = ProcrastinateJob.objects.filter(task_name="pathways.evaluate")
    return waiting.filter(args__learner_id=learner.pk).count()


def retire(pathway):
    pathway.retired_at = timezone.now()
    pathway.retired_by = pathway.current_version.published_by
    pathway.save()


def test_joining_takes_the_version_of_today_and_has_it_evaluated(version):
    learner = make_user()

    enrolment = enrolling.enrol(version.pathway, learner=learner)

    assert (enrolment.version, enrolment.pathway) == (version, version.pathway)
    assert enrolment.left_at is None
    assert jobs_of(learner) == 1


def test_nobody_joins_a_draft_or_a_retired_pathway(version):
    retire(version.pathway)

    for pathway in (version.pathway, make_draft_pathway().pathway):
        with pytest.raises(enrolling.NotOffered):
            enrolling.enrol(pathway, learner=make_user())

    assert not Enrolment.objects.exists()


def test_joining_twice_is_said_and_leaves_one(version):
    learner = make_user()
    enrolling.enrol(version.pathway, learner=learner)

    with pytest.raises(enrolling.AlreadyOn):
        enrolling.enrol(version.pathway, learner=learner)

    assert Enrolment.objects.count() == 1
    assert jobs_of(learner) == 1


def test_who_left_can_join_again(version):
    learner = make_user()
    enrolling.enrol(version.pathway, learner=learner)

    left = enrolling.leave(version.pathway, learner=learner)
    again = enrolling.enrol(version.pathway, learner=learner)

    assert left.left_at is not None
    assert again.pk != left.pk
    assert list(Enrolment.objects.filter(left_at=None)) == [again]


def test_who_is_not_on_a_pathway_neither_leaves_nor_moves(version):
    for change in (enrolling.leave, enrolling.move):
        with pytest.raises(enrolling.NotOn):
            change(version.pathway, learner=make_user())


def test_who_left_before_the_job_runs_is_awarded_nothing(version):
    learner = make_user()
    earn(version, learner)
    enrolling.enrol(version.pathway, learner=learner)
    enrolling.leave(version.pathway, learner=learner)

    run_jobs()

    assert not Completion.objects.exists()


def test_leaving_takes_nothing_away(version):
    completion = complete(version)

    enrolling.leave(version.pathway, learner=completion.learner)
    evaluating.evaluate(completion.learner_id)

    completion.refresh_from_db()
    assert completion.credential.state == "active"
    assert completion.standing == "met"


def test_a_learner_stays_on_their_version_until_they_move(version):
    learner = make_user()
    enrolling.enrol(version.pathway, learner=learner)
    second = newer(version)
    before = jobs_of(learner)

    assert Enrolment.objects.get().version == version
    moved = enrolling.move(version.pathway, learner=learner)

    assert moved.version == second
    assert Enrolment.objects.get().version == second
    assert jobs_of(learner) == before + 1


def test_moving_needs_something_newer_that_is_offered(version):
    learner = make_user()
    enrolling.enrol(version.pathway, learner=learner)

    with pytest.raises(enrolling.NothingNewer):
        enrolling.move(version.pathway, learner=learner)
    newer(version)
    version.pathway.refresh_from_db()
    retire(version.pathway)
    with pytest.raises(enrolling.NotOffered):
        enrolling.move(version.pathway, learner=learner)

    assert Enrolment.objects.get().version == version


def test_who_completed_the_pathway_does_not_move(version):
    completion = complete(version)
    newer(version)

    with pytest.raises(enrolling.AlreadyCompleted):
        enrolling.move(version.pathway, learner=completion.learner)


def test_what_is_held_counts_on_the_newer_version_at_once(version):
    learner = make_user()
    enrolling.enrol(version.pathway, learner=learner)
    second = newer(version)
    earn(second, learner)
    enrolling.move(version.pathway, learner=learner)

    run_jobs()

    assert Completion.objects.get().version == second
