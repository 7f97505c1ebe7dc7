"""Editing one's own page, a part at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolio.models import Profile
from portfolio.profile.profile_forms import PARTS
from tests.factories import make_user

pytestmark = pytest.mark.django_db

HEAD = {
    "full_name": "Mei Tan",
    "other_name": "陳美",
    "headline": "Paramedic",
    "place": "Cardiff",
    "languages": "English, 中文",
    "is_open_to_work": "on",
}
IN_PLACE = {"HX-Request": "true"}


@pytest.fixture
def mei(client):
    user = make_user("Mei")
    client.force_login(user)
    return user


def address(part):
    return reverse("edit_profile", args=[part])


def save(client, part, answers):
    return client.post(address(part), answers)


def own(user):
    return Profile.objects.select_related("user").get(user=user)


def text(response):
    return " ".join(response.content.decode().split())


def test_the_head_is_saved_and_leads_back_to_its_place(client, mei):
    response = save(client, "head", HEAD)

    profile = own(mei)
    assert response.status_code == 303
    assert response["Location"] == f"/p/{profile.handle}/#part-head"
    assert profile.user.full_name == "Mei Tan"
    assert (profile.other_name, profile.headline) == ("陳美", "Paramedic")
    assert (profile.place, profile.languages) == ("Cardiff", ["English", "中文"])
    assert profile.open_to_work_at is not None
    assert "Your changes are saved." in text(client.get(address("head")))


def test_a_form_begins_with_what_is_stored(client, mei):
    save(client, "head", HEAD)

    page = text(client.get(address("head")))

    assert 'value="Mei Tan"' in page
    assert 'value="English, 中文"' in page
    assert "checked" in page


def test_who_was_open_to_work_keeps_the_day(client, mei):
    before = timezone.now() - timedelta(days=9)
    Profile.objects.filter(user=mei).update(open_to_work_at=before)
    save(client, "head", HEAD)
    assert own(mei).open_to_work_at == before

    save(client, "head", {**HEAD, "is_open_to_work": ""})
    assert own(mei).open_to_work_at is None


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("full_name", "", "Enter your name."),
        ("full_name", "Mei \u202enaT", "hidden character (U+202E)"),
        ("other_name", "\u200b\u202e", "hidden character (U+202E)"),
        ("headline", "x" * 121, "Use 120 characters or fewer."),
        ("headline", "a\x00b", "hidden character (U+0000)"),
        ("place", "x" * 81, "Use 80 characters or fewer."),
        ("languages", ", ".join(map(str, range(11))), "Enter 10 or fewer."),
        ("languages", "x" * 41, "is too long. Use 40 characters or fewer for each."),
    ],
)
def test_what_cannot_be_kept_is_said_and_answers_stay(
    client, mei, name, typed, sentence
):
    response = save(client, "head", {**HEAD, name: typed})
    page = text(response)

    assert response.status_code == 422
    assert "<title>Error: Name and headline" in page
    assert page.count(sentence) == 2
    assert f'href="#id_{name}"' in page
    assert 'value="Cardiff"' in page or name == "place"
    assert own(mei).user.full_name == "Mei"


def test_links_keep_their_order_without_gaps_and_repeats(client, mei):
    response = save(
        client,
        "links",
        {
            "link_1": "https://b.example/",
            "link_3": " https://a.example/x ",
            "link_4": "https://b.example/",
        },
    )

    assert response.status_code == 303
    links = own(mei).links.values_list("position", "url")
    assert [*links] == [(1, "https://b.example/"), (2, "https://a.example/x")]
    page = text(client.get(address("links")))
    assert page.index("https://b.example/") < page.index("https://a.example/x")
    assert page.count('type="url"') == 5

    save(client, "links", {})
    assert not own(mei).links.exists()


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "example.org", "https://me:pw@x.example/", "//x.y"]
)
def test_a_link_that_is_no_web_address_is_refused_beside_it(client, mei, typed):
    save(client, "links", {"link_1": "https://kept.example/"})

    response = save(client, "links", {"link_1": "https://n.example/", "link_2": typed})
    page = text(response)

    assert response.status_code == 422
    assert page.count("Enter a web address that begins with https://") == 2
    assert 'href="#id_link_2"' in page
    assert 'value="https://n.example/"' in page
    assert own(mei).links.get().url == "https://kept.example/"


def test_words_come_by_line_and_by_comma_once_each(client, mei):
    save(
        client, "words", {"own_words": "Rota planning\nExcel, excel,\n\n  First   aid؛"}
    )
    save(
        client, "words", {"own_words": "Rota planning\nExcel, excel,\n\n  First   aid"}
    )

    assert own(mei).own_words == ["Rota planning", "Excel", "First aid"]
    assert "Rota planning Excel First aid</textarea>" in text(
        client.get(address("words"))
    )


def test_twenty_words_are_enough(client, mei):
    twenty = "\n".join(f"Skill {number}" for number in range(20))
    assert save(client, "words", {"own_words": twenty}).status_code == 303

    response = save(client, "words", {"own_words": twenty + "\nOne more"})

    assert response.status_code == 422
    assert text(response).count("Enter 20 or fewer.") == 2
    assert "One more</textarea>" in text(response)
    assert len(own(mei).own_words) == 20


def test_a_text_about_oneself_is_kept_as_typed(client, mei):
    save(client, "about", {"text": "I **train** people.\r\n\r\nAlso dogs.\n"})

    assert own(mei).about == "I **train** people.\n\nAlso dogs."


def test_a_preview_shows_the_text_and_saves_nothing(client, mei):
    response = save(
        client, "about", {"text": "I **train** <b>people</b>.", "then": "preview"}
    )
    page = text(response)

    assert response.status_code == 200
    assert "<strong>train</strong>" in page
    assert "<b>people" not in page
    assert "I **train**" in page
    assert own(mei).about == ""


def test_a_preview_of_too_much_says_so(client, mei):
    response = save(client, "about", {"text": "x" * 2001, "then": "preview"})

    assert response.status_code == 422
    assert "Use 2000 characters or fewer." in text(response)


def test_the_preview_of_htmx_takes_the_same_field(client, mei):
    assert f'hx-post="{reverse("markdown_preview")}"' in text(
        client.get(address("about"))
    )
    response = client.post(
        reverse("markdown_preview"), {"text": "**so**"}, headers=IN_PLACE
    )

    assert "<strong>so</strong>" in text(response)


def test_the_page_shows_what_has_ended_when_its_owner_says_so(client, mei):
    answers = {"handle": mei.profile.handle}
    save(client, "page", {**answers, "shows_ended": "on"})
    first = own(mei).shows_ended_at
    save(client, "page", {**answers, "shows_ended": "on"})
    assert first is not None
    assert own(mei).shows_ended_at == first

    save(client, "page", answers)
    assert own(mei).shows_ended_at is None


def test_two_windows_lose_nothing_of_each_other(client, mei):
    """Each part stores its own columns, whatever the other has stored meanwhile."""
    answers = {
        "head": HEAD,
        "links": {"link_1": "https://a.example/"},
        "words": {"own_words": "Rotas"},
        "about": {"text": "Words"},
        "page": {"handle": "mei-tan", "shows_ended": "on"},
    }
    for part, values in answers.items():
        assert save(client, part, values).status_code == 303

    for part, values in answers.items():
        assert save(client, part, values).status_code == 303
    profile = own(mei)
    assert (profile.headline, profile.about, profile.handle) == (
        "Paramedic",
        "Words",
        "mei-tan",
    )
    assert (profile.own_words, profile.links.count()) == (["Rotas"], 1)
    assert profile.public_at is None


@pytest.mark.parametrize("part", PARTS)
def test_a_part_comes_in_place_with_the_focus_in_its_first_field(client, mei, part):
    response = client.get(address(part), headers=IN_PLACE)
    page = text(response)

    assert page.startswith('<section class="edit-part')
    assert f'id="part-{part}"' in page
    assert page.count("data-focus ") + page.count("data-focus>") == 1
    assert f'hx-select="#part-{part}"' in page  # Cancel brings the part back
    assert "HX-Request" in response["Vary"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_a_page_of_its_own_without_htmx(client, mei, part):
    page = text(client.get(address(part)))
    restored = {**IN_PLACE, "HX-History-Restore-Request": "true"}

    assert page.startswith("<!doctype html>")
    assert page.count("autofocus") == 1
    assert f'href="/p/{mei.profile.handle}/#part-{part}"' in page
    assert text(client.get(address(part), headers=restored)).startswith("<!doctype")


def test_a_part_that_does_not_exist_is_absent(client, mei):
    assert client.get(address("nothing")).status_code == 404
    assert client.post(address("nothing"), HEAD).status_code == 404


def test_a_visitor_is_led_to_the_log_in_and_back(client):
    response = client.get(address("head"))

    assert response["Location"] == f"/accounts/login/?next={address('head')}"


def test_nothing_is_edited_while_the_site_is_read_only(client, mei, settings):
    settings.READ_ONLY_UNTIL = "15:00 UTC"

    assert save(client, "head", HEAD).status_code == 503
    assert own(mei).user.full_name == "Mei"


@pytest.mark.parametrize("part", PARTS)
def test_pages_of_editing_take_few_queries(
    client, mei, part, django_assert_max_num_queries
):
    with django_assert_max_num_queries(6):
        assert client.get(address(part)).status_code == 200
