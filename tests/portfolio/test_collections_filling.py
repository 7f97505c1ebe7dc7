"""Filling a collection and bringing it into order."""

from __future__ import annotations

import pytest

from portfolio.collections import collecting
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


def test_credentials_are_added_in_the_order_of_the_page_behind_the_others(client, mei):
    first, second, third = (held(mei, name) for name in ("One", "Two", "Three"))
    collection = made(mei, first)
    chosen = [third.token, second.token]

    response = post(client, "add_to_collection", collection, credential=chosen)

    assert response.status_code == 303
    assert titles(collection) == ["One", "Three", "Two"]
    assert "2 credentials came into this collection." in page(client, collection)


def test_adding_twice_is_adding_once(client, mei):
    credential = held(mei, "One")
    collection = made(mei, credential)

    post(
        client,
        "add_to_collection",
        collection,
        credential=[credential.token, credential.token],
    )

    assert titles(collection) == ["One"]


def test_only_what_is_held_can_be_added(client, mei):
    collection = made(mei)
    foreign = held(make_user(), "Hidden", "public")
    wrong = [foreign.token, "x", "a\x00b", "0" * 26]

    response = post(client, "add_to_collection", collection, credential=wrong)

    assert response.status_code == 303
    assert titles(collection) == []


def test_choosing_nothing_is_said(client, mei):
    held(mei, "One")
    collection = made(mei)

    response = post(client, "add_to_collection", collection, q="one")

    text = response.content.decode()
    assert response.status_code == 422
    assert "Choose at least one credential." in text
    assert 'value="one"' in text


def test_a_full_collection_takes_no_more_and_keeps_the_choice(client, mei, monkeypatch):
    credentials = [held(mei, f"Number {number}") for number in range(3)]
    collection = made(mei, *credentials[:2])
    monkeypatch.setattr(collecting, "ITEMS", 2)

    response = post(
        client, "add_to_collection", collection, credential=credentials[2].token
    )

    assert response.status_code == 409
    assert "Choose fewer, or take some out." in response.content.decode()
    assert f'value="{credentials[2].token}" checked' in response.content.decode()
    assert titles(collection) == ["Number 0", "Number 1"]


def test_what_is_in_it_is_not_offered_again(client, mei):
    inside = held(mei, "Safe handover")
    held(mei, "Fire safety")
    held(make_user(), "Hidden")

    text = page(client, made(mei, inside), "add_to_collection")

    assert "Fire safety" in text
    assert "Safe handover" not in text
    assert "Hidden" not in text


def test_the_search_minds_neither_case_nor_marks_and_looks_at_issuers(client, mei):
    credential = held(mei, "Éthique au travail")
    held(mei, "Fire safety")
    collection = made(mei)

    by_title = page(client, collection, "add_to_collection", "?q=ethique")
    words = f"?q={credential.issuer_name.upper()}"
    by_issuer = page(client, collection, "add_to_collection", words)
    none = page(client, collection, "add_to_collection", "?q=welding%00")

    assert "Éthique" in by_title
    assert "Fire safety" not in by_title
    assert "1 credential matches <em>ethique</em>." in by_title
    assert "Éthique" in by_issuer
    assert "None of your other credentials matches <em>welding</em>." in none


def test_24_are_offered_on_a_page(client, mei):
    copies(mei, 25)
    collection = made(mei)

    first = page(client, collection, "add_to_collection")
    second = page(client, collection, "add_to_collection", "?page=2")
    beyond = page(client, collection, "add_to_collection", "?page=zzz")

    assert first.count('name="credential"') == 24
    assert second.count('name="credential"') == 1
    assert beyond.count('name="credential"') == 24


def test_buttons_move_one_place_and_stop_at_the_ends(client, mei):
    credentials = [held(mei, name) for name in ("One", "Two", "Three")]
    collection = made(mei, *credentials)
    one, two, three = (each.token for each in credentials)

    response = post(client, "order_collection", collection, down=one)
    assert response["Location"].endswith(f"#item-{one}")
    assert titles(collection) == ["Two", "One", "Three"]
    post(client, "order_collection", collection, up=three)
    assert titles(collection) == ["Two", "Three", "One"]
    post(client, "order_collection", collection, up=two)
    assert titles(collection) == ["Two", "Three", "One"]
    post(client, "order_collection", collection, up="nothing\x00")
    assert titles(collection) == ["Two", "Three", "One"]


def test_an_old_order_is_taken_for_what_it_says(client, mei):
    one, two, three = (held(mei, name) for name in ("One", "Two", "Three"))
    collection = made(mei, one, two, three)
    collecting.take_out(collection, two.token, by=mei)
    order = f"{three.token},{two.token},,x"

    response = post(client, "order_collection", collection, order=order)

    assert response.status_code == 303
    assert titles(collection) == ["Three", "One"]


def test_a_move_by_script_answers_the_list_and_says_where_it_is(client, mei):
    one, two = held(mei, "One"), held(mei, "Two")
    collection = made(mei, one, two)

    response = client.post(
        to("order_collection", collection),
        {"down": one.token},
        headers={"HX-Request": "true"},
    )

    text = response.content.decode()
    assert response.status_code == 200
    assert text.index("item-" + two.token) < text.index("item-" + one.token)
    assert "One is number 2 of 2 now." in text
    assert "<html" not in text


def test_taking_out_closes_the_gap_and_changes_nothing_else(client, mei):
    credentials = [held(mei, name, "link") for name in ("One", "Two", "Three")]
    collection = made(mei, *credentials)
    token = credentials[1].token

    for _ in range(2):
        response = post(client, "take_out_of_collection", collection, credential=token)

    assert response.status_code == 303
    assert titles(collection) == ["One", "Three"]
    credentials[1].refresh_from_db()
    assert credentials[1].visibility == "link"
    assert "Two is no longer in this collection." in page(client, collection)
