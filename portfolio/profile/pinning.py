"""Pins: up to six credentials at the top of somebody's page, in their order.

Only the holder pins. Whatever two windows do at once comes out as if one had followed
the other: the holder's row is locked before the pins are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from credentials import sharing
from credentials.models import Credential
from credentials.verifying import status_of
from portfolio.models import Pin, User
from portfolio.models.profiles import PINS

Visibility = Credential.Visibility


class TooManyPins(Exception):
    """There are six pins already."""


class NotPublic(Exception):
    """The credential is not public: pinning it would show nothing to anybody."""


class NotInForce(Exception):
    """The credential has ended, is paused, replaced or withdrawn."""


@transaction.atomic
def pin(
    credential: Credential, *, by: User, now: datetime, make_public: bool = False
) -> bool:
    """Pin one's own credential behind the others; whether anything changed.

    ``make_public`` is the holder's explicit word that everybody may see it, also of
    one that is pinned already. Raises TooManyPins, NotPublic, NotInForce, and
    DoesNotExist when it is not theirs.
    """
    pins = _locked(by)
    own = Credential.objects.of(by).select_related("signing_key").get(pk=credential.pk)
    is_pinned = any(each.credential_id == own.pk for each in pins)
    is_hidden = own.visibility != Visibility.PUBLIC
    if is_pinned and not (is_hidden and make_public):
        return False
    if not status_of(own, now).verdict.is_good:
        raise NotInForce
    if len(pins) >= PINS and not is_pinned:
        raise TooManyPins
    if is_hidden and not make_public:
        raise NotPublic
    if is_hidden:
        sharing.show_to(own, Visibility.PUBLIC, by=by)
    if is_pinned:
        return True
    _number(pins)
    Pin.objects.create(owner=by, credential=own, position=len(pins) + 1)
    return True


@transaction.atomic
def unpin(credential: Credential, *, by: User) -> bool:
    """Take a pin away, and close the gap; whether it was there.

    The credential stays as visible as it is.
    """
    pins = _locked(by)
    gone = next((each for each in pins if each.credential_id == credential.pk), None)
    if gone is None:
        return False
    gone.delete()
    _number(each for each in pins if each is not gone)
    return True


@transaction.atomic
def move(token: str, step: int, *, by: User) -> int:
    """Move a pin ``step`` places on (back when negative), as far as there are places.

    Returns its place from 1; 0 when it is no pin of theirs.
    """
    pins = _locked(by)
    tokens = [each.credential.token for each in pins]
    if token not in tokens:
        return 0
    before = tokens.index(token)
    after = min(max(before + step, 0), len(pins) - 1)
    pins.insert(after, pins.pop(before))
    _number(pins)
    return after + 1


@transaction.atomic
def arrange(tokens: Sequence[str], *, by: User) -> None:
    """Bring the pins into this order.

    What is no pin by now is no matter; what was pinned since stays behind the others.
    """
    pins = _locked(by)
    places = {token: place for place, token in enumerate(dict.fromkeys(tokens))}
    pins.sort(key=lambda each: places.get(each.credential.token, len(places)))
    _number(pins)


def _locked(owner: User) -> list[Pin]:
    """Their pins in order; nobody else changes them before this is committed."""
    _take_turn(owner)
    return list(
        Pin.objects.filter(owner=owner)
        .select_related("credential")
        .only("owner", "position", "credential__token")
        .order_by("position")
    )


def _take_turn(owner: User) -> None:
    User.objects.select_for_update(no_key=True).only("pk").get(pk=owner.pk)


def _number(pins: Iterable[Pin]) -> None:
    """Store the order: places from 1, without gaps."""
    moved = []
    for position, each in enumerate(pins, start=1):
        if each.position != position:
            each.position = position
            moved.append(each)
    Pin.objects.bulk_update(moved, ["position"])
