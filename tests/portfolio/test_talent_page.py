"""The page of the talent search: what it shows, to whom, and how often."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from credentials.models import AchievementVersion, Issuer
from portfolio.models import FindablePerson, FoundCount, Profile, User
from portfolio.models.talent import ProvenSkill
from portfolio.profile import switching
from portfolio.talent import counting, found_counts, ranking, rows
from portfolio.talent.asking import MOST_PEOPLE, PAGE_SIZE, Search
from portfolio.talent.searching import find
from tests import factories
from tests.logging_in import log_in
from tests.pathways import making
from tests.portfolio.findable import (
    NOW,
    hold,
    make_findable,
    make_proving_badge,
    make_skill,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_kept_areas() -> None:
    """Every test counts areas itself."""
    cache.clear()


@pytest.fixture
def welder() -> User:
    """Somebody findable who can weld."""
    badge = make_proving_badge("Welding pipes", (make_skill("Welding"), 3))
    return make_findable(badge, headline="Pipe fitter", place="Leeds")


def name_of_badge(holder: User) -> str:
    """The badge that somebody holds, as addresses have it."""
    badge = ProvenSkill.objects.select_related("achievement__issuer").get(
        learner=holder.pk
    )
    return f"{badge.achievement.issuer.slug}/{badge.achievement.slug}"


def search(client: Client, **given: Any) -> str:
    response = client.get(reverse("talent"), given)
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_result_says_who_and_why(client: Client, welder: User) -> None:
    page = search(client, q="weld")

    assert welder.full_name in page
    assert "Pipe fitter" in page
    assert "Welding, Advanced: assessed." in page
    assert "<mark>Welding</mark> pipes" in page
    assert "1 person" in page


def test_without_a_search_nobody_is_listed(client: Client, welder: User) -> None:
    page = search(client)

    assert welder.full_name not in page
    assert "Welding" in page
    assert "1 person" not in page


def test_areas_of_ten_people_have_a_number(client: Client) -> None:
    badge = make_proving_badge("Welding pipes", (make_skill("Welding"), 3))
    for _number in range(counting.FEWEST):
        make_findable(badge)

    assert "10 people" in search(client)


def test_nobody_found_says_what_to_drop(client: Client, welder: User) -> None:
    page = search(client, q="welding lisbon")

    assert "No one public matches" in page
    assert "Remove lisbon (1 person)" in page


def test_nobody_found_names_each_thing_that_was_asked(
    client: Client, welder: User
) -> None:
    page = search(client, q="welding", place="<Lisbon>", open="yes")

    asked = "<em>welding</em>, <em>Open to work</em> and <em>&lt;Lisbon&gt;</em>"
    assert f"No one public matches {asked}." in page


def test_htmx_gets_the_results_and_the_canonical_address(
    client: Client, welder: User
) -> None:
    address = f"{reverse('talent')}?q=welding&place=&sort=match"

    response = client.get(address, headers={"HX-Request": "true"})

    assert "<html" not in response.content.decode()
    assert response["HX-Replace-Url"] == f"{reverse('talent')}?q=welding"


def test_switching_off_takes_somebody_out_at_once(client: Client, welder: User) -> None:
    profile = Profile.objects.get(user=welder)

    switching.turn_off(profile, switching.TALENT_SEARCH)

    assert not FindablePerson.objects.exists()
    assert welder.full_name not in search(client, q="welding")


def test_a_page_switched_off_takes_the_search_with_it(welder: User) -> None:
    switching.turn_off(Profile.objects.get(user=welder), switching.PUBLIC)

    assert not FindablePerson.objects.exists()


def test_the_way_back_from_a_page_that_is_gone_leads_to_the_results(
    client: Client, welder: User
) -> None:
    Profile.objects.filter(user=welder).update(public_at=None, talent_search_at=None)
    came_from = f"http://testserver{reverse('talent')}?q=welding"

    response = client.get(
        reverse("profile", args=[welder.profile.handle]),
        headers={"Referer": came_from},
    )

    assert response.status_code == 404
    assert "/talent/?q=welding" in response.content.decode()


def test_people_see_how_often_they_were_found_and_through_what(
    client: Client, welder: User
) -> None:
    search(client, q="welding")
    search(client, q="welding")

    (through,) = found_counts.found_through(welder, NOW)

    assert (through.skill, through.times) == ("Welding", 2)


def test_looking_at_oneself_is_not_counted(client: Client, welder: User) -> None:
    client.force_login(welder)

    search(client, q="welding")

    assert not FoundCount.objects.exists()


def test_the_thirty_first_search_of_a_minute_waits(
    client: Client, welder: User
) -> None:
    for _number in range(30):
        search(client, q="welding")

    response = client.get(reverse("talent"), {"q": "welding"})

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


def test_a_page_past_the_last_one_is_the_last_one(client: Client, welder: User) -> None:
    assert welder.full_name in search(client, q="welding", page="99")


def test_nobody_reads_past_ten_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_PEOPLE == 10 * PAGE_SIZE
    monkeypatch.setattr(ranking, "MOST_PEOPLE", 4)
    badge = make_proving_badge("Welding pipes", (make_skill("Welding"), 3))
    crowd = [make_findable(badge) for _number in range(6)]

    found = find(Search.read({"q": ["welding"]}), NOW)

    assert found.total == len(crowd)
    assert len(found.learners) == 4


@pytest.mark.parametrize(
    "given",
    [
        {"q": "\x00"},
        {"q": "a" * 5000},
        {"q": "' OR 1=1 --"},
        {"q": "& | ! :*"},
        {"skill": "99999999999"},
        {"skill": "999999999", "q": "x"},
        {"badge": "no/such"},
        {"skill": "999999999", "issuer": "nobody", "badge": "no/such"},
        {"level": "9", "since": "0", "page": "-1", "q": "welding"},
        {"place": "%_\\", "q": "welding"},
        {"language": "'\"", "q": "welding"},
    ],
    ids=lambda given: str(given)[:60],
)
def test_odd_questions_get_a_page(client: Client, given: dict[str, str]) -> None:
    assert client.get(reverse("talent"), given).status_code == 200


def test_it_takes_the_same_queries_for_few_and_for_many(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    skill = make_skill("Welding")
    badge = make_proving_badge("Welding pipes", (skill, 3))
    name = f"{badge.achievement.issuer.slug}/{badge.achievement.slug}"
    client.force_login(factories.make_user())
    for _number in range(25):
        make_findable(badge, place="Leeds", languages=["Polish"])
    asked = {"q": "welding leeds", "skill": str(skill.pk), "badge": name}

    with django_assert_max_num_queries(12):
        response = client.get(
            reverse("talent"), {**asked, "language": "polish", "level": "2"}
        )

    assert response.content.decode().count('class="person"') == 20


def test_private_credentials_never_stand_in_results(
    client: Client, welder: User
) -> None:
    secret = make_proving_badge("Secret", (make_skill("Secrecy"), 4))
    hold(secret, welder, visibility="private")

    page = search(client, q="welding")

    assert "Secret" not in page


def test_a_badge_earned_twice_stands_once(client: Client, welder: User) -> None:
    badge = welder.credentials.get().version
    assert badge is not None
    hold(badge, welder)
    rows.rewrite(welder.pk, NOW)

    page = search(client, q="welding")

    assert page.count("<mark>Welding</mark> pipes") == 1


def test_the_search_leads_to_the_pages_of_an_organisation(client: Client) -> None:
    visitor = search(client, q="welding")
    assert f'href="{reverse("organisation")}"' in visitor
    assert f'href="{reverse("new_saved_search")}?q=welding"' in visitor

    client.force_login(factories.make_user())
    page = search(client)
    assert f'href="{reverse("shortlist")}"' in page
    assert f'href="{reverse("saved_searches")}"' in page


@pytest.mark.parametrize(
    "given",
    [
        {"q": "welding lisbon baking"},
        {"q": "welding", "issuer": "nobody", "endorsed": "nobody"},
        {"pathway": [f"nobody/way-{number}" for number in range(10)]},
    ],
    ids=lambda given: str(given)[:60],
)
def test_nobody_found_takes_no_more_queries(
    client: Client, welder: User, given: Any, django_assert_max_num_queries: Any
) -> None:
    client.force_login(factories.make_user())
    mixed = {"badge": name_of_badge(welder), "open": "yes", **given}

    with django_assert_max_num_queries(12):
        page = search(client, **mixed)

    assert "No one public matches" in page


def test_dropping_each_part_counts_who_has_the_others(
    client: Client, welder: User
) -> None:
    both = make_proving_badge("Baking", (make_skill("Baking bread"), 2))
    for _number in range(2):
        make_findable(both)

    assert "Remove welding (2 people)" in search(client, q="welding baking")
    page = search(client, q="baking", badge=name_of_badge(welder))
    assert "Remove Welding pipes (2 people)" in page


def test_a_closed_account_is_in_no_number(client: Client, welder: User) -> None:
    operator = factories.make_user(is_staff=True, is_superuser=True)
    log_in(client, operator)
    change = reverse("admin:portfolio_user_change", args=[welder.pk])
    name = {"full_name": welder.full_name}

    client.post(change, name)
    assert find(Search.read({"q": ["welding"]}), NOW).total == 0
    client.post(change, {**name, "is_active": "on"})
    assert find(Search.read({"q": ["welding"]}), NOW).total == 1


def make_end(issuer: Issuer) -> AchievementVersion:
    """A badge that a pathway gives."""
    return make_proving_badge(
        "Fitter",
        (make_skill("Fitting"), 2),
        issuer=issuer,
        earned_through="pathway",
        validity_months=None,
    )


def test_somebody_is_found_by_the_end_of_a_pathway(
    client: Client, welder: User
) -> None:
    issuer = factories.make_issuer()
    ends = make_end(issuer)
    way = making.make_pathway(issuer, outcome=ends)
    other = making.make_pathway(issuer)
    fitter = make_findable(ends)

    both = [f"{each.pathway.issuer.slug}/{each.pathway.slug}" for each in (way, other)]
    assert fitter.full_name in search(client, pathway=both[0])
    assert welder.full_name not in search(client, pathway=both[0])
    assert fitter.full_name not in search(client, pathway=both)


def test_everything_asked_for_at_once_takes_no_more_queries(
    client: Client, welder: User, django_assert_max_num_queries: Any
) -> None:
    """A slip, words that people only say, and one of every kind of option."""
    issuer, badge = factories.make_issuer(), name_of_badge(welder)
    ends = make_end(issuer)
    way = making.make_pathway(issuer, outcome=ends)
    hold(ends, welder)
    rows.rewrite(welder.pk, NOW)
    FindablePerson.objects.filter(pk=welder.pk).update(words=" night shifts leeds")
    asked = {
        "q": "night leeds weldign",
        "badge": badge,
        "pathway": f"{way.pathway.issuer.slug}/{way.pathway.slug}",
        "lasts": "yes",
    }
    client.force_login(factories.make_user())

    with django_assert_max_num_queries(12):
        page = search(client, **asked)

    assert welder.full_name in page
