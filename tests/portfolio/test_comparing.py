"""Kept people side by side."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from credentials import revoking, sharing
from credentials.models import Credential
from portfolio.employers import comparing
from portfolio.models import Employer, Profile, User
from portfolio.profile import switching
from portfolio.talent import rows
from tests import factories
from tests.portfolio.findable import (
    NOW,
    hold,
    make_findable,
    make_proving_badge,
    make_skill,
)
from tests.portfolio.keeping import make_employer, make_kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def employer(client: Client) -> Employer:
    """An organisation, and somebody signed in who acts for it."""
    user = factories.make_user("Sam Okoro")
    client.force_login(user)
    return make_employer(user)


@pytest.fixture
def pair(employer: Employer) -> tuple[User, User]:
    """Two kept people: both weld, the second drives too."""
    weld = make_proving_badge("Welding pipes", (make_skill("Welding"), 3))
    drive = make_proving_badge("Forklift", (make_skill("Driving"), 2))
    people = make_findable(weld), make_findable(weld, drive)
    for each in people:
        make_kept(employer, each)
    return people


def handles(*people: User) -> list[str]:
    return [each.profile.handle for each in people]


def compared(client: Client, *people: User) -> str:
    response = client.get(reverse("compare_people"), {"who": handles(*people)})
    assert response.status_code == 200
    return str(response.content.decode())


def table(employer: Employer, *people: User) -> dict[str, list[str]]:
    found = comparing.compare(employer, handles(*people), NOW)
    return {
        row.skill: [cell.level if cell else "" for cell in row.cells]
        for row in found.rows
    }


def test_skills_of_most_people_stand_first(
    employer: Employer, pair: tuple[User, User]
) -> None:
    assert table(employer, *pair) == {
        "Welding": ["Advanced", "Advanced"],
        "Driving": ["", "Intermediate"],
    }
    assert list(table(employer, *pair)) == ["Welding", "Driving"]


def test_people_stand_in_the_order_of_the_address(
    employer: Employer, pair: tuple[User, User]
) -> None:
    assert table(employer, *reversed(pair))["Driving"] == ["Intermediate", ""]


def test_the_strongest_proof_counts(employer: Employer) -> None:
    skill = make_skill("Welding")
    attended = make_proving_badge("Welding day", (skill, 4), assessment="attended")
    assessed = make_proving_badge("Welding pipes", (skill, 2))
    person = make_findable(attended, assessed)
    make_kept(employer, person)

    (row,) = comparing.compare(employer, handles(person), NOW).rows

    assert row.cells[0] is not None
    assert row.cells[0].proof.title == "Welding pipes"
    assert row.cells[0].strength == "Assessed"


def test_the_page_has_a_table_with_headers(
    client: Client, pair: tuple[User, User]
) -> None:
    page = compared(client, *pair)

    assert '<th scope="row">Welding</th>' in page
    assert "Nothing shown" in page
    assert "Assessed" in page


def test_an_end_is_said(client: Client, employer: Employer) -> None:
    badge = make_proving_badge("Welding pipes", (make_skill("Welding"), 3))
    people = make_findable(), make_findable()
    for each in people:
        hold(badge, each, valid_until=NOW + timedelta(days=4000))
        rows.rewrite(each.pk, NOW)
        make_kept(employer, each)

    assert "Valid until" in compared(client, *people)


@pytest.mark.parametrize(("number", "said"), [(6, "Five people fit"), (1, "Tick two")])
def test_too_many_or_too_few_are_refused_in_a_sentence(
    client: Client, employer: Employer, number: int, said: str
) -> None:
    who = [f"person-{at}" for at in range(number)]

    response = client.get(reverse("compare_people"), {"who": who})

    assert response.status_code == 422
    assert said in response.content.decode()


def test_one_tick_is_said_on_the_list_and_stays(
    client: Client, pair: tuple[User, User]
) -> None:
    first, second = handles(*pair)

    response = client.get(reverse("compare_people"), {"who": [first]})

    assert response.status_code == 422
    page = response.content.decode()
    assert "Tick two people at least." in page
    assert f'value="{first}" form="compare" checked>' in page
    assert f'value="{second}" form="compare">' in page


def test_whoever_switched_off_is_not_compared(
    client: Client, pair: tuple[User, User]
) -> None:
    first, second = pair
    profile = Profile.objects.get(user=second)
    switching.turn_off(profile, switching.TALENT_SEARCH)

    page = compared(client, first, second)

    assert second.full_name not in page
    assert "Driving" not in page


def test_only_kept_people_are_compared(
    client: Client, employer: Employer, pair: tuple[User, User]
) -> None:
    badge = make_proving_badge("Secret", (make_skill("Secrecy"), 4))
    stranger = make_findable(badge)

    page = compared(client, pair[0], stranger)

    assert stranger.full_name not in page
    assert "Secrecy" not in page


def test_what_is_private_or_withdrawn_since_is_not_shown(
    client: Client, pair: tuple[User, User]
) -> None:
    """Rows are copies, and may be older than a change."""
    first, second = pair
    drives = Credential.objects.get(holder=second, title="Forklift")
    sharing.show_to(drives, Credential.Visibility.PRIVATE, by=second)
    welds = Credential.objects.get(holder=first)
    assert welds.issuer is not None
    manager = factories.make_member(welds.issuer, "manager")
    revoking.suspend(welds, reason=Credential.Reason.BEING_CHECKED, note="", by=manager)

    page = compared(client, first, second)

    assert "Forklift" not in page
    assert page.count("Welding pipes") == 1


def test_nobody_else_compares(client: Client, pair: tuple[User, User]) -> None:
    client.force_login(factories.make_user())

    response = client.get(reverse("compare_people"), {"who": handles(*pair)})

    assert response["Location"] == reverse("organisation")


def test_five_people_take_as_many_queries_as_two(
    client: Client, employer: Employer, django_assert_max_num_queries: Any
) -> None:
    badge = make_proving_badge("Welding pipes", (make_skill("Welding"), 3))
    people = [make_findable(badge) for _number in range(5)]
    for each in people:
        make_kept(employer, each)

    with django_assert_max_num_queries(12) as few:
        compared(client, *people[:2])
    with django_assert_max_num_queries(12) as many:
        compared(client, *people)

    assert len(few) == len(many)
