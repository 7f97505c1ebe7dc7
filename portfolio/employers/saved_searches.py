"""Searches that somebody keeps, to run again or to be told when somebody new is there.

A search is kept as its address has it, without page and order, so that the same search
is kept once. Nothing of the people it finds is kept but whom the last mail counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qs, urlencode

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from portfolio.models import SavedSearch, User
from portfolio.models.employers import MOST_KNOWN
from portfolio.talent.asking import Search, Sort
from portfolio.talent.filters import Filters, address
from portfolio.talent.labels import Labels, labels
from portfolio.talent.searching import Found, find

#: Searches of one person. Each is run once a week, and counted when its list is read.
MOST_SAVED = 10
NAME_LENGTH = 80
QUERY_LENGTH = 1000


class AlreadySaved(Exception):
    """Somebody saved this search before."""


class TooManySaved(Exception):
    """As many searches are saved as can be."""


class TooLong(Exception):
    """More was chosen than a saved search holds."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A saved search as its owner's list shows it: what it asks, and where it runs."""

    saved: SavedSearch
    asked: Sequence[str]
    address: str


def query_of(search: Search) -> str:
    """The search as it is kept: in order, nothing empty, in no order of results."""
    return urlencode(replace(search, sort=Sort.MATCH).pairs())


def search_of(saved: SavedSearch) -> Search:
    """What a saved search asks for."""
    return Search.read(parse_qs(saved.query))


def of(user: User) -> QuerySet[SavedSearch]:
    """Somebody's searches by name."""
    return SavedSearch.objects.filter(owner=user)


def save(
    search: Search, *, name: str, is_mailed: bool, by: User, now: datetime
) -> SavedSearch:
    """Keep a search; whoever it finds now is known, and new to no mail.

    Raises AlreadySaved, TooManySaved or TooLong. Its owner is locked, so that two
    windows cannot save more than there can be.
    """
    query = query_of(search)
    if len(query) > QUERY_LENGTH:
        raise TooLong
    found = newest(search, now)
    with transaction.atomic():
        _take_turn(by)
        if of(by).filter(query=query).exists():
            raise AlreadySaved
        if of(by).count() >= MOST_SAVED:
            raise TooManySaved
        return _write(
            SavedSearch(
                owner=by,
                name=name,
                query=query,
                is_mailed=is_mailed,
                known=list(found.learners)[:MOST_KNOWN],
            )
        )


def newest(search: Search, now: datetime) -> Found:
    """Run a search, whoever earned something last first."""
    return find(replace(search, sort=Sort.NEWEST), now)


def change(saved: SavedSearch, *, name: str, is_mailed: bool) -> None:
    """Give a search another name, and say whether it is mailed."""
    SavedSearch.objects.filter(pk=saved.pk).update(name=name, is_mailed=is_mailed)


def mail(saved: SavedSearch, *, is_mailed: bool) -> bool:
    """Turn the weekly mail on or off; whether it was the other way before."""
    other = SavedSearch.objects.filter(pk=saved.pk, is_mailed=not is_mailed)
    return bool(other.update(is_mailed=is_mailed))


def listed(searches: Iterable[SavedSearch]) -> list[Listed]:
    """What each asks in words. One query for the names of all that they chose."""
    read = [(saved, search_of(saved)) for saved in searches]
    chosen: dict[str, list[str]] = {}
    for _saved, search in read:
        for name, values in search.chosen.items():
            chosen.setdefault(name, []).extend(values)
    names = labels(chosen, {}) if chosen else {}
    return [
        Listed(saved, in_words(search, names), address(search))
        for saved, search in read
    ]


def in_words(search: Search, names: Labels | None = None) -> list[str]:
    """All that a search asks for. A query at most, none with the names given."""
    nobody = Found([], 0, is_more=False, things=[])
    return Filters(search, nobody, {}, names).asked


def first_name(asked: Sequence[str]) -> str:
    """A name for a search that has none yet: what it asks for."""
    name = ", ".join(asked)
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…"


def _take_turn(owner: User) -> None:
    locked = User.objects.select_for_update(no_key=True).filter(pk=owner.pk)
    list(locked.values_list("pk"))


def _write(saved: SavedSearch) -> SavedSearch:
    try:
        with transaction.atomic():
            saved.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadySaved from error
    return saved
