"""Who may find somebody's page: three switches, each with its day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portfolio.models import Profile, User
from portfolio.profile import switching
from tests.credentials.racing import at_once
from tests.factories import make_user

pytestmark = pytest.mark.django_db

SETTINGS = reverse("settings")
COLUMNS = ("public_at", "talent_search_at", "search_engines_at")


@pytest.fixture
def mei(client):
    user = make_user("Mei")
    client.force_login(user)
    return user


def turn(client, switch, wanted="on", **more):
    return client.post(SETTINGS, {"switch": switch, "wanted": wanted, **more})


def days(user):
    return [getattr(Profile.objects.get(user=user), column) for column in COLUMNS]


def text(response):
    return " ".join(response.content.decode().split())


def test_everything_is_off_at_first(client, mei):
    page = text(client.get(SETTINGS))

    assert days(mei) == [None, None, None]
    assert page.count("</svg>Off") == 3
    assert page.count("Needs your public page") == 2
    assert "Nobody else sees your page." in page


@pytest.mark.parametrize("switch", switching.SWITCHES)
def test_a_switch_dates_its_own_column_and_no_other(client, mei, switch):
    turn(client, "public")
    response = turn(client, switch)

    assert (response.status_code, response["Location"]) == (303, f"{SETTINGS}#page")
    on = {each for each, day in zip(COLUMNS, days(mei), strict=True) if day}
    assert on == {"public_at", f"{switch}_at"}
    assert "On since " in text(client.get(SETTINGS))


def test_a_switch_that_is_on_keeps_its_day(client, mei):
    before = timezone.now() - timedelta(days=40)
    Profile.objects.filter(user=mei).update(public_at=before)

    assert turn(client, "public").status_code == 303
    assert days(mei)[0] == before


def test_turning_the_page_off_turns_the_others_off_and_says_so(client, mei):
    for switch in switching.SWITCHES:
        turn(client, switch)
    assert all(days(mei))
    client.get(SETTINGS)
    assert "turns the other two off with it" in text(client.get(SETTINGS))

    turn(client, "public", "off")

    assert days(mei) == [None, None, None]
    assert "Your page is off. Nobody else sees it, and nothing finds it." in text(
        client.get(SETTINGS)
    )


def test_turning_another_off_leaves_the_page(client, mei):
    for switch in switching.SWITCHES:
        turn(client, switch)

    turn(client, "talent_search", "off")

    public, talent, engines = days(mei)
    assert (bool(public), talent, bool(engines)) == (True, None, True)


@pytest.mark.parametrize("switch", ["talent_search", "search_engines"])
def test_nothing_finds_a_page_that_is_off(client, mei, switch):
    response = turn(client, switch)

    assert response.status_code == 422
    assert "Turn on your public page first." in text(response)
    assert "<title>Error: Settings" in text(response)
    assert days(mei) == [None, None, None]


@pytest.mark.parametrize(
    "answers",
    [{}, {"switch": "public"}, {"switch": "all", "wanted": "on"}, {"wanted": "on"}],
)
def test_what_is_no_switch_changes_nothing(client, mei, answers):
    assert client.post(SETTINGS, answers).status_code == 422
    assert days(mei) == [None, None, None]


def test_the_switches_lead_back_to_the_page_on_which_they_stood(client, mei):
    here = reverse("edit_profile", args=["page"])
    assert f'name="next" value="{here}"' in text(client.get(here))

    assert turn(client, "public", next=here)["Location"] == here
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        response = turn(client, "public", "off", next=elsewhere)
        assert response["Location"] == f"{SETTINGS}#page"


@pytest.mark.parametrize("column", COLUMNS[1:])
def test_the_database_lists_nothing_that_is_not_public(mei, column):
    own = Profile.objects.filter(user=mei)
    with pytest.raises(IntegrityError), transaction.atomic():
        own.update(**{"public_at": None, column: timezone.now()})
    assert getattr(own.get(), column) is None


@pytest.mark.django_db(transaction=True)
def test_a_page_turned_off_while_something_is_turned_on_stays_off():
    user = make_user()
    own = user.profile
    switching.turn_on(own, switching.PUBLIC, now=timezone.now())

    at_once(
        lambda: switching.turn_off(own, switching.PUBLIC),
        lambda: switching.turn_on(own, switching.SEARCH_ENGINES, now=timezone.now()),
        lambda: switching.turn_on(own, switching.TALENT_SEARCH, now=timezone.now()),
    )

    assert days(user) == [None, None, None]


def test_settings_lead_to_every_part_of_the_page(client, mei):
    page = text(client.get(SETTINGS))

    for part in ("photo", "head", "links", "words", "about", "page"):
        assert f'href="{reverse("edit_profile", args=[part])}"' in page
    assert f'href="{reverse("pins")}"' in page
    assert f'href="{reverse("account_email")}"' in page


def test_a_visitor_is_sent_to_sign_in_and_back(client):
    response = client.get(SETTINGS)

    assert response["Location"] == "/accounts/login/?next=/me/settings/"


def test_an_expired_session_moves_the_whole_page_to_sign_in(client):
    response = client.get(
        SETTINGS,
        headers={"HX-Request": "true", "HX-Current-URL": "https://x.example/me/"},
    )

    assert response.status_code == 204
    assert response["HX-Redirect"] == "/accounts/login/?next=%2Fme%2F"


def test_nothing_is_switched_while_the_site_is_read_only(client, mei, settings):
    settings.READ_ONLY_UNTIL = "15:00 UTC"

    assert turn(client, "public").status_code == 503
    assert days(mei) == [None, None, None]


def test_somebody_without_a_profile_gets_a_private_one(client):
    user = User.objects.create_user("zoe@example.org", full_name="Zoë Brontë")
    client.force_login(user)

    assert client.get(SETTINGS).status_code == 200
    assert (user.profile.handle, user.profile.public_at) == ("zoe-bronte", None)
