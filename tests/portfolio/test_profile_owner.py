"""A person's public page: what its owner sees of it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials import revoking
from portfolio.models import Profile
from tests.factories import make_badge, make_credential, make_user
from tests.portfolio.public_page import (
    amina,
    change_state,
    ended,
    get,
    linked,
    main_of,
    page,
    public,
    say,
)

pytestmark = pytest.mark.django_db

__all__ = ["amina"]  # a fixture
PARTS = ("photo", "head", "links", "words", "about")


def test_the_owner_sees_a_page_that_is_off_and_nobody_else_does(client, amina):
    say(amina, public_at=None)
    client.force_login(amina)

    text = page(client)

    assert "Your public page is off. Only you see this." in text
    assert linked(client) is None
    client.force_login(make_user())
    assert get(client).status_code == 404
    assert get(client, query="?as=visitor").status_code == 404


def test_each_part_has_a_pencil_that_leads_to_its_form(client, amina):
    client.force_login(amina)
    text = page(client)
    for part in PARTS:
        address = reverse("edit_profile", args=[part])
        assert text.count(f'href="{address}"') == 1
        assert text.count(f'hx-target="#part-{part}"') == 1
        assert text.count(f'id="part-{part}"') == 1
        assert client.get(address).status_code == 200
    for name in ("pins", "me"):
        assert f'href="{reverse(name)}"' in text


def test_empty_parts_have_a_hint_for_the_owner_alone(client, amina):
    Profile.objects.filter(user=amina).update(about="", headline="", place="")
    visitor = main_of(client)
    client.force_login(amina)
    own = main_of(client)
    assert own.count('class="hint"') == 5
    assert "hint" not in visitor
    assert "None of your credentials is public yet." in page(client)


def test_the_owner_is_told_what_is_left_out_by_name_and_nobody_else_is(client, amina):
    withdrawn = public(amina, "Hand washing", days_ago=1)
    change_state(withdrawn, revoking.revoke)
    for number in range(5):
        change_state(public(amina, f"Paused {number}"), revoking.suspend)
    told = "6 public credentials are left out, because they are not in force:"

    client.force_login(amina)
    text = page(client)
    assert told in text
    assert text.count(" (Paused)") == 5
    assert "and 1 more" in text
    assert "private" in get(client)["Cache-Control"]

    client.force_login(make_user())
    text = page(client)
    assert "left out" not in text
    assert "Hand washing" not in text


def test_the_owner_is_told_what_has_ended_until_it_is_shown(client, amina):
    ended(amina)
    client.force_login(amina)
    told = "1 public credential has ended and is not shown."
    assert told in page(client)
    say(amina, shows_ended_at=timezone.now())
    assert told not in page(client)


def test_as_a_visitor_the_owner_sees_exactly_what_visitors_get(client, amina):
    for days in (1, 5, 9):
        public(amina, f"Badge {days}", days_ago=days)
    make_credential(make_badge(name="Hidden"), amina)
    change_state(public(amina, "Withdrawn"), revoking.revoke)
    amina.profile.links.create(url="https://amina.example/", position=1)
    say(amina, own_words=["knitting"], open_to_work_at=timezone.now())
    visitor = main_of(client)

    client.force_login(amina)

    assert main_of(client, "?as=visitor") == visitor
    assert main_of(client) != visitor
    text = page(client, query="?as=visitor")
    assert "You see your page as visitors do." in text
    assert '<a href="/p/amina-yusuf/">Back to editing</a>' in text
    assert get(client, query="?as=visitor")["Cache-Control"] == "private, no-cache"


def test_a_page_that_is_off_says_so_as_a_visitor_too(client, amina):
    say(amina, public_at=None)
    client.force_login(amina)
    text = page(client, query="?as=visitor")
    assert "Your public page is off. Once it is on, visitors see this." in text


def test_asking_for_the_view_of_visitors_gives_a_visitor_nothing_else(client, amina):
    assert main_of(client, "?as=visitor") == main_of(client)
    assert "Back to editing" not in page(client, query="?as=visitor")
