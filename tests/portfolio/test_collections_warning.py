"""Nothing is shown by accident: what a collection would leave out is said before."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse

from credentials import revoking
from credentials.models import Credential
from portfolio.collections import collecting
from tests.factories import make_member, make_user
from tests.portfolio.own_collections import held, made, mei, page, post, titles, to

__all__ = ["mei"]

pytestmark = pytest.mark.django_db


def seen_by(*credentials):
    found = dict(Credential.objects.values_list("pk", "visibility"))
    return [found[each.pk] for each in credentials]


@pytest.fixture
def three(mei):
    """One private, one link only, one public."""
    names = {"private": "Night shifts", "link": "Data safety", "public": "Sepsis"}
    return [held(mei, name, visibility) for visibility, name in names.items()]


# Showing a collection


@pytest.mark.parametrize(
    ("wanted", "named", "not_named"),
    [
        ("public", ["Night shifts", "Data safety"], ["Sepsis"]),
        ("link", ["Night shifts"], ["Data safety", "Sepsis"]),
    ],
)
def test_what_would_stay_out_of_view_is_named_before_anything_changes(
    client, mei, three, wanted, named, not_named
):
    collection = made(mei, *three)

    response = post(client, "show_collection", collection, visibility=wanted)

    query = f"?visibility={wanted}"
    assert response.status_code == 303
    assert response["Location"] == to("show_collection", collection) + query
    text = page(client, collection, "show_collection", query)
    for title in named:
        assert f">{title}</bdi>" in text
    for title in not_named:
        assert title not in text
    collection.refresh_from_db()
    assert collection.visibility == "private"
    assert seen_by(*three) == ["private", "link", "public"]


def test_leaving_them_out_of_view_changes_none_of_them(client, mei, three):
    collection = made(mei, *three)

    response = post(
        client,
        "show_collection",
        collection,
        visibility="public",
        decision="leave",
        named=[each.token for each in three],
    )

    collection.refresh_from_db()
    assert response["Location"] == to("edit_collection", collection)
    assert collection.visibility == "public"
    assert seen_by(*three) == ["private", "link", "public"]
    text = page(client, collection)
    assert "Your collection is public now. Anyone can see it." in text
    assert "Visitors do not see 2 of these." in text
    assert "Visitors do not see it: it is private." in text
    assert "it is link only, and this collection is public." in text
    assert text.count("Visitors see it here.") == 1


def test_the_explicit_press_changes_exactly_those_that_were_named(client, mei, three):
    private, link, _public = three
    outside = held(mei, "Not in it")
    other = make_user()
    foreign = held(other, "Foreign")
    later = held(mei, "Came later")
    collection = made(mei, *three, later)

    post(
        client,
        "show_collection",
        collection,
        visibility="public",
        decision="also",
        named=[private.token, link.token, outside.token, foreign.token, "a\x00b"],
    )

    assert seen_by(*three) == ["public"] * 3
    assert seen_by(outside, foreign, later) == ["private"] * 3
    assert "2 credentials are public now too." in page(client, collection)


def test_a_link_only_collection_makes_private_ones_link_only_and_none_less(
    client, mei, three
):
    collection = made(mei, *three)
    named = [each.token for each in three]

    post(
        client,
        "show_collection",
        collection,
        visibility="link",
        decision="also",
        named=named,
    )

    assert seen_by(*three) == ["link", "link", "public"]
    assert "1 credential is link only now too." in page(client, collection)


def test_names_without_the_press_change_nothing(client, mei, three):
    collection = made(mei, *three)
    named = [each.token for each in three]
    for decision in ("", "yes", "ALSO"):
        post(
            client,
            "show_collection",
            collection,
            visibility="public",
            decision=decision,
            named=named,
        )
    collection.refresh_from_db()
    assert collection.visibility == "private"
    assert seen_by(*three) == ["private", "link", "public"]


def test_hiding_a_collection_changes_no_credential(client, mei, three):
    collection = made(mei, *three, visibility="public")

    post(
        client,
        "show_collection",
        collection,
        visibility="private",
        decision="also",
        named=[each.token for each in three],
    )

    collection.refresh_from_db()
    assert collection.visibility == "private"
    assert seen_by(*three) == ["private", "link", "public"]
    assert "Your collection is private now. Only you see it." in page(
        client, collection
    )


def test_nothing_is_asked_where_all_would_be_seen(client, mei):
    collection = made(mei, held(mei, "Sepsis", "public"))

    response = post(client, "show_collection", collection, visibility="public")

    collection.refresh_from_db()
    assert response["Location"] == to("edit_collection", collection)
    assert collection.visibility == "public"


def test_what_nobody_would_see_anyway_is_not_offered_for_showing(client, mei):
    credential = held(mei, "Withdrawn work")
    manager = make_member(credential.issuer, "manager")
    revoking.revoke(credential, reason=Credential.Reason.MISTAKE, by=manager)
    collection = made(mei, credential)

    post(client, "show_collection", collection, visibility="public")

    collection.refresh_from_db()
    assert collection.visibility == "public"
    assert seen_by(credential) == ["private"]
    assert "Visitors do not see it: it was withdrawn." in page(client, collection)


def test_a_choice_that_is_none_is_refused(client, mei):
    collection = made(mei)
    for values in ({}, {"visibility": "all"}):
        response = client.post(to("show_collection", collection), values)
        assert response.status_code == 422
        assert "Choose who sees it" in response.content.decode()
    collection.refresh_from_db()
    assert collection.visibility == "private"


def test_looking_at_the_warning_never_shows_anything(client, mei, three):
    collection = made(mei, *three)
    query = "?visibility=public&decision=also&named=" + three[0].token
    page(client, collection, "show_collection", query)
    collection.refresh_from_db()
    assert collection.visibility == "private"
    assert seen_by(*three) == ["private", "link", "public"]


def test_a_warning_about_nothing_leads_back(client, mei):
    collection = made(mei)
    for query in ("", "?visibility=public", "?visibility=x"):
        response = client.get(to("show_collection", collection) + query)
        assert response["Location"] == to("edit_collection", collection)


# Adding to a collection that others see


def test_adding_to_a_public_one_names_what_would_stay_out_of_view(client, mei, three):
    collection = made(mei, visibility="public")
    chosen = [each.token for each in three]

    response = post(client, "add_to_collection", collection, credential=chosen)

    assert response.status_code == 303
    assert response["Location"].startswith(to("warn_before_adding", collection))
    assert titles(collection) == []
    text = html.unescape(client.get(response["Location"]).content.decode())
    assert ">Night shifts</bdi>" in text
    assert ">Data safety</bdi>" in text
    assert "Sepsis" not in text
    for token in chosen:
        assert f'name="credential" value="{token}"' in text


def test_added_ones_stay_as_they_are_unless_their_owner_says_otherwise(
    client, mei, three
):
    collection = made(mei, visibility="public")
    values = {"credential": [each.token for each in three], "decision": "leave"}

    post(client, "add_to_collection", collection, **values)

    assert titles(collection) == ["Night shifts", "Data safety", "Sepsis"]
    assert seen_by(*three) == ["private", "link", "public"]


def test_added_ones_become_public_by_the_explicit_press(client, mei, three):
    outside = held(mei, "Not in it")
    collection = made(mei, visibility="public")

    post(
        client,
        "add_to_collection",
        collection,
        credential=[each.token for each in three],
        decision="also",
        named=[three[0].token, outside.token],
    )

    assert seen_by(*three, outside) == ["public", "link", "public", "private"]


def test_adding_to_a_private_one_asks_nothing(client, mei, three):
    collection = made(mei)
    chosen = [each.token for each in three]
    response = post(client, "add_to_collection", collection, credential=chosen)
    assert response["Location"].startswith(to("edit_collection", collection))
    assert len(titles(collection)) == 3
    assert seen_by(*three) == ["private", "link", "public"]


def test_what_is_too_much_changes_nobodys_view_either(client, mei, three, monkeypatch):
    collection = made(mei, visibility="public")
    monkeypatch.setattr(collecting, "ITEMS", 2)
    named = [each.token for each in three]

    response = post(
        client,
        "add_to_collection",
        collection,
        credential=named,
        decision="also",
        named=named,
    )

    assert response.status_code == 409
    assert seen_by(*three) == ["private", "link", "public"]
    assert titles(collection) == []


def test_a_warning_before_adding_nothing_leads_back(client, mei):
    foreign = held(make_user(), "Hidden")
    collection = made(mei, visibility="public")
    for query in ("", "?credential=x", f"?credential={foreign.token}"):
        response = client.get(to("warn_before_adding", collection) + query)
        assert response["Location"] == reverse(
            "add_to_collection", args=[collection.token]
        )
