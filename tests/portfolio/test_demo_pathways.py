"""The demo's pathways are true to themselves."""

from __future__ import annotations

from collections import Counter

import pytest

from portfolio.demo.content import load
from portfolio.demo.content.pathway_shapes import Node
from portfolio.demo.content.shapes import Content

LEAVES = ("badge", "skill", "pathway")


@pytest.fixture(scope="module")
def content() -> Content:
    return load()


def roots(content: Content) -> list[Node]:
    return [version.root for each in content.pathways for version in each.versions]


def nodes(content: Content) -> list[Node]:
    return [node for root in roots(content) for node in root.walk()]


def test_there_are_pathways_of_every_kind(content: Content) -> None:
    assert len(content.pathways) >= 4
    assert len({pathway.issuer for pathway in content.pathways}) >= 4
    assert any(len(each.versions) > 1 for each in content.pathways)
    exits = [sum(bool(node.outcome) for node in root.walk()) for root in roots(content)]
    assert max(exits) >= 2
    listed = nodes(content)
    assert any(node.pathway for node in listed)
    assert any(node.skill and node.level for node in listed)
    assert any(node.needs for node in listed)
    assert any(node.expired == "grace" for node in listed)
    assert any(child.children for node in listed[1:] for child in node.children)
    kinds = Counter(node.kind for node in listed)
    assert min(kinds[kind] for kind in ("all", "at_least", "credits")) >= 1


def test_nodes_name_what_there_is(content: Content) -> None:
    known = {
        "badge": {badge.slug for badge in content.badges},
        "skill": {skill.key for skill in content.skills},
        "pathway": {pathway.slug for pathway in content.pathways},
    }
    for root in roots(content):
        keys = {node.key for node in root.walk() if node.key}
        assert root.outcome
        for node in root.walk():
            named = [name for name in LEAVES if getattr(node, name)]
            assert len(named) + bool(node.kind) == 1
            for name in named:
                assert getattr(node, name) in known[name]
            assert keys.issuperset(node.needs)


def test_outcomes_are_given_by_pathways_of_their_issuer(content: Content) -> None:
    issuers = {outcome.slug: outcome.issuer for outcome in content.outcomes}
    given = {
        (node.outcome, pathway.issuer)
        for pathway in content.pathways
        for version in pathway.versions
        for node in version.root.walk()
        if node.outcome
    }
    assert given == set(issuers.items())


def test_people_join_what_is_published_and_after_they_came(content: Content) -> None:
    people = {person.key: person for person in content.people}
    pathways = {pathway.slug: pathway for pathway in content.pathways}
    for journey in content.journeys:
        first = pathways[journey.pathway].versions[0].published_days_ago
        joined = people[journey.learner].joined_days_ago
        assert journey.days_ago < min(first, joined), journey
