"""A role by its link: what is needed, and for each reader alone what they lack."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credentials.models import Credential, Skill
from pathways import wishing
from portfolio.models import Employer, RoleProfile, User
from tests import factories
from tests.portfolio.findable import hold, make_proving_badge, make_skill
from tests.portfolio.organisations import make_employer, make_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def care() -> Skill:
    """A skill that the role needs at level 2."""
    return make_skill("Care")


@pytest.fixture
def welding() -> Skill:
    """Another one, needed at level 3."""
    return make_skill("Welding")


@pytest.fixture
def badges(care: Skill, welding: Skill) -> dict[str, Any]:
    """Badges that prove them, at several levels and efforts."""
    return {
        "care": make_proving_badge("Care well", (care, 2), effort_hours=9),
        "care short": make_proving_badge("Care soon", (care, 3), effort_hours=2),
        "care low": make_proving_badge("Care a bit", (care, 1), effort_hours=1),
        "welding": make_proving_badge("Weld pipes", (welding, 3), effort_hours=30),
        "welding low": make_proving_badge("Weld a bit", (welding, 2)),
    }


@pytest.fixture
def role(badges: dict[str, Any], care: Skill, welding: Skill) -> RoleProfile:
    """A role of an organisation that proved nothing."""
    employer = make_employer(domain="harbour.example", name="Harbour")
    return make_role(employer, (care, 2), (welding, 3))


@pytest.fixture
def learner(client: Client) -> User:
    """Somebody signed in."""
    person = factories.make_user("Mei Tan")
    client.force_login(person)
    return person


def page(client: Client, role: RoleProfile) -> str:
    response = client.get(role.get_absolute_url())
    assert response.status_code == 200
    return str(response.content.decode())


def part(shown: str, heading: str) -> str:
    """The section under a heading, up to the next one; empty when there is none."""
    begun = shown.partition(f'<h2 id="{heading}">')[2]
    return begun.partition("</section>")[0]


def test_a_visitor_sees_what_is_needed_and_who_needs_it(
    client: Client, role: RoleProfile
) -> None:
    response = client.get(role.get_absolute_url())
    shown = response.content.decode()

    assert "Care" in shown
    assert "Intermediate or higher" in shown
    assert "Advanced or higher" in shown
    assert "Domain not proved" in shown
    assert "harbour.example" in shown
    assert "Sign in to see what you have of it" in shown
    assert "Care well" not in shown
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in shown


def test_who_has_nothing_sees_the_badges_that_close_each_gap(
    client: Client, role: RoleProfile, learner: User
) -> None:
    missing = part(page(client, role), "missing")

    # The least effort first; those of a lower level close nothing.
    assert missing.index("Care soon") < missing.index("Care well")
    assert "Care a bit" not in missing
    assert "Weld pipes" in missing
    assert "Weld a bit" not in missing
    assert missing.count("Add to my wishes") == 2


def test_what_is_held_is_shown_with_its_credential_whatever_its_visibility(
    client: Client, role: RoleProfile, learner: User, badges: dict[str, Any]
) -> None:
    held = hold(badges["care"], learner, visibility="private")

    shown = page(client, role)

    assert "You have 1 of 2 skills." in shown
    assert held.get_absolute_url() in part(shown, "have")
    assert "Care" not in part(shown, "missing").replace("Care soon", "")


def test_what_has_ended_stands_apart(
    client: Client, role: RoleProfile, learner: User, badges: dict[str, Any]
) -> None:
    ended = timezone.now() - timedelta(days=2)
    hold(badges["care"], learner, valid_until=ended)

    shown = page(client, role)

    assert "You have 0 of 2 skills." in shown
    assert "Ended on" in part(shown, "ended")
    assert "Care soon" in part(shown, "ended")
    assert "Weld pipes" in part(shown, "missing")


def test_a_newer_one_counts_more_than_one_that_ended(
    client: Client, role: RoleProfile, learner: User, badges: dict[str, Any]
) -> None:
    now = timezone.now()
    hold(badges["care"], learner, valid_until=now - timedelta(days=2))
    hold(badges["care"], learner, issued_at=now - timedelta(days=1))

    shown = page(client, role)

    assert "You have 1 of 2 skills." in shown
    assert not part(shown, "ended")


def test_a_lower_level_is_said_and_is_not_enough(
    client: Client, role: RoleProfile, learner: User, badges: dict[str, Any]
) -> None:
    hold(badges["welding low"], learner)

    shown = page(client, role)

    assert "You have 0 of 2 skills." in shown
    assert "You have it at the level Intermediate." in part(shown, "missing")


@pytest.mark.parametrize("state", ["revoked", "suspended"])
def test_what_was_withdrawn_or_paused_is_missing(
    client: Client,
    role: RoleProfile,
    learner: User,
    badges: dict[str, Any],
    state: str,
) -> None:
    hold(badges["care"], learner)
    Credential.objects.update(state=state, state_reason="mistake")

    assert "You have 0 of 2 skills." in page(client, role)


def test_a_wish_is_made_from_the_gap(
    client: Client, role: RoleProfile, learner: User, care: Skill
) -> None:
    answers = {"skill": care.pk, "level": 2}
    assert client.post(reverse("next_steps"), answers).status_code == 303

    missing = part(page(client, role), "missing")

    assert missing.count("One of your wishes.") == 1
    assert missing.count("Add to my wishes") == 1
    assert care in wishing.provable()


def test_a_badge_that_is_no_longer_offered_closes_nothing(
    client: Client, role: RoleProfile, learner: User, badges: dict[str, Any]
) -> None:
    achievement = badges["welding"].achievement
    achievement.retired_at = timezone.now()
    achievement.retired_by = factories.make_user()
    achievement.save()

    missing = part(page(client, role), "missing")

    assert "Weld pipes" not in missing
    assert "No badge on offer here proves it at this level." in missing


def test_nobody_sees_how_another_one_compares(
    client: Client, role: RoleProfile, learner: User, badges: dict[str, Any]
) -> None:
    """Neither the employer nor another learner; nothing of the reader is left."""
    held = hold(badges["care"], learner)
    assert held.token in page(client, role)
    owner = role.employer.members.get().user
    for reader in (owner, factories.make_user()):
        other = Client()
        other.force_login(reader)
        shown = page(other, role)
        assert held.token not in shown
        assert "Mei Tan" not in shown
        assert "You have 0 of 2 skills." in shown
    assert held.token not in page(Client(), role)


def test_only_its_organisation_opens_a_role_without_skills(
    client: Client, learner: User
) -> None:
    employer: Employer = make_employer()
    role = make_role(employer)

    assert client.get(role.get_absolute_url()).status_code == 404
    client.force_login(employer.members.get().user)
    assert "only your organisation opens this page" in page(client, role)


@pytest.mark.parametrize("token", ["nothing", "0" * 26, "A" * 26, "x\x00" * 13])
def test_another_address_is_not_found(client: Client, token: str) -> None:
    assert client.get(reverse("role", args=[token])).status_code == 404


@pytest.mark.parametrize("count", [2, 20])
def test_the_page_asks_as_often_however_many_skills_there_are(
    client: Client, learner: User, count: int, django_assert_max_num_queries: Any
) -> None:
    skills = [make_skill(f"Skill {number}") for number in range(count)]
    for number, skill in enumerate(skills):
        badge = make_proving_badge(f"Badge {number}", (skill, 2))
        if number % 2 == 0:
            hold(badge, learner)
    role = make_role(make_employer(), *[(skill, 2) for skill in skills])

    with django_assert_max_num_queries(12) as asked:
        page(client, role)

    assert len(asked) == 12
