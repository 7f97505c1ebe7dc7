"""The demo's pathways are true to themselves, and become what they tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings

from credentials import verifying
from credentials.models import Credential
from pathways.models import Completion, Enrolment, PathwayVersion
from portfolio.demo import seeding
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


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None,
    django_db_blocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Seed once, and roll it back afterwards."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(DEMO=True, MEDIA_ROOT=media):
            assert seeding.seed()
        yield
        transaction.set_rollback(True)


def _whole() -> dict[tuple[str, str], str]:
    """Standings of completed pathways by learner and pathway."""
    found = Completion.objects.filter(exit__requirement__parent=None)
    return {
        (each.learner.email.split("@")[0], each.version.pathway.slug): each.standing
        for each in found.select_related("learner", "version__pathway")
    }


@pytest.mark.slow
@pytest.mark.django_db
def test_learners_stand_at_every_stage_of_their_pathways(demo: None) -> None:
    """One test, for seeding takes long: what came of the journeys."""
    reached = _whole()
    assert reached["learner", "acute-care-practitioner"] == "met"
    assert reached["thanakorn", "kitchen-lead"] == "review"
    assert ("learner", "ux-researcher") not in reached
    assert Completion.objects.filter(standing="kept").exists()
    older = PathwayVersion.objects.get(pathway__slug="ux-researcher", number=1)
    assert older.enrolments.filter(learner__email="mei@example.org").exists()
    untouched = Enrolment.objects.filter(learner__email="bram@example.org")
    assert untouched.get().version.pathway.slug == "kitchen-lead"
    first_stops = Completion.objects.exclude(exit__requirement__parent=None)
    assert first_stops.count() >= 2
    outcomes = Credential.objects.filter(source=Credential.Source.PATHWAY)
    assert outcomes.count() == Completion.objects.count() >= 8
    for outcome in outcomes.select_related("signing_key"):
        assert verifying.status_of(outcome).verdict.is_good
    assert not Completion.objects.filter(clr=None).exists()
