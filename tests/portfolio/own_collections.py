"""Collections as tests make, use and read them."""

from __future__ import annotations

import html
import itertools
import uuid

import pytest
from django.urls import reverse

from credentials.models import Credential
from credentials.models.holdings import new_token
from portfolio.collections import collecting
from tests.factories import make_badge, make_credential, make_user

numbers = itertools.count(1)


@pytest.fixture
def mei(client):
    user = make_user("Mei Tan")
    client.force_login(user)
    return user


def held(owner, name, visibility="private", **fields):
    """A credential with this title: a copy of a signed one, which is soon made."""
    return copies(owner, 1, title=name, visibility=visibility, **fields)[0]


def copies(owner, count, **fields):
    """So many credentials with one signed document. They stand on no status list."""
    pattern = Credential.objects.filter(award_key="pattern").first()
    pattern = pattern or make_credential(make_badge(), make_user(), key="pattern")
    same = {
        each.attname: getattr(pattern, each.attname)
        for each in Credential._meta.concrete_fields
    }
    own = {"status_list_id": None, "status_index": None, "once_key": None}
    return Credential.objects.bulk_create(
        Credential(
            **same
            | own
            | {
                "id": uuid.uuid4(),
                "token": new_token(),
                "award_key": f"copy:{next(numbers)}",
                "holder_id": owner.pk,
            }
            | fields
        )
        for _ in range(count)
    )


def made(owner, *credentials, name="For ward teams", visibility="private"):
    """A collection with these in it."""
    collection = collecting.create(name=name, by=owner)
    collecting.add(collection, [each.token for each in credentials], by=owner)
    collecting.show_to(collection, Credential.Visibility(visibility), by=owner)
    collection.refresh_from_db()
    return collection


def to(route, collection):
    return reverse(route, args=[collection.token])


def page(client, collection, route="edit_collection", query=""):
    """The words of one of its pages; it is there."""
    response = client.get(to(route, collection) + query)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def post(client, route, collection, **values):
    return client.post(to(route, collection), values)


def titles(collection):
    """What is in it, in order; places have no gaps."""
    items = collection.items.order_by("position")
    places = list(items.values_list("position", flat=True))
    assert places == list(range(1, len(places) + 1))
    return list(items.values_list("credential__title", flat=True))
