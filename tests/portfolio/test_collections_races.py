"""Two windows that fill and make collections at the same instant."""

from __future__ import annotations

import pytest

from portfolio.collections import collecting
from portfolio.models import Collection
from tests.credentials.racing import at_once, meet
from tests.factories import make_user
from tests.portfolio.own_collections import copies, made

pytestmark = pytest.mark.django_db(transaction=True)


def unguarded(monkeypatch):
    """Take away what makes one wait for the other."""
    monkeypatch.setattr(
        collecting,
        "_locked",
        lambda collection, owner: Collection.objects.get(pk=collection.pk, owner=owner),
    )


def adding(collection, credentials, owner):
    tokens = [each.token for each in credentials]
    return lambda: collecting.add(collection, tokens, by=owner)


def places(collection):
    return list(collection.items.values_list("position", flat=True))


def test_two_adds_at_one_instant_never_share_a_place():
    owner = make_user()
    first, second = copies(owner, 3), copies(owner, 3)
    collection = made(owner)

    outcomes = at_once(
        adding(collection, first, owner), adding(collection, second, owner)
    )

    assert outcomes == [3, 3]
    assert places(collection) == [1, 2, 3, 4, 5, 6]


def test_control_without_the_lock_one_of_two_adds_is_lost(monkeypatch):
    owner = make_user()
    first, second = copies(owner, 3), copies(owner, 3)
    collection = made(owner)
    unguarded(monkeypatch)
    meet(monkeypatch, collecting, "_items", 2, after=True)

    outcomes = at_once(
        adding(collection, first, owner), adding(collection, second, owner)
    )

    assert sorted(map(str, outcomes)) == ["3", "IntegrityError"]
    assert places(collection) == [1, 2, 3]


def test_two_adds_at_one_instant_never_pass_the_limit():
    owner = make_user()
    collection = made(owner, *copies(owner, 98))
    first, second = copies(owner, 2), copies(owner, 2)

    outcomes = at_once(
        adding(collection, first, owner), adding(collection, second, owner)
    )

    assert sorted(map(str, outcomes)) == ["2", "TooManyItems"]
    assert places(collection) == list(range(1, 101))


def test_the_same_credential_added_twice_at_one_instant_is_in_it_once():
    owner = make_user()
    one = copies(owner, 1)
    collection = made(owner)

    outcomes = at_once(adding(collection, one, owner), adding(collection, one, owner))

    assert sorted(outcomes) == [0, 1]
    assert places(collection) == [1]


def test_two_moves_at_one_instant_leave_every_place_taken_once():
    owner = make_user()
    one, two, three = copies(owner, 3)
    collection = made(owner, one, two, three)

    at_once(
        lambda: collecting.move(collection, three.token, -1, by=owner),
        lambda: collecting.take_out(collection, one.token, by=owner),
    )

    assert places(collection) == [1, 2]


def test_nobody_passes_the_number_of_collections_at_one_instant(monkeypatch):
    monkeypatch.setattr(collecting, "COLLECTIONS", 1)
    owner = make_user()

    outcomes = at_once(
        lambda: collecting.create(name="One", by=owner).name,
        lambda: collecting.create(name="Two", by=owner).name,
    )

    assert "TooManyCollections" in outcomes
    assert owner.collections.count() == 1


def test_control_without_a_turn_both_make_the_last_one(monkeypatch):
    monkeypatch.setattr(collecting, "COLLECTIONS", 1)
    monkeypatch.setattr(collecting, "_take_turn", lambda owner: None)
    owner = make_user()
    meet(monkeypatch, Collection.objects, "create", 2)

    at_once(
        lambda: collecting.create(name="One", by=owner),
        lambda: collecting.create(name="Two", by=owner),
    )

    assert owner.collections.count() == 2
