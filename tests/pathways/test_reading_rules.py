"""Rows of a pathway become what the engine reads, in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from credentials import publishing
from credentials.models import Skill
from pathways.models import TrustedIssuer
from pathways.reading_rules import tree_of, trees_of
from pathways.rules.tree import Kind
from tests.factories import make_badge, make_draft_version, make_issuer, make_member
from tests.pathways.making import (
    make_draft_pathway,
    make_outcome,
    make_pathway,
    node,
    rule,
)
from tests.pathways.stacks import make_stack, outcome_of

pytestmark = pytest.mark.django_db


def leaf(badge, **fields):
    return rule("badge", achievement=badge.achievement, **fields)


def leaves_of(version):
    return [each for each in tree_of(version).root.walk() if not each.kind.is_group]


def ways_to(*stage):
    """The ways to the leaves of a draft with one stage."""
    return [each.ways for each in leaves_of(make_draft_pathway(None, stage))]


def retire(thing):
    thing.retired_at = timezone.now()
    thing.retired_by = thing.current_version.published_by
    thing.save()


def test_every_field_of_a_node_is_read():
    badge = make_badge(name="Wound care")
    version = make_draft_pathway(
        None,
        rule(
            "at_least",
            leaf(badge, first_version=1, last_version=3, expired="yes"),
            count=1,
            title="Foundations",
        ),
        rule(
            "credits",
            leaf(badge, expired="no"),
            credits=Decimal("4.5"),
            is_optional=True,
            after=["Foundations"],
        ),
        expired="grace",
        grace_days=30,
    )
    TrustedIssuer.objects.create(version=version, identifier="did:web:x", name="X")

    tree = tree_of(version)

    assert tree.trusted == {"did:web:x"}
    first, second = tree.root.children
    assert tree.root.kind == Kind.ALL
    assert tree.root.key == version.requirements.get(parent=None).pk
    assert (first.kind, first.count, first.title) == (Kind.AT_LEAST, 1, "Foundations")
    assert first.keeps == timedelta(days=30)
    assert (second.credits, second.is_optional) == (Decimal("4.5"), True)
    assert second.needs == (node(version, "Foundations").pk,)
    read = first.children[0]
    assert (read.name, read.achievement) == ("Wound care", badge.achievement_id)
    assert (read.first_version, read.last_version, read.keeps) == (1, 3, None)
    assert second.children[0].keeps == timedelta(0)


def test_children_come_in_the_order_that_the_designer_gave():
    version = make_draft_pathway(None, *[[make_badge()] for _ in range(3)])
    node(version, "Stage 1")
    version.requirements.filter(title="Stage 1").update(position=9)

    titles = [child.title for child in tree_of(version).root.children]

    assert titles == ["Stage 2", "Stage 3", "Stage 1"]


def test_a_draft_without_a_root_is_an_empty_group():
    version = make_draft_pathway()
    version.requirements.all().delete()

    root = tree_of(version).root

    assert (root.key, root.kind, root.children) == (0, Kind.ALL, ())


def test_a_badge_on_offer_is_the_way_to_its_leaf():
    badge = make_badge(effort_hours=7, credits=2)

    [[way]] = ways_to(badge)

    skill = badge.skill_levels.get()
    assert (way.achievement, way.version, way.name) == (
        badge.achievement_id,
        1,
        badge.name,
    )
    assert (way.hours, way.credits) == (Decimal(7), Decimal(2))
    assert way.skills == ((skill.skill_id, skill.level),)
    assert way.pathway is None


def test_a_retired_badge_and_one_of_another_version_are_no_way():
    retired, other = make_badge(), make_badge()
    retire(retired.achievement)

    assert ways_to(retired, leaf(other, first_version=2)) == [(), ()]


def make_badge_proving(skill, level, **fields):
    version = make_draft_version(**fields)
    version.skill_levels.create(skill=skill, level=level)
    issuer = version.achievement.issuer
    return publishing.publish(version, by=make_member(issuer, "designer"))


def test_every_badge_that_proves_the_skill_is_a_way_the_shortest_first():
    skill = Skill.objects.create(framework="ESCO", uri="https://s.example/", name="S")
    for level, hours in ((1, 1), (3, 9), (2, 5)):
        badge = make_badge_proving(skill, level, effort_hours=hours)

    [read] = leaves_of(make_draft_pathway(None, [(skill, 2)]))

    assert (read.name, read.level) == ("S", 2)
    assert [way.hours for way in read.ways] == [5, 9]
    assert read.ways[0].achievement == badge.achievement_id


def test_another_pathway_is_a_way_with_the_hours_of_its_cheapest_route():
    inner = make_stack(2)  # two badges of six hours each
    outcome = outcome_of(inner)
    version = make_draft_pathway(None, [inner, outcome, (outcome.skills.get(), 1)])

    rules = leaves_of(version)

    assert rules[0].name == inner.name
    assert [[way.hours for way in each.ways] for each in rules] == [[12], [12], [12]]
    assert {each.ways[0].pathway for each in rules} == {inner.pathway_id}
    assert {each.ways[0].achievement for each in rules} == {outcome.achievement_id}


def test_an_exit_before_the_last_is_a_way_that_does_not_end_the_pathway():
    issuer = make_issuer()
    early = make_outcome(issuer)
    make_pathway(issuer, [make_badge(effort_hours=3)], [make_badge()], exits={1: early})

    [[way]] = ways_to(early)

    assert (way.hours, way.pathway) == (3, None)


def test_a_retired_pathway_is_no_way():
    inner = make_stack(1)
    retire(inner.pathway)

    assert ways_to(inner) == [()]


def test_pathways_that_ask_for_each_other_lead_nowhere():
    one = make_stack(1)
    two = make_pathway(None, [one])
    ways = {each.key: each.ways for each in leaves_of(two)}
    circle = make_draft_pathway(None, [two], pathway=one.pathway)

    [read] = leaves_of(circle)

    assert [way.hours for (way,) in ways.values()] == [6]
    assert [way.hours for way in read.ways] == []


def nested(depth):
    """A pathway in a pathway in a pathway, each with badges beside it."""
    below = None
    for _ in range(depth):
        issuer = make_issuer()
        inner = [below] if below else []
        below = make_pathway(issuer, [make_badge(issuer), *inner])
    return below


def test_queries_are_three_however_deep_pathways_lie(django_assert_num_queries):
    shallow, deep = nested(1), nested(3)

    with django_assert_num_queries(3):
        trees_of([shallow])
    with django_assert_num_queries(3):
        trees_of([shallow.pk, deep.pk])
    with django_assert_num_queries(0):
        assert trees_of([]) == {}


def test_who_only_judges_needs_one_query(django_assert_num_queries):
    version = nested(2)

    with django_assert_num_queries(1):
        tree = tree_of(version, ways=False)

    assert not any(each.ways for each in tree.root.walk())
