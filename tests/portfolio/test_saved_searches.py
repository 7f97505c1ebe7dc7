"""Searches that somebody keeps: saving, the list, and the end of their mails."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from portfolio.employers import saved_searches
from portfolio.models import FoundCount, SavedSearch, User
from portfolio.talent.asking import Search
from tests import factories
from tests.credentials.racing import at_once
from tests.portfolio.findable import NOW, make_findable, make_proving_badge, make_skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client: Client) -> User:
    """Somebody signed in."""
    user = factories.make_user("Sam Okoro")
    client.force_login(user)
    return user


def save(client: Client, query: str = "q=welding", **given: Any) -> Any:
    address = f"{reverse('new_saved_search')}?{query}"
    return client.post(address, {"name": "Welders", "is_mailed": "on", **given})


def make_search(owner: User, query: str = "q=welding", **fields: Any) -> SavedSearch:
    return SavedSearch.objects.create(
        owner=owner, name="Welders", query=query, **fields
    )


def page_of(saved: SavedSearch, name: str = "saved_search") -> str:
    return reverse(name, args=[saved.token])


def test_results_lead_to_saving_and_visitors_sign_in_on_the_way(
    client: Client, owner: User
) -> None:
    link = f"{reverse('new_saved_search')}?q=welding"

    assert link in client.get(reverse("talent"), {"q": "welding"}).content.decode()
    client.logout()
    assert link in client.get(reverse("talent"), {"q": "welding"}).content.decode()
    answer = client.get(link)
    assert answer["Location"] == f"{reverse('account_login')}?next={quote(link)}"


def test_the_name_begins_as_what_is_asked(client: Client, owner: User) -> None:
    response = client.get(f"{reverse('new_saved_search')}?q=welding&place=Leeds")

    page = response.content.decode()
    assert 'value="welding, Leeds"' in page
    assert "<em>welding</em> and <em>Leeds</em>" in page


def test_a_search_is_saved_as_it_is_asked(client: Client, owner: User) -> None:
    assert save(client, "page=3&q=welding&sort=newest&level=2").status_code == 303

    saved = SavedSearch.objects.get()
    assert (saved.name, saved.query) == ("Welders", "q=welding&level=2")
    assert saved.is_mailed
    page = client.get(reverse("saved_searches")).content.decode()
    assert "/talent/?q=welding&amp;level=2" in page
    assert "Intermediate or higher" in page


def test_whoever_is_found_at_saving_is_no_news(client: Client, owner: User) -> None:
    badge = make_proving_badge("Welding pipes", (make_skill("Welding"), 3))
    person = make_findable(badge)

    save(client)

    assert SavedSearch.objects.get().known == [person.pk]


def test_the_same_search_is_saved_once(client: Client, owner: User) -> None:
    save(client)

    response = save(client, "q=welding&sort=newest", name="Again")

    assert response["Location"] == reverse("saved_searches")
    assert SavedSearch.objects.get().name == "Welders"


def test_ten_are_the_most(client: Client, owner: User) -> None:
    for number in range(saved_searches.MOST_SAVED):
        make_search(owner, f"q=word{number}")

    response = save(client)

    assert response.status_code == 409
    assert "Delete one first." in response.content.decode()
    assert "Welders" in response.content.decode()


@pytest.mark.parametrize("name", ["", "   ", "a" * 81, "a\x00b"])
def test_a_name_that_is_none_is_refused(client: Client, owner: User, name: str) -> None:
    assert save(client, name=name).status_code == 422
    assert not SavedSearch.objects.exists()


def test_more_than_can_be_kept_is_refused_in_a_sentence(
    client: Client, owner: User
) -> None:
    slug = "a" * 79
    query = "&".join(f"badge={slug}{at}/{slug}" for at in range(10))

    response = save(client, query)

    assert response.status_code == 422
    assert "Take a filter away." in response.content.decode()


def test_nothing_asked_is_nothing_saved(client: Client, owner: User) -> None:
    assert save(client, "place=Leeds")["Location"] == reverse("talent")
    assert not SavedSearch.objects.exists()


def test_it_is_renamed_and_deleted(client: Client, owner: User) -> None:
    saved = make_search(owner)

    client.post(page_of(saved), {"name": "Night shift"})

    saved.refresh_from_db()
    assert (saved.name, saved.is_mailed) == ("Night shift", False)
    client.post(page_of(saved), {"wanted": "delete"})
    assert not SavedSearch.objects.exists()


def test_its_mail_is_turned_off_and_on(client: Client, owner: User) -> None:
    saved = make_search(owner)

    for wanted, is_mailed in (("no_mail", False), ("no_mail", False), ("mail", True)):
        client.post(page_of(saved), {"wanted": wanted})
        saved.refresh_from_db()
        assert saved.is_mailed is is_mailed
    response = client.post(
        page_of(saved), {"wanted": "no_mail"}, headers={"HX-Request": "true"}
    )
    assert "Mail me weekly" in response.content.decode()
    assert "<html" not in response.content.decode()


def test_a_search_is_its_owners_alone(client: Client, owner: User) -> None:
    theirs = make_search(factories.make_user())

    for name in ("saved_search", "saved_search_count"):
        assert client.get(page_of(theirs, name)).status_code == 404
    assert client.post(page_of(theirs), {"wanted": "delete"}).status_code == 404
    assert "Welders" not in client.get(reverse("saved_searches")).content.decode()
    assert SavedSearch.objects.exists()


def test_the_number_of_people_is_that_of_the_results(
    client: Client, owner: User
) -> None:
    badge = make_proving_badge("Welding pipes", (make_skill("Welding"), 3))
    make_findable(badge)
    saved = make_search(owner)

    response = client.get(page_of(saved, "saved_search_count"))

    assert response.content.decode().strip() == "1 person now"
    assert not FoundCount.objects.exists()


def test_the_link_of_a_mail_asks_before_it_stops(client: Client, owner: User) -> None:
    saved = make_search(owner)
    client.logout()

    response = client.get(page_of(saved, "stop_digest"))

    assert "Stop the weekly mail?" in response.content.decode()
    saved.refresh_from_db()
    assert saved.is_mailed


def test_a_mail_program_stops_it_with_one_post_and_no_cookie(owner: User) -> None:
    """RFC 8058, section 3.1: an HTTPS POST with this body, and no redirect."""
    saved = make_search(owner)
    program = Client(enforce_csrf_checks=True)

    for _again in range(2):
        response = program.post(
            page_of(saved, "stop_digest"), {"List-Unsubscribe": "One-Click"}
        )
        assert response.status_code == 200
        assert "The weekly mail is off" in response.content.decode()
    saved.refresh_from_db()
    assert not saved.is_mailed


@pytest.mark.parametrize("token", ["short", "a" * 26, "a" * 300])
def test_a_link_that_never_was_is_not_found(client: Client, token: str) -> None:
    assert client.post(reverse("stop_digest", args=[token])).status_code == 404


def test_the_list_takes_the_same_queries_for_one_and_for_ten(
    client: Client, owner: User, django_assert_max_num_queries: Any
) -> None:
    skills = [make_skill(f"Skill {number}") for number in range(10)]
    make_search(owner, f"skill={skills[0].pk}&issuer=some-issuer")
    with django_assert_max_num_queries(12) as few:
        client.get(reverse("saved_searches"))
    for skill in skills[1:]:
        make_search(owner, f"skill={skill.pk}")

    with django_assert_max_num_queries(12) as many:
        page = client.get(reverse("saved_searches")).content.decode()

    assert len(few) == len(many)
    assert all(skill.name in page for skill in skills)


def test_counting_one_takes_twelve_queries_at_most(
    client: Client, owner: User, django_assert_max_num_queries: Any
) -> None:
    saved = make_search(owner, "q=welding+leeds&badge=a%2Fb&pathway=a%2Fb&skill=1")

    with django_assert_max_num_queries(12):
        assert client.get(page_of(saved, "saved_search_count")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_windows_save_it_once() -> None:
    owner = factories.make_user()
    search = Search.read({"q": ["welding"]})

    def press() -> str:
        saved_searches.save(search, name="Welders", is_mailed=True, by=owner, now=NOW)
        return "saved"

    assert sorted(at_once(press, press)) == ["AlreadySaved", "saved"]
    assert SavedSearch.objects.count() == 1


def test_saving_counts_as_a_search_and_keeps_the_answers(
    client: Client, owner: User
) -> None:
    for _number in range(30):
        client.get(reverse("talent"), {"q": "welding"})

    response = save(client, name="Pipe welders")

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "Pipe welders" in response.content.decode()
    assert not SavedSearch.objects.exists()
