"""A sweep says what a look at each learner would do, under every policy."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from credentials import revoking
from credentials.models import Credential
from pathways import completing, enrolling, evaluating, sweeping
from pathways.holdings_of import holdings_of_many
from pathways.models import Completion, CompletionEvent
from pathways.reading_rules import tree_of
from pathways.rules import standing
from pathways.rules import sweep as engine
from pathways.verdicts import Verdicts
from tests.factories import make_badge, make_issuer, make_member, make_user
from tests.pathways.crowds import (
    enqueued,
    held,
    hold_by_chance,
    join_all,
    make_people,
    sweep,
)
from tests.pathways.making import make_outcome, make_pathway, rule
from tests.pathways.stacks import (
    badges_of,
    complete,
    earn,
    make_stack,
    outcome_of,
    run_jobs,
)

pytestmark = pytest.mark.django_db


def every_kind(issuer, badges, inner, **fields):
    """A pathway with a node of every kind, and every rule about what counts."""
    skill = badges[6].skill_levels.get()
    return make_pathway(
        issuer,
        [badges[0], rule("badge", achievement=badges[1].achievement, is_optional=True)],
        rule(
            "at_least",
            rule("badge", achievement=badges[2].achievement, expired="yes"),
            rule(
                "badge",
                achievement=badges[3].achievement,
                expired="grace",
                grace_days=30,
                first_version=1,
                last_version=1,
            ),
            (skill.skill, skill.level),
            inner,
            count=2,
        ),
        rule("credits", *badges[3:6], credits=3),
        rule("all", rule("apart", badges[1], badges[4])),
        **fields,
    )


def give_outcomes(inner, people, now):
    """Every second one completed the inner pathway, as far as rows can say."""
    ending = inner.exits.get()
    for one in people[::2]:
        outcome = held(ending.outcome, one, now, source="pathway")
        outcome.save()
        Completion.objects.create(
            exit=ending,
            version=inner,
            learner=one,
            credential=outcome,
            completed_at=now,
            standing_since=now,
            clr_sha256="",
        )


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    "policy", [{}, {"expired": "yes"}, {"expired": "grace", "grace_days": 30}]
)
def test_every_node_is_judged_as_the_engine_judges_it(policy, seed):
    issuer, now = make_issuer(), timezone.now()
    inner = make_stack(1)
    badges = [make_badge(issuer, credits=Decimal("1.5")) for _ in range(7)]
    version = every_kind(issuer, badges, inner, **policy)
    people = make_people(25)
    join_all(version, people)
    hold_by_chance([*badges, make_badge()], people, now, seed)
    give_outcomes(inner, people, now)
    tree = tree_of(version, ways=False)
    verdict = engine.compile(tree, [node.key for node in tree.root.walk()])
    (whole,) = sweeping.prepare(version.pk)

    learners = Verdicts(version).chunk(whole, 100, now)

    known = holdings_of_many([one.pk for one in people])
    expected = {
        key: {
            node.rule.key
            for node in standing.evaluate(tree, holdings, now).root.walk()
            if node.is_met
        }
        for key, holdings in known.items()
    }
    assert {one.key: verdict(one.rows, now) for one in learners} == expected
    assert len(set(map(frozenset, expected.values()))) > 5, "they differ"


def looks_that_do_something():
    """Run what is enqueued; return for whom it wrote something."""
    before = CompletionEvent.objects.count(), enqueued()
    written = []
    for learner in before[1]:
        count = CompletionEvent.objects.count()
        evaluating.evaluate(learner)
        if CompletionEvent.objects.count() > count:
            written.append(learner)
    return written


def forget_jobs():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def end(learner):
    """Everything the learner earned by evidence ended yesterday."""
    Credential.objects.filter(holder=learner, source="submission").update(
        valid_until=timezone.now() - timedelta(days=1)
    )


def renew(learner):
    Credential.objects.filter(holder=learner).update(valid_until=None)


@pytest.mark.parametrize("when_lost", ["keep", "review"])
def test_what_is_lost_and_comes_back_is_found_once(when_lost):
    version = make_stack(1, when_lost=when_lost)
    completions = [complete(version) for _ in range(3)]
    lost = completions[1].learner_id
    forget_jobs()

    sweep(version)
    assert enqueued() == []

    for change in (end, renew):
        change(lost)
        sweep(version)
        assert enqueued() == [lost]
        assert looks_that_do_something() == [lost]
        forget_jobs()
        sweep(version)
        assert enqueued() == []


def test_days_of_grace_are_waited_for():
    version = make_stack(1, expired="grace", grace_days=2)
    completion = complete(version)
    forget_jobs()
    end(completion.learner_id)

    sweep(version)
    assert enqueued() == []

    Credential.objects.filter(source="submission").update(
        valid_until=timezone.now() - timedelta(days=2, seconds=1)
    )
    sweep(version)
    assert enqueued() == [completion.learner_id]


def test_what_a_manager_decided_is_left_alone():
    version = make_stack(1, when_lost="review")
    kept, withdrawn = complete(version), complete(version)
    manager = make_member(version.pathway.issuer, "manager")
    for completion in (kept, withdrawn):
        end(completion.learner_id)
        evaluating.evaluate(completion.learner_id)
        completion.refresh_from_db()
    completing.keep(kept, by=manager)
    completing.withdraw(withdrawn, by=manager)
    forget_jobs()

    sweep(version)
    renew(kept.learner_id)
    sweep(version)

    assert enqueued() == []


def test_an_exit_on_the_way_is_found_and_awarded():
    issuer = make_issuer()
    first, second = make_badge(issuer), make_badge(issuer)
    early = make_outcome(issuer)
    version = make_pathway(issuer, [first], [second], exits={1: early})
    learner = make_user()
    enrolling.enrol(version.pathway, learner=learner)
    from tests.factories import make_credential

    make_credential(first, learner)
    forget_jobs()

    sweep(version)
    assert enqueued() == [learner.pk]
    run_jobs()

    assert [c.exit.outcome for c in Completion.objects.all()] == [early]
    forget_jobs()
    sweep(version)
    assert enqueued() == []


def test_who_left_is_awarded_nothing_and_looked_after_all_the_same():
    version = make_stack(1)
    completion, gone = complete(version), make_user()
    enrolling.enrol(version.pathway, learner=gone)
    for learner in (completion.learner, gone):
        enrolling.leave(version.pathway, learner=learner)
    earn(version, gone)
    forget_jobs()

    sweep(version)
    assert enqueued() == []

    end(completion.learner_id)
    sweep(version)
    assert enqueued() == [completion.learner_id]


@pytest.mark.parametrize("change", ["suspend", "revoke"])
def test_a_part_that_was_taken_away_no_longer_counts(change):
    version = make_stack(1)
    completion = complete(version)
    badge = badges_of(version)[0]
    part = Credential.objects.get(version=badge)
    manager = make_member(badge.achievement.issuer, "manager")
    getattr(revoking, change)(part, reason="mistake", by=manager)
    forget_jobs()

    sweep(version)

    assert enqueued() == [completion.learner_id]


def test_a_pathway_in_a_pathway_counts_while_its_outcome_stands():
    inner = make_stack(1)
    outer = make_pathway(None, [inner])
    learner = complete(inner).learner
    enrolling.enrol(outer.pathway, learner=learner)
    run_jobs()
    assert Completion.objects.filter(version=outer).exists()
    forget_jobs()

    sweep(outer)
    assert enqueued() == []

    Credential.objects.filter(version=outcome_of(inner)).update(
        valid_until=timezone.now() - timedelta(days=1)
    )
    sweep(outer)
    assert enqueued() == [learner.pk]
