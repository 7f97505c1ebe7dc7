"""Learners find what is accepted, and employers find people by it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credentials import signing_keys
from credentials.catalogue import Search as BadgeSearch
from credentials.catalogue import counts
from portfolio.endorsing import giving
from portfolio.models.endorsements import Endorsement
from portfolio.talent import counting
from portfolio.talent.asking import Search
from portfolio.talent.searching import find
from tests.factories import make_badge, make_issuer
from tests.portfolio.endorsed import make_given, make_manager
from tests.portfolio.findable import (
    NOW,
    make_findable,
    make_proving_badge,
    make_skill,
)

pytestmark = pytest.mark.django_db


def catalogue(**asked):
    response = Client().get(reverse("catalogue"), asked)
    return response.content.decode()


def accepted(**asked) -> dict[str, int]:
    search = BadgeSearch.read({name: [value] for name, value in asked.items()})
    return {o.value: o.found for o in counts(search).options["accepted"]}


def test_learners_filter_the_catalogue_by_what_badges_are_accepted_for():
    one = make_badge(name="Reading charts")
    other = make_badge(name="Baking bread")
    make_given(one.achievement, kind="interview")
    make_given(other.achievement, kind="pay")

    page = catalogue(accepted="interview")

    assert "Reading charts" in page
    assert "Baking bread" not in page
    assert "Accepted for an interview" in page


def test_a_badge_counts_once_however_many_accept_it():
    badge = make_badge(level=3).achievement
    make_badge(level=1)
    for _ in range(3):
        make_given(badge, kind="credit")
    make_given(badge, kind="interview")
    make_given(badge, kind="endorses")

    assert accepted() == {"credit": 1, "interview": 1}
    assert accepted(level="1") == {"credit": 0, "interview": 0}
    assert counts(BadgeSearch.read({"accepted": ["credit"]})).found == 1


def test_what_is_only_asked_for_or_was_withdrawn_finds_nothing():
    organisation, badge = make_issuer(), make_badge(name="Baking bread").achievement
    Endorsement.objects.create(
        organisation=organisation, achievement=badge, kind="interview"
    )
    given = make_given(badge, organisation, kind="pay")
    giving.withdraw(given, by=make_manager(organisation))

    assert accepted() == {}
    assert "Baking bread" not in catalogue(accepted="interview")
    assert "Baking bread" not in catalogue(accepted="pay")


def test_a_compromised_key_makes_no_badge_accepted():
    badge = make_badge(name="Baking bread").achievement
    given = make_given(badge, kind="pay")
    assert accepted() == {"pay": 1}

    signing_keys.mark_compromised(given.signing_key, at=timezone.now())

    assert "Accepted by" not in Client().get(badge.get_absolute_url()).content.decode()
    assert accepted() == {}
    assert "Baking bread" not in catalogue(accepted="pay")


@pytest.mark.parametrize("rows", [1, 10])
def test_the_catalogue_asks_as_often_however_many_are_accepted(
    rows, django_assert_num_queries
):
    badge = make_badge().achievement
    for _ in range(rows):
        make_given(badge)
    with django_assert_num_queries(2):
        catalogue(accepted="interview")


def search(**asked) -> Search:
    return Search.read({name: [value] for name, value in asked.items()})


@pytest.fixture
def sewing():
    """Two badges of one skill; the trust accepts the first. Who holds them."""
    skill = make_skill("Sewing")
    first, second = (
        make_proving_badge(f"Sewing {at}", (skill, 2)) for at in ("one", "two")
    )
    trust = make_issuer(name="The trust", slug="trust")
    given = make_given(first.achievement, trust)
    return {
        "skill": skill,
        "trust": trust,
        "given": given,
        "accepted": make_findable(first).pk,
        "not": make_findable(second).pk,
    }


def test_employers_find_people_by_what_an_organisation_recognises(sewing):
    skill = str(sewing["skill"].pk)
    everybody = find(search(skill=skill), NOW)
    assert set(everybody.learners) == {sewing["accepted"], sewing["not"]}

    recognised = find(search(skill=skill, endorsed="trust"), NOW)
    alone = find(search(endorsed="trust"), NOW)

    assert list(recognised.learners) == list(alone.learners) == [sewing["accepted"]]
    assert list(find(search(endorsed="nobody"), NOW).learners) == []


def test_a_recognition_that_was_withdrawn_finds_nobody(sewing):
    giving.withdraw(sewing["given"], by=make_manager(sewing["trust"]))
    assert list(find(search(endorsed="trust"), NOW).learners) == []


def test_a_compromised_key_finds_nobody(sewing):
    signing_keys.mark_compromised(sewing["given"].signing_key, at=timezone.now())
    assert list(find(search(endorsed="trust"), NOW).learners) == []
    found = find(search(skill=str(sewing["skill"].pk)), NOW)
    assert not counting.options(found, NOW).get("endorsed")


def test_the_filter_names_organisations_and_how_many_people_they_leave(sewing):
    found = find(search(skill=str(sewing["skill"].pk)), NOW)
    options = counting.options(found, NOW)
    assert [(o.value, o.label, o.people) for o in options["endorsed"]] == [
        ("trust", "The trust", 1)
    ]
    page = Client().get(reverse("talent"), {"skill": sewing["skill"].pk})
    assert 'name="endorsed" value="trust"' in page.content.decode()


def test_it_takes_few_queries(sewing, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        find(search(skill=str(sewing["skill"].pk), endorsed="trust"), NOW)
