"""The session ends while somebody edits their page: their words wait for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from credentials import limiting
from credentials.views.submitting.signed_out import KEPT_PER_HOUR, MOST_CHARACTERS
from portfolio.models import Profile, User
from tests.credentials.wizard import hidden, words
from tests.factories import make_user

pytestmark = pytest.mark.django_db

TYPED = "Half an hour of <typing>."
AGAIN = "You were signed out. What you typed is here again. It is not saved yet."
LOG_IN = "/accounts/login/"


@pytest.fixture
def mei() -> User:
    return make_user("Mei", email="mei@example.org", password="long enough a password")


def here(part: str) -> str:
    return reverse("edit_profile", args=[part])


def late(client: Client, user: User, part: str, **answers: Any) -> Any:
    """Open a part, lose the session, and send the form."""
    client.force_login(user)
    whose = hidden(client.get(here(part)), "whose")
    client.logout()
    return client.post(here(part), {"whose": whose, **answers})


def log_in(client: Client, address: str) -> Any:
    """Sign in by the form that the answer led to, and follow to where it leads."""
    assert "Sign in again: what you typed is kept." in client.get(address).text
    form = {"login": "mei@example.org", "password": "long enough a password"}
    return client.post(address, form, follow=True)


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ("about", "text"),
        ("head", "headline"),
        ("words", "own_words"),
        ("links", "link_3"),
    ],
)
def test_the_log_in_leads_back_to_the_part_with_the_words(
    client: Client, mei: User, part: str, field: str
) -> None:
    response = late(client, mei, part, **{field: TYPED})

    assert response.url == f"{LOG_IN}?next={here(part)}"
    back = log_in(client, response.url)
    assert back.redirect_chain[-1][0] == here(part)
    assert AGAIN in words(back)
    assert "Half an hour of &lt;typing&gt;." in back.text
    client.post(here(part), {"full_name": "Mei", field: "https://lab.example/"})
    assert AGAIN not in words(client.get(here(part)))


def test_a_box_that_was_unticked_comes_back_without_its_tick(
    client: Client, mei: User
) -> None:
    client.force_login(mei)
    client.post(here("head"), {"full_name": "Mei", "is_open_to_work": "on"})
    ticked = 'id="id_is_open_to_work" checked'
    assert ticked in client.get(here("head")).text

    response = late(client, mei, "head", full_name="Mei Tan")

    assert ticked not in log_in(client, response.url).text
    assert Profile.objects.get(user=mei).open_to_work_at is not None


def test_a_photo_is_asked_for_again(client: Client, mei: User) -> None:
    photo = SimpleUploadedFile("me.png", b"not looked at", "image/png")

    response = late(client, mei, "photo", photo=photo)

    back = log_in(client, response.url)
    assert "Your file was not kept. Select it again." in words(back)


def test_a_preview_keeps_the_words_for_their_part(client: Client, mei: User) -> None:
    client.force_login(mei)
    whose = hidden(client.get(here("about")), "whose")
    client.logout()
    page = f"https://cairn.example.org{mei.profile.get_absolute_url()}"
    headers = {"HX-Request": "true", "HX-Current-URL": page}

    response = client.post(
        reverse("markdown_preview"), {"text": TYPED, "whose": whose}, headers=headers
    )

    assert response.status_code == 204
    client.force_login(mei)
    assert "Half an hour of &lt;typing&gt;." in client.get(here("about")).text


def test_somebody_else_who_signs_in_there_sees_nothing_of_it(
    client: Client, mei: User
) -> None:
    late(client, mei, "about", text=TYPED)
    client.force_login(make_user())

    page = client.get(here("about"))

    assert "typing" not in page.text
    assert AGAIN not in words(page)


@pytest.mark.parametrize("whose", ["", "1 /me/profile/about/", "1 /x:abc"])
def test_a_form_without_a_true_mark_is_not_kept(client: Client, whose: str) -> None:
    response = client.post(here("about"), {"text": TYPED, "whose": whose})

    assert "typed" not in client.session
    assert response.status_code == 403
    assert "Half an hour of &lt;typing&gt;." in response.text


@pytest.mark.parametrize("many", ["characters", "forms", "fields"])
def test_what_is_not_kept_stands_on_the_page_to_be_copied(
    client: Client, mei: User, many: str
) -> None:
    answers = {"text": TYPED}
    if many == "characters":
        answers["text"] += "x" * MOST_CHARACTERS
    elif many == "fields":
        answers |= {f"x{number}": "x" for number in range(30)}
    else:
        for _ in range(KEPT_PER_HOUR):
            limiting.hit("typed:127.0.0.0/24", limit=1, per=timedelta(hours=1))

    response = late(client, mei, "about", **answers)

    assert response.status_code == 403
    assert "Half an hour of &lt;typing&gt;." in response.text
    assert f'href="{LOG_IN}?next={here("about")}"' in response.text


def test_pages_and_buttons_without_words_lead_to_the_log_in(client: Client) -> None:
    for response in (
        client.get(here("about")),
        client.post(here("photo"), {"remove": "yes"}),
    ):
        assert response.status_code == 302
        assert response["Location"].startswith(f"{LOG_IN}?next=/me/profile/")
