"""Pictures beside links to a person's page and to a collection."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image

from credentials.artwork.pictures import PREVIEW_MOST_BYTES
from portfolio.models import Profile
from tests.factories import make_user
from tests.portfolio.own_collections import held, made
from tests.portfolio.papers import unhurried
from tests.portfolio.public_page import amina, page, public, say

__all__ = ["amina", "unhurried"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhurried")]


@pytest.fixture
def address(amina):
    return reverse("profile_preview", args=["amina-yusuf"])


def test_the_picture_has_the_size_that_networks_ask_for(client, amina, address):
    public(amina, "Recognising sepsis")
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert len(response.content) <= PREVIEW_MOST_BYTES
    assert Image.open(BytesIO(response.content)).size == (1200, 630)


def test_it_changes_with_what_stands_on_it(client, amina, address):
    seen = {client.get(address).content}
    say(amina, headline="Ward manager")
    seen.add(client.get(address).content)
    held(amina, "A private matter")
    seen.add(client.get(address).content)
    assert len(seen) == 2
    public(amina, "Recognising sepsis")
    seen.add(client.get(address).content)
    assert len(seen) == 3


def test_switched_off_it_is_gone_at_once(client, amina, address):
    response = client.get(address)
    assert response["Cache-Control"] == "no-cache"
    tag = response["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    Profile.objects.filter(user=amina).update(public_at=None)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 404
    client.force_login(make_user())
    assert client.get(address).status_code == 404
    client.force_login(amina)
    response = client.get(address)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    "name", ["王小明", "أمينة يوسف", "<b>&\u202e" + "W" * 190, "\U0001f600", "สมชาย"]
)
def test_names_of_any_script_are_drawn(client, amina, address, name):
    type(amina).objects.filter(pk=amina.pk).update(full_name=name)
    assert client.get(address).status_code == 200


def test_both_pages_name_their_picture(client, amina, address, settings):
    text = page(client)
    assert f'og:image" content="{settings.SITE_URL}{address}"' in text
    assert 'og:image:width" content="1200"' in text
    shown = made(amina, held(amina, "Seen", visibility="public"), visibility="public")
    text = client.get(shown.get_absolute_url()).content.decode()
    picture = reverse("collection_preview", args=[shown.token])
    assert f'og:image" content="{settings.SITE_URL}{picture}"' in text


def test_a_collection_shows_only_what_visitors_see(client, amina):
    seen, hidden = held(amina, "Seen", visibility="public"), held(amina, "Hidden")
    whole, part = made(amina, seen, hidden), made(amina, seen)
    pictures = []
    for each in (whole, part):
        address = reverse("collection_preview", args=[each.token])
        assert client.get(address).status_code == 404  # private
        type(each).objects.filter(pk=each.pk).update(visibility="public")
        pictures.append(client.get(address).content)
    assert pictures[0] == pictures[1]
