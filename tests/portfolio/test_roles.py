"""Roles for those who keep them: made, filled with skills, closed, deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from credentials.models import Skill
from portfolio.employers import job_texts, roles
from portfolio.models import Employer, FoundCount, RoleProfile, User
from portfolio.models.employers import ROLE_SKILLS
from tests import factories
from tests.portfolio.findable import (
    make_findable,
    make_proving_badge,
    make_skill,
)
from tests.portfolio.organisations import join, make_employer, make_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client: Client) -> User:
    """Somebody signed in."""
    person = factories.make_user("Sam Okoro")
    client.force_login(person)
    return person


@pytest.fixture
def employer(owner: User) -> Employer:
    """The organisation of the one who is signed in."""
    return make_employer(owner, domain="harbour.example", name="Harbour")


@pytest.fixture
def welding() -> Skill:
    """A skill that a badge proves at level 3."""
    skill = make_skill("Welding")
    make_proving_badge("Welding pipes", (skill, 3))
    return skill


def page(
    client: Client, role: RoleProfile, name: str = "edit_role", **query: Any
) -> str:
    response = client.get(reverse(name, args=[role.token]), query)
    assert response.status_code == 200
    return str(response.content.decode())


def send(client: Client, role: RoleProfile, name: str, **answers: Any) -> Any:
    return client.post(reverse(name, args=[role.token]), answers)


def test_a_role_is_made_filled_and_opened(
    client: Client, employer: Employer, welding: Skill
) -> None:
    made = client.post(
        reverse("new_role"), {"title": " Welder ", "description": "Days.\r\nDocks."}
    )
    role = RoleProfile.objects.get()
    assert made.status_code == 303
    assert made.headers["Location"].startswith(f"/me/roles/{role.token}/")
    assert (role.title, role.description) == ("Welder", "Days.\nDocks.")
    assert client.get(reverse("roles")).content.decode().count("Needs skills") == 1

    assert f'value="{welding.pk}"' in page(client, role, q="weld")
    send(client, role, "role_skills", skill=welding.pk, **{f"level-{welding.pk}": 2})

    assert [(each.skill, each.level) for each in role.skills.all()] == [(welding, 2)]
    send(client, role, "role_skills", skill=welding.pk, **{f"level-{welding.pk}": 4})
    assert role.skills.get().level == 4
    send(client, role, "role_skills", remove=welding.pk)
    assert not role.skills.exists()


def test_words_that_a_colleague_changed_meanwhile_are_shown_and_kept(
    client: Client, employer: Employer
) -> None:
    role = make_role(employer)
    seen = roles.stamp(role)
    words = {"title": "Nurse", "description": "Days."}
    assert send(client, role, "edit_role", **words, seen=seen).status_code == 303

    mine = {"title": "Night nurse", "description": "Mine."}
    response = send(client, role, "edit_role", **mine, seen=seen)

    assert response.status_code == 409
    shown = response.content.decode()
    assert "A colleague changed title or description" in shown
    assert "Mine." in shown
    role.refresh_from_db()
    assert role.title == "Nurse"
    again = send(client, role, "edit_role", **mine, seen=roles.stamp(role))
    assert again.status_code == 303
    role.refresh_from_db()
    assert role.description == "Mine."


def test_without_an_organisation_one_is_led_to_making_it(
    client: Client, owner: User
) -> None:
    for name in ("roles", "new_role"):
        assert client.get(reverse(name)).headers["Location"] == "/me/organisation/"


def test_a_role_without_a_title_is_refused(client: Client, employer: Employer) -> None:
    response = client.post(reverse("new_role"), {"title": " ", "description": "x"})

    assert response.status_code == 422
    assert "Give the role a title." in response.content.decode()
    assert not RoleProfile.objects.exists()


@pytest.mark.parametrize("words", ["weld", "WELDING", "wéld", "  weld  "])
def test_a_skill_is_found_by_the_beginning_of_a_word(
    welding: Skill, words: str
) -> None:
    assert roles.skills_named(words) == [welding]


@pytest.mark.parametrize(
    "words", ["elding", "", "&", "weld & !x:*'", "\\", "weld ship"]
)
def test_whatever_else_is_typed_finds_nothing_and_breaks_nothing(
    client: Client, employer: Employer, welding: Skill, words: str
) -> None:
    role = make_role(employer)

    assert f'name="skill" value="{welding.pk}"' not in page(client, role, q=words)


def test_skills_that_no_published_badge_proves_cannot_be_chosen(
    client: Client, employer: Employer
) -> None:
    hidden = make_skill("Secret plans")
    factories.make_draft_version().skill_levels.create(skill=hidden, level=1)
    role = make_role(employer)

    send(client, role, "role_skills", skill=hidden.pk)

    assert not role.skills.exists()
    assert roles.skills_named("secret") == []
    assert job_texts.skills_in("Secret plans wanted") == []


@pytest.mark.parametrize("skill", ["", "x", "-1", "0", "9" * 30, "1\x00"])
def test_odd_numbers_of_skills_change_nothing(
    client: Client, employer: Employer, welding: Skill, skill: str
) -> None:
    role = make_role(employer, (welding, 2))

    for answers in ({"skill": skill}, {"remove": skill}):
        assert send(client, role, "role_skills", **answers).status_code == 303

    assert role.skills.get().level == 2


def test_a_role_asks_for_twenty_skills_at_most(
    client: Client, employer: Employer
) -> None:
    skills = [make_skill(f"Skill {number}") for number in range(ROLE_SKILLS + 1)]
    make_proving_badge("All", *[(each, 1) for each in skills])
    role = make_role(employer)

    response = send(client, role, "role_skills", skill=[each.pk for each in skills])

    assert response.status_code == 409
    assert "at most" in response.content.decode()
    assert not role.skills.exists()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We look for WELDING, nights.", ["WELDING"]),
        ("weldings and unwelding", []),
        ("Datenanalyse; perform  data-analysis!", ["perform data-analysis"]),
        ("Análisis: SQL.", ["Análisis", "SQL"]),
        ("Welding. Welding. SQL, welding", ["Welding", "SQL"]),
        ("", []),
    ],
)
def test_a_text_names_skills_word_for_word(text: str, found: list[str]) -> None:
    names = ["Welding", "Perform data analysis", "SQL", "analisis"]
    skills = [Skill(pk=pk, name=name) for pk, name in enumerate(names, start=1)]

    assert [each.words for each in job_texts.find(text, skills)] == found


def test_skills_of_a_job_text_are_chosen_from_a_list_and_the_text_is_not_kept(
    client: Client, employer: Employer, welding: Skill
) -> None:
    role = make_role(employer)
    job = "Our dock needs welding. Zqmark."

    answer = send(client, role, "role_text", text=job)

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert f'name="skill" value="{welding.pk}"' in shown
    assert "Zqmark" not in shown
    assert not role.skills.exists()
    role.refresh_from_db()
    assert role.description == "Nights."
    send(client, role, "role_skills", skill=welding.pk, **{f"level-{welding.pk}": 3})
    again = send(client, role, "role_text", text=job).content.decode()
    assert "names no other skill" in again
    nothing = send(client, role, "role_text", text="Gardening").content.decode()
    assert "names no skill that a badge here proves" in nothing
    assert send(client, role, "role_text", text=" ").status_code == 422


def test_a_closed_role_is_found_by_nobody_else_until_it_opens_again(
    client: Client, employer: Employer, welding: Skill
) -> None:
    role = make_role(employer, (welding, 2))
    visitor = Client()
    address = role.get_absolute_url()
    assert visitor.get(address).status_code == 200

    send(client, role, "role_state", state="closed")
    assert visitor.get(address).status_code == 404
    assert "only your organisation opens this page" in (
        client.get(address).content.decode()
    )

    send(client, role, "role_state", state="open")
    assert visitor.get(address).status_code == 200


def test_a_deleted_role_is_gone(
    client: Client, employer: Employer, welding: Skill
) -> None:
    role = make_role(employer, (welding, 2))
    assert "Delete this role" in page(client, role, "delete_role")
    assert RoleProfile.objects.exists()

    send(client, role, "delete_role")

    assert not RoleProfile.objects.exists()
    assert Client().get(role.get_absolute_url()).status_code == 404


def test_colleagues_keep_roles_and_nobody_else_does(
    client: Client, employer: Employer, welding: Skill
) -> None:
    role = make_role(employer, (welding, 2))
    client.force_login(join(employer))
    assert "Welding" in page(client, role)

    client.force_login(make_employer().members.get().user)

    for name in ("edit_role", "delete_role", "role_people"):
        assert client.get(reverse(name, args=[role.token])).status_code == 404
    for name in ("edit_role", "role_skills", "role_text", "role_state", "delete_role"):
        assert send(client, role, name, title="x").status_code == 404
    assert role.title not in client.get(reverse("roles")).content.decode()


def test_people_who_match_prove_every_skill_at_its_level(
    client: Client, employer: Employer, welding: Skill
) -> None:
    care = make_skill("Care")
    high = make_proving_badge("High", (welding, 3), (care, 2))
    low = make_proving_badge("Low", (welding, 1), (care, 2))
    watched = make_proving_badge(
        "Watched", (welding, 2), (care, 3), is_supervised=True, is_identity_checked=True
    )
    ordinary, best = make_findable(high), make_findable(watched)
    others = [make_findable(low), make_findable()]
    role = make_role(employer, (welding, 2), (care, 2))

    shown = page(client, role, "role_people")

    assert shown.index(best.full_name) < shown.index(ordinary.full_name)
    assert "2 people" in shown
    assert f"/talent/?skill={welding.pk}&amp;skill={care.pk}&amp;level=2" in shown
    assert not any(each.full_name in shown for each in others)
    counted = FoundCount.objects.values_list("learner", flat=True)
    assert set(counted) == {best.pk, ordinary.pk}


def test_a_site_that_only_reads_counts_nobody(
    client: Client, employer: Employer, welding: Skill, settings: Any
) -> None:
    person = make_findable(make_proving_badge("High", (welding, 3)))
    role = make_role(employer, (welding, 2))
    settings.READ_ONLY_UNTIL = "15:00 UTC"

    assert person.full_name in page(client, role, "role_people")

    assert not FoundCount.objects.exists()


def test_who_switches_themselves_off_matches_nothing(
    client: Client, employer: Employer, welding: Skill
) -> None:
    person = make_findable(make_proving_badge("High", (welding, 3)))
    role = make_role(employer, (welding, 2))
    assert person.full_name in page(client, role, "role_people")

    # The rows are still there, as they are between the switch and what it causes.
    person.profile.__class__.objects.filter(user=person).update(talent_search_at=None)

    shown = page(client, role, "role_people")
    assert person.full_name not in shown
    assert "Nobody who chose to be found" in shown


def test_a_proof_that_is_not_public_any_more_matches_nothing(
    client: Client, employer: Employer, welding: Skill
) -> None:
    person = make_findable(make_proving_badge("High", (welding, 3)))
    role = make_role(employer, (welding, 2))
    person.credentials.update(visibility="link")

    assert person.full_name not in page(client, role, "role_people")


@pytest.mark.parametrize("count", [1, 30])
def test_pages_of_roles_ask_as_often_however_long_they_are(
    client: Client,
    employer: Employer,
    welding: Skill,
    count: int,
    django_assert_max_num_queries: Any,
) -> None:
    badge = make_proving_badge("High", (welding, 3))
    for _number in range(count):
        make_findable(badge)
        role = make_role(employer, (welding, 2))
    asked = []
    for address in (
        reverse("roles"),
        reverse("edit_role", args=[role.token]) + "?q=weld",
        reverse("role_people", args=[role.token]),
    ):
        with django_assert_max_num_queries(12) as queries:
            assert client.get(address).status_code == 200
        asked.append(len(queries))

    assert asked == [4, 6, 10]
