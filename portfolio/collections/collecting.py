"""What people do with collections: make them, fill them, order and show them.

Only the owner does, and whatever two windows do at once comes out as if one had
followed the other: a collection is locked before it is read. Showing a collection
changes nobody's view of a single credential, but for those that its owner names
(``also``): these become as visible as the collection itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection as Several
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from credentials import sharing
from credentials.models import Credential
from credentials.models.holdings import is_token
from portfolio.models import Collection, CollectionItem, User
from portfolio.models.collections import ITEMS

if TYPE_CHECKING:
    from credentials.models.holdings import CredentialQuerySet

#: As many as one person can make: a list, not a second catalogue.
COLLECTIONS = 50

Visibility = Credential.Visibility
#: What a collection may show of its credentials, by who sees the collection.
SHOWN_IN: dict[str, frozenset[str]] = {
    Visibility.PRIVATE: frozenset(),
    Visibility.LINK: frozenset({Visibility.LINK, Visibility.PUBLIC}),
    Visibility.PUBLIC: frozenset({Visibility.PUBLIC}),
}


class TooManyCollections(Exception):
    """The person has as many collections as anybody can have."""


class TooManyItems(Exception):
    """More credentials than a collection holds. Nothing was added."""


class DescribedElsewhere(Exception):
    """Another window changed name or description since they were read."""


def stamp(collection: Collection) -> str:
    """Name and description as one short word, to see whether they changed since."""
    text = f"{collection.name}\0{collection.description}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def create(
    *, name: str, description: str = "", inside: Sequence[str] = (), by: User
) -> Collection:
    """Make a collection that nobody else sees, with these credentials (tokens) in it.

    Two can have one name. Raises TooManyCollections for one more than ``COLLECTIONS``.
    """
    _take_turn(by)
    if Collection.objects.filter(owner=by).count() >= COLLECTIONS:
        raise TooManyCollections
    made = Collection.objects.create(owner=by, name=name, description=description)
    if inside:
        add(made, inside, by=by)
    return made


@transaction.atomic
def describe(
    collection: Collection, *, name: str, description: str, seen: str, by: User
) -> Collection:
    """Give it another name and description; returns it as it is stored then.

    ``seen`` is the ``stamp`` of what its owner had before them. Raises
    DescribedElsewhere when something else is stored by now, DoesNotExist when it is
    gone or somebody else's.
    """
    own = _locked(collection, by)
    before = stamp(own)
    own.name, own.description = name, description
    if stamp(own) == before:
        return own
    if seen != before:
        raise DescribedElsewhere
    own.save(update_fields=["name", "description"])
    return own


@transaction.atomic
def add(
    collection: Collection,
    tokens: Sequence[str],
    *,
    also: Several[str] = (),
    by: User,
) -> int:
    """Put credentials of one's own at its end, in this order; returns how many came.

    What is in it already stays where it is. ``also`` are tokens of those that become
    as visible as the collection. Raises TooManyItems, DoesNotExist.
    """
    own = _locked(collection, by)
    items = _items(own)
    inside = {item.credential_id for item in items}
    found = {each.token: each for each in own_credentials(tokens, by)}
    coming = [found[token] for token in dict.fromkeys(tokens) if token in found]
    coming = [each for each in coming if each.pk not in inside]
    if len(items) + len(coming) > ITEMS:
        raise TooManyItems
    _number(items)
    CollectionItem.objects.bulk_create(
        CollectionItem(collection=own, owner=by, credential=each, position=position)
        for position, each in enumerate(coming, start=len(items) + 1)
    )
    _show(own, also, by)
    return len(coming)


@transaction.atomic
def take_out(collection: Collection, token: str, *, by: User) -> str:
    """Take a credential out, which changes nothing else about it.

    Returns its title, empty when it was not in there. Raises DoesNotExist.
    """
    items = _items(_locked(collection, by))
    gone = next((each for each in items if each.credential.token == token), None)
    if gone is None:
        return ""
    gone.delete()
    _number([each for each in items if each is not gone])
    return gone.credential.title


@transaction.atomic
def move(collection: Collection, token: str, step: int, *, by: User) -> int:
    """Move a credential ``step`` places on (back when negative), as far as there are.

    Returns its place from 1, 0 when it is not in there. Raises DoesNotExist.
    """
    items = _items(_locked(collection, by))
    tokens = [each.credential.token for each in items]
    if token not in tokens:
        return 0
    before = tokens.index(token)
    after = min(max(before + step, 0), len(items) - 1)
    items.insert(after, items.pop(before))
    _number(items)
    return after + 1


@transaction.atomic
def arrange(collection: Collection, tokens: Sequence[str], *, by: User) -> None:
    """Bring its credentials into this order. Raises DoesNotExist.

    An order that is older than the collection is taken for what it says: what is gone
    by now is no matter, what came since stays behind the others.
    """
    items = _items(_locked(collection, by))
    places = {token: place for place, token in enumerate(dict.fromkeys(tokens))}
    last = len(places)
    items.sort(key=lambda each: places.get(each.credential.token, last))
    _number(items)


@transaction.atomic
def show_to(
    collection: Collection,
    visibility: Credential.Visibility,
    *,
    also: Several[str] = (),
    by: User,
) -> Credential.Visibility:
    """Let nobody else, people with the link, or everybody see its page.

    ``also`` are tokens of credentials in it that become as visible as it is. Returns
    who saw it before. Raises DoesNotExist.
    """
    own = _locked(collection, by)
    before = Visibility(own.visibility)
    if visibility != before:
        own.visibility = visibility
        own.save(update_fields=["visibility"])
    _show(own, also, by)
    return before


@transaction.atomic
def delete(collection: Collection, *, by: User) -> None:
    """Delete it; the credentials stay what they are. Raises DoesNotExist."""
    _locked(collection, by).delete()


def own_credentials(tokens: Iterable[str], owner: User) -> CredentialQuerySet:
    """Those of these that this person holds. What cannot be a token is left out."""
    named = {token for token in tokens if is_token(token)}
    return Credential.objects.of(owner).filter(token__in=named)


def _take_turn(owner: User) -> None:
    """Wait until nobody else makes collections for this person."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=owner.pk)


def _locked(collection: Collection, owner: User) -> Collection:
    """It, as it is stored now; nobody else changes it before this is committed."""
    own = Collection.objects.select_for_update(no_key=True)
    return own.get(pk=collection.pk, owner=owner)


def _items(collection: Collection) -> list[CollectionItem]:
    return list(
        collection.items.select_related("credential")
        .only("position", "credential", "credential__token", "credential__title")
        .order_by("position")
    )


def _number(items: Iterable[CollectionItem]) -> None:
    """Store the order: places from 1, without gaps."""
    moved = []
    for position, item in enumerate(items, start=1):
        if item.position != position:
            item.position = position
            moved.append(item)
    CollectionItem.objects.bulk_update(moved, ["position"])


def _show(collection: Collection, tokens: Several[str], owner: User) -> None:
    """Make those of these that are in it as visible as it is; none less than before."""
    wanted = Visibility(collection.visibility)
    if not tokens or wanted == Visibility.PRIVATE:
        return
    inside = own_credentials(tokens, owner).filter(
        collection_items__collection=collection
    )
    hidden = inside.exclude(visibility__in=SHOWN_IN[wanted])
    sharing.show_all_to(list(hidden.values_list("token", flat=True)), wanted, by=owner)
