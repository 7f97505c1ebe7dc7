"""Addresses of pages: free ones, kept ones, and those that change hands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from credentials.models import RateCount
from portfolio.accounts import handles
from portfolio.models import FormerHandle, Profile, User
from portfolio.views.editing import MOVES_A_DAY
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PAGE = reverse("edit_profile", args=["page"])


@pytest.fixture
def mei(client):
    user = make_user("Mei Tan")
    Profile.objects.filter(user=user).update(handle="mei-tan")
    user.profile.refresh_from_db()
    client.force_login(user)
    return user


def save(client, handle):
    return client.post(PAGE, {"handle": handle})


def handle_of(user):
    return Profile.objects.get(user=user).handle


def former(user):
    return set(user.profile.former_handles.values_list("handle", flat=True))


def test_an_address_is_changed_and_the_one_before_is_kept_for_a_year(client, mei):
    response = save(client, "mei")

    assert (response.status_code, response["Location"]) == (303, "/p/mei/#part-page")
    kept = mei.profile.former_handles.get()
    assert (handle_of(mei), kept.handle) == ("mei", "mei-tan")
    assert timedelta(days=364) < kept.until - timezone.now() <= timedelta(days=365)
    assert "/p/mei-tan/</span>" in client.get(PAGE).content.decode()


def test_capitals_are_written_small(client, mei):
    assert save(client, "Mei-T").status_code == 303
    assert handle_of(mei) == "mei-t"


def test_nobody_takes_an_address_that_still_leads_to_another_page(client, mei):
    save(client, "mei")
    other = make_user()
    client.force_login(other)

    response = save(client, "mei-tan")

    assert response.status_code == 422
    assert response.content.decode().count("Somebody else has this address.") == 2
    assert handle_of(other) != "mei-tan"


def test_after_its_year_anybody_takes_it(client, mei):
    save(client, "mei")
    FormerHandle.objects.update(until=timezone.now() - timedelta(minutes=1))
    other = make_user()
    client.force_login(other)

    assert save(client, "mei-tan").status_code == 303
    assert handle_of(other) == "mei-tan"
    assert former(mei) == set()


def test_ones_own_former_address_is_taken_back(client, mei):
    save(client, "mei")

    assert save(client, "mei-tan").status_code == 303
    assert (handle_of(mei), former(mei)) == ("mei-tan", {"mei"})


def test_a_former_address_is_let_go_and_is_free_then(client, mei):
    save(client, "mei")

    response = client.post(PAGE, {"let_go": "mei-tan"})

    assert response.status_code == 303
    assert former(mei) == set()
    other = make_user()
    client.force_login(other)
    assert save(client, "mei-tan").status_code == 303


def test_nobody_lets_go_what_is_anothers(client, mei):
    save(client, "mei")
    client.force_login(make_user())

    client.post(PAGE, {"let_go": "mei-tan"})
    client.post(PAGE, {"let_go": "mei\0tan"})

    assert former(mei) == {"mei-tan"}


def test_the_fourth_address_of_a_day_waits(client, mei):
    for number in range(MOVES_A_DAY):
        assert save(client, f"mei-{number}").status_code == 303

    response = save(client, "mei-again")

    assert response.status_code == 429
    assert int(response["Retry-After"]) <= 24 * 3600
    assert "You changed your address three times today." in response.content.decode()
    assert 'value="mei-again"' in response.content.decode()
    assert handle_of(mei) == "mei-2"


def test_saving_without_another_address_is_no_change(client, mei):
    for _time in range(MOVES_A_DAY + 2):
        assert save(client, "mei-tan").status_code == 303
        assert save(client, "admin").status_code == 422

    assert former(mei) == set()
    assert not RateCount.objects.filter(key__startswith="handle:").exists()


def test_a_former_address_is_kept_as_addresses_are(mei):
    """Whoever looks for one in whatever case looks for it in small letters."""
    until = timezone.now() + timedelta(days=100)
    with pytest.raises(IntegrityError, match="formerhandle_is_an_address"):
        FormerHandle.objects.create(profile=mei.profile, handle="Old", until=until)


def test_a_page_has_five_former_addresses_and_no_more(client, mei):
    until = timezone.now() + timedelta(days=100)
    for number in range(handles.FORMER):
        FormerHandle.objects.create(
            profile=mei.profile, handle=f"old-{number}", until=until
        )

    response = save(client, "mei")

    assert response.status_code == 422
    assert "Let one of them go first." in response.content.decode()
    assert handle_of(mei) == "mei-tan"
    assert save(client, "old-3").status_code == 303  # one for one


@pytest.mark.parametrize(
    "handle",
    [
        "admin",
        "ADMIN",
        "adm1n",
        "ad-min",
        "the-admin",
        "admin-2",
        "cairn",
        "ca1rn",
        "caim",
        "cairn-support",
        "cairn-news",
        "cairnhelp",
        "help-cairn",
        "5ecurity-team",
        "verify",
        "v-e-r-i-f-y",
    ],
)
def test_addresses_that_would_pass_for_the_sites_own_are_kept(client, mei, handle):
    response = save(client, handle)

    assert response.status_code == 422
    assert "This address is kept for the site." in response.content.decode()
    assert handle_of(mei) == "mei-tan"


@pytest.mark.parametrize(
    "handle", ["ann-page", "john-cairn", "cairns", "mary-cairns", "newsome", "al-1"]
)
def test_names_of_people_are_not_reserved(handle):
    assert not handles.is_reserved(handle)


def test_the_sites_own_name_is_reserved_whatever_it_is(settings):
    settings.SITE_NAME = "Open Badges Wales"

    assert handles.is_reserved("open-badges-wales")
    assert handles.is_reserved("openbadgeswales")
    assert handles.is_reserved("open-badges-wales-office")
    assert not handles.is_reserved("open-water")
    assert not handles.is_reserved("cairn-terrier")


def test_a_site_name_without_latin_letters_reserves_nothing_more(settings):
    settings.SITE_NAME = "石"

    assert handles.is_reserved("admin")
    assert not handles.is_reserved("mei-tan")


def test_new_pages_get_no_address_that_leads_elsewhere(client, mei):
    save(client, "mei")

    assert handles.free_handle("Mei Tan") == "mei-tan-2"


@pytest.mark.parametrize(
    ("name", "handle"),
    [("Mei Tan", "mei-tan"), ("Seán O’Neill", "sean-oneill"), ("M. N. O.", "m-n-o")],
)
def test_a_handle_is_made_from_the_name(name, handle):
    assert handles.free_handle(name) == handle


@pytest.mark.parametrize("name", ["Олена Ковальчук", "李", "Admin", "Al"])
def test_a_name_that_makes_no_address_gets_a_neutral_one(name):
    handle = handles.free_handle(name)

    assert handle.startswith("learner-")
    assert len(handle) == 13


def test_the_second_of_the_same_name_gets_a_number():
    first, second = (
        User.objects.create_user(f"{n}@example.org", full_name="Mei Tan") for n in "ab"
    )

    assert handles.profile_of(first).handle == "mei-tan"
    assert handles.profile_of(second).handle == "mei-tan-2"
    assert handles.profile_of(second).handle == "mei-tan-2"


def test_a_very_long_name_still_makes_an_address():
    user = User.objects.create_user("l@example.org", full_name="Longname " * 20)

    profile = handles.profile_of(user)
    profile.full_clean()
    assert len(profile.handle) <= handles.MAX_LENGTH
