"""Collections in their owner's hands: made, described, listed, deleted."""

from __future__ import annotations

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portfolio.collections import collecting
from portfolio.models import Collection, CollectionItem
from tests.factories import make_user
from tests.portfolio.own_collections import (
    copies,
    held,
    made,
    mei,
    page,
    post,
    titles,
    to,
)

__all__ = ["mei"]

pytestmark = pytest.mark.django_db


# Making and describing


def test_a_new_one_is_private_and_empty(client, mei):
    response = client.post(
        reverse("new_collection"), {"name": " For ward teams ", "description": "**Hi**"}
    )

    collection = Collection.objects.get()
    assert response.status_code == 303
    assert response["Location"] == to("edit_collection", collection)
    assert (collection.owner, collection.name) == (mei, "For ward teams")
    assert collection.visibility == "private"
    assert collection.description == "**Hi**"
    assert "will stand here, in your order" in page(client, collection)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Give it a name."),
        ("\u200b", "Give it a name."),
        ("a" * 81, "Use 80 characters or fewer."),
        ("a\u202eb", "hidden character (U+202E)"),
        ("a\x00b", "hidden character (U+0000)"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused_and_the_rest_kept(
    client, mei, name, sentence
):
    values = {"name": name, "description": "What I bring."}

    response = client.post(reverse("new_collection"), values)

    text = html.unescape(response.content.decode())
    assert response.status_code == 422
    assert sentence in text
    assert "What I bring." in text
    assert not Collection.objects.exists()


def test_two_may_have_one_name(client, mei):
    for _ in range(2):
        client.post(reverse("new_collection"), {"name": "For ward teams"})
    assert Collection.objects.filter(name="For ward teams").count() == 2


def test_nobody_makes_more_than_the_limit(client, mei, monkeypatch):
    monkeypatch.setattr(collecting, "COLLECTIONS", 2)
    for number in range(2):
        collecting.create(name=f"Number {number}", by=mei)
    collecting.create(name="Somebody else’s", by=make_user())

    response = client.post(reverse("new_collection"), {"name": "One more"})

    text = html.unescape(response.content.decode())
    assert response.status_code == 409
    assert "You can have 2 collections. Delete one first." in text
    assert 'value="One more"' in text
    assert mei.collections.count() == 2


def test_name_and_description_change(client, mei):
    collection = made(mei)
    seen = collecting.stamp(collection)

    response = post(
        client, "edit_collection", collection, name="Nights", description="x", seen=seen
    )

    collection.refresh_from_db()
    assert response.status_code == 303
    assert (collection.name, collection.description) == ("Nights", "x")
    assert "Name and description are saved." in page(client, collection)


def test_what_another_window_saved_is_not_overwritten_unseen(client, mei):
    collection = made(mei)
    seen = collecting.stamp(collection)
    post(client, "edit_collection", collection, name="Second window", seen=seen)

    late = post(client, "edit_collection", collection, name="First window", seen=seen)

    text = html.unescape(late.content.decode())
    collection.refresh_from_db()
    assert late.status_code == 409
    assert collection.name == "Second window"
    assert 'value="First window"' in text
    assert "What is saved now:" in text
    assert "<bdi>Second window</bdi>" in text

    again = collecting.stamp(collection)
    assert f'name="seen" value="{again}"' in text
    post(client, "edit_collection", collection, name="First window", seen=again)
    collection.refresh_from_db()
    assert collection.name == "First window"


def test_a_refused_text_does_not_forget_what_was_seen(client, mei):
    collection = made(mei)
    seen = collecting.stamp(collection)
    post(client, "edit_collection", collection, name="Second window", seen=seen)

    refused = post(client, "edit_collection", collection, name="", seen=seen)

    assert refused.status_code == 422
    assert f'name="seen" value="{seen}"' in refused.content.decode()


# Deleting


def test_deleting_asks_first_and_leaves_the_credentials(client, mei):
    credential = held(mei, "One", "link")
    collection = made(mei, credential)

    asked = page(client, collection, "delete_collection")
    assert "The credentials in it stay yours" in asked
    assert Collection.objects.exists()
    response = post(client, "delete_collection", collection)

    assert response["Location"] == reverse("collections")
    assert not Collection.objects.exists()
    credential.refresh_from_db()
    assert credential.visibility == "link"
    assert client.get(to("edit_collection", collection)).status_code == 404


def test_what_another_window_deleted_is_not_found(client, mei, monkeypatch):
    collection = made(mei)
    locked = collecting._locked

    def gone(*args):
        Collection.objects.all().delete()
        return locked(*args)

    monkeypatch.setattr(collecting, "_locked", gone)
    response = post(client, "edit_collection", collection, name="Late")
    assert response.status_code == 404


# The list


def test_the_list_has_ones_own_with_their_state_and_number(client, mei):
    made(mei, held(mei, "One"), held(mei, "Two"), name="Nights")
    made(make_user(), name="Hidden")

    text = html.unescape(client.get(reverse("collections")).content.decode())

    assert "<bdi>Nights</bdi>" in text
    assert "2 credentials" in text
    assert "Private" in text
    assert "Hidden" not in text


def test_an_empty_list_says_what_will_be_there_with_one_action(client, mei):
    text = client.get(reverse("collections")).content.decode()
    assert "Your collections will stand here." in text
    assert text.count(reverse("new_collection")) == 1


def test_a_credential_can_be_put_into_one_of_them_from_its_card(client, mei):
    credential = held(mei, "Safe handover")
    made(mei, credential, name="Has it")
    empty = made(mei, name="Has it not")
    query = f"?credential={credential.token}"

    text = html.unescape(client.get(reverse("collections") + query).content.decode())

    assert "<bdi lang" in text
    assert ">Safe handover</bdi> goes." in text
    assert text.count("In it already") == 1
    assert text.count('value="' + credential.token) == 1
    assert f'action="{to("add_to_collection", empty)}"' in text
    assert reverse("new_collection") + query in text


def test_a_new_one_can_begin_with_a_credential(client, mei):
    credential = held(mei, "Safe handover")
    address = f"{reverse('new_collection')}?credential={credential.token}"
    assert "It begins with" in client.get(address).content.decode()

    values = {"name": "Nights", "credential": credential.token}
    client.post(reverse("new_collection"), values)

    assert titles(Collection.objects.get()) == ["Safe handover"]


@pytest.mark.parametrize("token", ["x", "a\x00b", "0" * 26, "foreign"])
def test_what_is_not_ones_own_is_no_choice(client, mei, token):
    made(mei)
    token = held(make_user(), "Hidden").token if token == "foreign" else token
    values = {"name": "Nights", "credential": token}

    answer = client.get(reverse("collections"), {"credential": token})
    client.post(reverse("new_collection"), values)

    assert "My collections</h1>" in answer.content.decode()
    assert "Hidden" not in answer.content.decode()
    assert titles(Collection.objects.get(name="Nights")) == []


# Who may


OWN = [
    "edit_collection",
    "order_collection",
    "take_out_of_collection",
    "add_to_collection",
    "warn_before_adding",
    "show_collection",
    "delete_collection",
]


@pytest.mark.parametrize("name", OWN)
def test_nobody_else_reaches_it(client, mei, name):
    other = make_user()
    collection = made(other, held(other, "Hidden", "public"), name="Hidden name")
    collecting.show_to(collection, "public", by=other)
    values = {
        "name": "Taken",
        "up": "x",
        "visibility": "private",
        "credential": held(mei, "Mine").token,
    }

    answers = [
        client.get(to(name, collection)),
        client.post(to(name, collection), values),
    ]

    assert {each.status_code for each in answers} <= {404, 405}
    assert b"Hidden" not in b"".join(each.content for each in answers)
    collection.refresh_from_db()
    assert (collection.name, collection.visibility) == ("Hidden name", "public")
    assert CollectionItem.objects.count() == 1


@pytest.mark.parametrize("name", OWN)
def test_whoever_is_logged_out_is_led_to_the_log_in_and_back(client, name):
    collection = made(make_user())

    response = client.post(to(name, collection), {"up": "x", "name": "Taken"})

    if response.status_code != 405:
        assert response.status_code == 302
        back = to("edit_collection", collection)
        assert response["Location"] == f"/accounts/login/?next={back}"
    collection.refresh_from_db()
    assert collection.name == "For ward teams"


# What it costs


@pytest.mark.parametrize(
    "route", ["edit_collection", "add_to_collection", "collection", "show_collection"]
)
def test_a_page_takes_the_same_queries_for_any_length(client, mei, route):
    collection = made(mei, visibility="public")
    query = "?visibility=public" if route == "show_collection" else ""
    page(client, collection, "edit_collection")
    counts = []
    for more in (1, 49, 50):
        added = copies(mei, more, visibility="link")
        collecting.add(collection, [each.token for each in added], by=mei)
        copies(mei, more)
        with CaptureQueriesContext(connection) as captured:
            page(client, collection, route, query)
        counts.append(len(captured))
    assert collection.items.count() == 100
    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 12


def test_the_list_takes_the_same_queries_for_any_length(client, mei):
    credential = held(mei, "One")
    counts = []
    client.get(reverse("collections"))
    for more in (1, 5, 44):
        fresh = Collection.objects.bulk_create(
            Collection(owner=mei, name="Nights") for _ in range(more)
        )
        CollectionItem.objects.bulk_create(
            CollectionItem(collection=each, owner=mei, credential=one, position=place)
            for each in fresh
            for place, one in enumerate([*copies(mei, 3), credential], start=1)
        )
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("collections"), {"credential": credential.token})
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 12
