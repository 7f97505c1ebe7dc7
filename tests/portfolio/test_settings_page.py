"""What people say about themselves, and who may see it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portfolio import handles
from portfolio.models import Profile, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

ANSWERS = {
    "full_name": "Mei Tan",
    "handle": "mei-tan",
    "headline": "Paramedic",
    "place": "Cardiff",
    "about": "I **train** people.",
}


@pytest.fixture
def mei(client):
    user = make_user("Mei")
    client.force_login(user)
    return user


def save(client, **changes):
    return client.post(reverse("settings"), {**ANSWERS, **changes})


def test_name_and_page_are_saved_and_said(client, mei):
    response = save(client)

    assert (response.status_code, response["Location"]) == (303, reverse("settings"))
    mei.refresh_from_db()
    assert mei.full_name == "Mei Tan"
    assert mei.profile.handle == "mei-tan"
    assert mei.profile.about == "I **train** people."
    assert mei.profile.public_at is None
    assert b"Your settings are saved." in client.get(reverse("settings")).content


def test_the_switch_dates_the_page_once_and_forgets_it_when_off(client, mei):
    save(client, is_public="on")
    first = Profile.objects.get(user=mei).public_at
    save(client, is_public="on", headline="Trainer")
    assert first is not None
    assert Profile.objects.get(user=mei).public_at == first

    save(client)
    assert Profile.objects.get(user=mei).public_at is None


def test_search_engines_need_a_switch_of_their_own(client, mei):
    save(client, is_public="on")
    assert not Profile.objects.get(user=mei).is_listable

    save(client, is_public="on", is_listable="on")
    first = Profile.objects.get(user=mei)
    assert first.is_listable
    save(client, is_public="on", is_listable="on", headline="Trainer")
    assert Profile.objects.get(user=mei).search_engines_at == first.search_engines_at


def test_a_page_that_is_off_takes_the_leave_of_search_engines_with_it(client, mei):
    save(client, is_public="on", is_listable="on")
    save(client, is_listable="on")
    assert Profile.objects.get(user=mei).search_engines_at is None

    save(client, is_public="on")
    assert not Profile.objects.get(user=mei).is_listable


def test_the_database_lists_nothing_that_is_not_public(mei):
    own = Profile.objects.filter(user=mei)
    with pytest.raises(IntegrityError), transaction.atomic():
        own.update(public_at=None, search_engines_at=timezone.now())
    assert own.get().search_engines_at is None


@pytest.mark.parametrize(
    ("handle", "sentence"),
    [
        ("admin", "This address is kept for the site."),
        ("olena", "Somebody else has this address."),
        ("Mei Tan", "Use 3 to 30 small letters"),
        ("-mei", "Use 3 to 30 small letters"),
        ("", "Enter an address."),
    ],
)
def test_a_refused_address_is_said_beside_its_field(client, mei, handle, sentence):
    Profile.objects.filter(user=make_user()).update(handle="olena")

    response = save(client, handle=handle)
    page = response.content.decode()

    assert response.status_code == 422
    assert "<title>Error: Settings" in page
    assert page.count(sentence) == 2
    assert 'href="#id_handle"' in page
    assert 'value="Paramedic"' in page
    mei.refresh_from_db()
    assert mei.full_name == "Mei"


def test_a_name_that_reads_as_another_one_is_refused(client, mei):
    response = save(client, full_name="Mei \u202enaT")

    assert response.status_code == 422
    assert b"hidden character (U+202E)" in response.content


def test_a_visitor_is_sent_to_sign_in_and_back(client):
    response = client.get(reverse("settings"))

    assert response["Location"] == "/accounts/login/?next=/me/settings/"


def test_an_expired_session_moves_the_whole_page_to_sign_in(client):
    response = client.get(
        reverse("settings"),
        headers={"HX-Request": "true", "HX-Current-URL": "https://x.example/me/"},
    )

    assert response.status_code == 204
    assert response["HX-Redirect"] == "/accounts/login/?next=%2Fme%2F"


def test_somebody_without_a_profile_gets_a_private_one(client):
    user = User.objects.create_user("zoe@example.org", full_name="Zoë Brontë")
    client.force_login(user)

    assert client.get(reverse("settings")).status_code == 200
    assert (user.profile.handle, user.profile.public_at) == ("zoe-bronte", None)


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
