"""A sweep says what a look at each learner would do, under every policy."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
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
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_user,
)
from tests.pathways.crowds import (
    enqueued,
    held,
    hold_by_chance,
    join_all,
    make_people,
    sweep,
)
from tests.pathways.making import (
    kept_for_a_module,
    make_outcome,
    make_pathway,
    rule,
)
from tests.pathways.stacks import (
    badges_of,
    complete,
    earn,
    make_stack,
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


@pytest.fixture(scope="module")
def stock(django_db_setup, django_db_blocker):
    """Badges and a pathway that others ask for; no test here changes one."""
    with kept_for_a_module(django_db_blocker):
        issuer = make_issuer()
        badges = [make_badge(issuer, credits=Decimal("1.5")) for _ in range(8)]
        yield issuer, badges, make_stack(1)


@pytest.mark.parametrize(
    "policy", [{}, {"expired": "yes"}, {"expired": "grace", "grace_days": 30}]
)
def test_every_node_is_judged_as_the_engine_judges_it(stock, policy):
    issuer, badges, inner = stock
    now = timezone.now()
    version = every_kind(issuer, badges, inner, **policy)
    people = make_people(40)
    join_all(version, people)
    hold_by_chance(badges, people, now, seed=len(policy))
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


def forget_jobs():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def found(version, now=None):
    """Whom a sweep enqueues; looks at them, and returns whom that changed."""
    forget_jobs()
    sweep(version, now)
    learners, changed = enqueued(), []
    for learner in learners:
        events = CompletionEvent.objects.count()
        evaluating.evaluate(learner, now=now)
        if CompletionEvent.objects.count() > events:
            changed.append(learner)
    assert changed == learners
    return changed


#: Badges of these tests end after two years.
LATER = timezone.now() + timedelta(days=800)


@pytest.mark.parametrize("when_lost", ["keep", "review"])
def test_what_is_lost_and_comes_back_is_found_once(when_lost):
    version = make_stack(1, when_lost=when_lost)
    learner = complete(version).learner
    complete(version, days_ago=-700)

    assert found(version) == []
    assert found(version, LATER) == [learner.pk]
    assert found(version, LATER) == []

    earn(version, learner, days_ago=-750)
    assert found(version, LATER) == [learner.pk]
    assert found(version, LATER) == []
    assert Completion.objects.get(learner=learner).standing == "met"


def test_days_of_grace_are_waited_for():
    version = make_stack(1, expired="grace", grace_days=2)
    completion = complete(version)
    end = Credential.objects.get(source="submission").valid_until

    grace = timedelta(days=2)
    assert found(version, end + grace - timedelta(microseconds=1)) == []
    assert found(version, end + grace) == [completion.learner_id]


def test_what_a_manager_decided_is_left_alone():
    version = make_stack(1, when_lost="review")
    kept, withdrawn = complete(version), complete(version)
    assert len(found(version, LATER)) == 2
    manager = make_member(version.pathway.issuer, "manager")
    for completion, decide in ((kept, "keep"), (withdrawn, "withdraw")):
        completion.refresh_from_db()
        getattr(completing, decide)(completion, by=manager)

    assert found(version, LATER) == []
    assert found(version) == []


def test_an_exit_on_the_way_is_found_and_awarded():
    issuer = make_issuer()
    first, second = make_badge(issuer), make_badge(issuer)
    early = make_outcome(issuer)
    version = make_pathway(issuer, [first], [second], exits={1: early})
    learner = make_user()
    enrolling.enrol(version.pathway, learner=learner)
    make_credential(first, learner)

    assert found(version) == [learner.pk]
    assert [c.exit.outcome for c in Completion.objects.all()] == [early]
    assert found(version) == []


def test_who_left_is_awarded_nothing_and_looked_after_all_the_same():
    version = make_stack(1)
    completion, gone = complete(version), make_user()
    enrolling.enrol(version.pathway, learner=gone)
    for learner in (completion.learner, gone):
        enrolling.leave(version.pathway, learner=learner)
    earn(version, gone)

    assert found(version) == []
    assert found(version, LATER) == [completion.learner_id]


@pytest.mark.parametrize("change", ["suspend", "revoke"])
def test_a_part_that_was_taken_away_no_longer_counts(change):
    version = make_stack(1)
    completion = complete(version)
    badge = badges_of(version)[0]
    part = Credential.objects.get(version=badge)
    manager = make_member(badge.achievement.issuer, "manager")
    getattr(revoking, change)(part, reason="mistake", by=manager)

    assert found(version) == [completion.learner_id]


def test_a_pathway_in_a_pathway_counts_while_its_outcome_stands():
    issuer = make_issuer()
    outcome = make_outcome(issuer, validity_months=24)
    inner = make_pathway(issuer, [make_badge(issuer)], outcome=outcome)
    outer = make_pathway(None, [inner])
    learner = complete(inner).learner
    enrolling.enrol(outer.pathway, learner=learner)

    assert found(outer) == [learner.pk]
    assert found(outer) == []
    assert found(outer, LATER) == [learner.pk]
    assert Completion.objects.get(version=outer).standing == "review"
