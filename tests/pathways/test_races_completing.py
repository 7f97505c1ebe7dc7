"""The two last parts of a pathway are approved at the same instant, and the like."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import revoking
from credentials.models import Credential
from pathways import completing, enrolling, evaluating, tasks
from pathways.models import Completion, Enrolment
from tests.credentials.racing import at_once, meanwhile, meet, without_unique
from tests.factories import make_badge, make_credential, make_member, make_user
from tests.pathways.making import make_pathway
from tests.pathways.stacks import (
    badges_of,
    complete,
    earn,
    kinds_of,
    make_stack,
    outcome_of,
    run_jobs,
)

pytestmark = pytest.mark.django_db(transaction=True)

COMPLETED_ONCE = [
    ("credentials_credential", "credentials_credential_award_key_key"),
    ("credentials_credential", "credentials_credential_once_key_key"),
    ("pathways_completion", "completion_once_per_learner"),
]
ON_ONCE = ("pathways_enrolment", "enrolment_once_at_a_time")


@pytest.fixture
def enrolled():
    version, learner = make_stack(2), make_user()
    enrolling.enrol(version.pathway, learner=learner)
    return version, learner


@pytest.fixture
def _no_turns(monkeypatch):
    """Nobody waits for anybody."""
    monkeypatch.setattr(evaluating, "take_turn", lambda learner_id: None)


def outcomes_of(version, learner):
    """How many outcome credentials and completions somebody has."""
    held = Credential.objects.filter(holder=learner, version=outcome_of(version))
    return held.count(), Completion.objects.filter(learner=learner).count()


def approve_at_once(monkeypatch, version, learner):
    """Both last parts are awarded; what follows is decided before either commits."""

    @transaction.atomic
    def approve(badge):
        make_credential(badge, learner)
        evaluating.evaluate(learner.pk)

    meet(monkeypatch, evaluating, "take_turn", 2)
    one, two = badges_of(version)
    return at_once(lambda: approve(one), lambda: approve(two))


def test_two_last_parts_approved_at_once_bring_one_outcome(monkeypatch, enrolled):
    outcomes = approve_at_once(monkeypatch, *enrolled)

    assert outcomes == [None, None]
    assert outcomes_of(*enrolled) == (1, 1)
    assert kinds_of(Completion.objects.get()) == ["completed"]


@pytest.mark.usefixtures("_no_turns")
def test_control_without_turns_each_sees_only_its_own_part(monkeypatch, enrolled):
    meet(monkeypatch, evaluating, "holdings_of", 2, after=True)

    outcomes = approve_at_once(monkeypatch, *enrolled)

    assert outcomes == [None, None]
    assert outcomes_of(*enrolled) == (0, 0)


def test_the_jobs_of_two_parts_approved_at_once_bring_one_outcome(enrolled):
    version, learner = enrolled
    one, two = badges_of(version)
    at_once(
        lambda: make_credential(one, learner), lambda: make_credential(two, learner)
    )

    jobs = ProcrastinateJob.objects.filter(task_name="pathways.evaluate")
    calls = [job.args for job in jobs]
    outcomes = at_once(*[lambda a=args: tasks.evaluate(**a) for args in calls])

    assert outcomes == [None] * 3  # joined, and two parts
    assert outcomes_of(*enrolled) == (1, 1)


def evaluate_at_once(monkeypatch, version, learner):
    """Two jobs have both read that all is there before either writes."""
    earn(version, learner)
    meet(monkeypatch, completing, "_is_held", 2, after=True)
    return at_once(*[lambda: evaluating.evaluate(learner.pk)] * 2)


@pytest.mark.usefixtures("_no_turns")
def test_without_turns_the_constraints_still_let_one_through(monkeypatch, enrolled):
    outcomes = evaluate_at_once(monkeypatch, *enrolled)

    assert outcomes == [None, None]
    assert outcomes_of(*enrolled) == (1, 1)


@pytest.mark.usefixtures("_no_turns")
def test_control_without_the_constraints_there_are_two(monkeypatch, enrolled):
    with without_unique(*COMPLETED_ONCE):
        outcomes = evaluate_at_once(monkeypatch, *enrolled)

        assert outcomes == [None, None]
        assert outcomes_of(*enrolled) == (2, 2)


def test_with_turns_alone_there_is_one(monkeypatch, enrolled):
    version, learner = enrolled
    earn(version, learner)
    meet(monkeypatch, evaluating, "take_turn", 2)

    with without_unique(*COMPLETED_ONCE):
        at_once(*[lambda: evaluating.evaluate(learner.pk)] * 2)

        assert outcomes_of(*enrolled) == (1, 1)


def test_joining_while_the_last_part_is_approved_misses_nothing():
    version, learner = make_stack(1), make_user()
    (badge,) = badges_of(version)

    at_once(
        lambda: enrolling.enrol(version.pathway, learner=learner),
        lambda: make_credential(badge, learner),
    )
    run_jobs()

    assert outcomes_of(version, learner) == (1, 1)


def join_at_once(monkeypatch):
    version, learner = make_stack(1), make_user()
    meet(monkeypatch, enrolling.Enrolment.objects, "create", 4)
    outcomes = at_once(
        *[lambda: enrolling.enrol(version.pathway, learner=learner).pk and True] * 4
    )
    return Counter(outcomes), Enrolment.objects.filter(learner=learner).count()


def test_four_tabs_that_join_at_once_make_one_enrolment(monkeypatch):
    outcomes, enrolments = join_at_once(monkeypatch)

    assert outcomes == {True: 1, "AlreadyOn": 3}
    assert enrolments == 1


def test_control_without_the_constraint_each_tab_joins(monkeypatch):
    with without_unique(ON_ONCE):
        outcomes, enrolments = join_at_once(monkeypatch)

        assert outcomes == {True: 4}
        assert enrolments == 4


def newer_version(version):
    issuer = version.pathway.issuer
    badges = [make_badge(issuer)]
    return make_pathway(
        issuer, badges, pathway=version.pathway, outcome=outcome_of(version)
    )


def test_who_completes_while_they_move_is_not_on_both(enrolled):
    version, learner = enrolled
    newer_version(version)
    earn(version, learner)

    outcomes = at_once(
        lambda: evaluating.evaluate(learner.pk),
        lambda: enrolling.move(version.pathway, learner=learner).pk and None,
    )

    completed = Completion.objects.filter(learner=learner, version=version).exists()
    stayed = Enrolment.objects.get(learner=learner).version == version
    assert outcomes[0] is None
    assert outcomes[1] in {None, "AlreadyCompleted"}
    assert completed == stayed == (outcomes[1] == "AlreadyCompleted")


@pytest.fixture
def review():
    completion = complete(make_stack(1))
    manager = make_member(completion.credential.issuer, "manager")
    part = completion.parts.get().credential
    revoking.suspend(part, reason="being_checked", by=manager)
    evaluating.evaluate(completion.learner_id)
    return Completion.objects.get(pk=completion.pk), part, manager


def decide(how, completion, manager):
    own = Completion.objects.get(pk=completion.pk)
    how(own, by=manager)


def test_keeping_and_withdrawing_at_once_lets_one_through(review):
    completion, _part, manager = review

    outcomes = at_once(
        lambda: decide(completing.keep, completion, manager),
        lambda: decide(completing.withdraw, completion, manager),
    )

    completion.refresh_from_db()
    completion.credential.refresh_from_db()
    assert Counter(outcomes) == {None: 1, "StateChanged": 1}
    kept = (completion.standing, completion.credential.state) == ("kept", "active")
    gone = (completion.standing, completion.credential.state) == ("review", "revoked")
    assert [kept, gone] == [outcome is None for outcome in outcomes]
    assert kinds_of(completion)[2:] == ["kept" if kept else "withdrawn"]


def test_a_part_that_comes_back_before_the_manager_presses_wins(monkeypatch, review):
    completion, part, manager = review

    def come_back():
        revoking.reinstate(part, reason="mistake", by=manager)
        evaluating.evaluate(completion.learner_id)

    meanwhile(monkeypatch, completing, "take_turn", come_back)

    with pytest.raises(completing.StateChanged):
        decide(completing.withdraw, completion, manager)

    completion.credential.refresh_from_db()
    assert completion.credential.state == "active"
    assert kinds_of(completion) == ["completed", "part_lost", "met_again"]
