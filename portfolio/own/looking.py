"""How somebody looks at their own credentials: words, filters, order, groups.

All of it stands in the address, in one canonical way, so that a page can be kept,
sent to another device, and come back to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from credentials.models import Credential

MOST_WORDS = 100  # characters
MOST_CHOSEN = 40  # options of one group
MOST_LETTERS = 120  # of a tag or an issuer's name in an address

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_NUMBER = re.compile(r"[1-9][0-9]{0,4}")  # Python refuses to read very long numbers


class Sort(TextChoices):
    """Orders of the credentials; among equals the newest come first."""

    NEWEST = "newest", _("Newest")
    ISSUER = "issuer", _("Issuer")
    NAME = "name", _("Name")
    ENDS = "ends", _("Ends first")


class Grouping(TextChoices):
    """What credentials can stand under."""

    NONE = "none", pgettext_lazy("grouped by", "Nothing")
    SKILL = "skill", _("Skill")
    ISSUER = "issuer", _("Issuer")
    STACK = "stack", _("Pathway")


class Standing(TextChoices):
    """Whether a credential can be relied on, in as many words as a filter needs."""

    GOOD = "good", _("In force")
    SOON = "soon", _("Ends soon")
    ENDED = "ended", _("Ended")
    OFF = "off", _("Withdrawn, paused or replaced")


class Origin(TextChoices):
    """Where a credential came from."""

    HERE = "here", _("Earned here")
    ELSEWHERE = "elsewhere", _("From elsewhere")


#: Groups of filters in the order of the page. None: any text can be an option.
FACETS: Mapping[str, frozenset[str] | None] = {
    "state": frozenset(Standing.values),
    "visibility": frozenset(Credential.Visibility.values),
    "tag": None,
    "issuer": None,
    "origin": frozenset(Origin.values),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked for, and how it is laid out. ``selects`` shows boxes to tick."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.NEWEST
    grouping: Grouping = Grouping.NONE
    selects: bool = False
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, Sequence[str]]) -> Look:
        """Read the lists of an address. What cannot be meant is left out."""
        number = _last(given, "page")
        sort, grouping = _last(given, "sort"), _last(given, "group")
        return cls(
            words=_clean(_last(given, "q"))[:MOST_WORDS],
            chosen={
                name: options
                for name, known in FACETS.items()
                if (options := _options(given.get(name, ()), known))
            },
            sort=Sort(sort) if sort in Sort.values else Sort.NEWEST,
            grouping=Grouping(grouping)
            if grouping in Grouping.values
            else Grouping.NONE,
            selects=_last(given, "select") == "1",
            page=int(number) if _NUMBER.fullmatch(number) else 1,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The one way to write it as an address: in order, nothing empty."""
        written = [("q", self.words)] if self.words else []
        for name in FACETS:
            written += [(name, option) for option in sorted(self.chosen.get(name, ()))]
        if self.sort != Sort.NEWEST:
            written.append(("sort", self.sort.value))
        if self.grouping != Grouping.NONE:
            written.append(("group", self.grouping.value))
        if self.selects:
            written.append(("select", "1"))
        if self.page > 1:
            written.append(("page", str(self.page)))
        return written

    @property
    def query(self) -> str:
        """What follows the page's address: ``?sort=name``; empty for the usual look."""
        return f"?{written}" if (written := urlencode(self.pairs())) else ""

    @property
    def query_of_page(self) -> str:
        """What stands before the number of a page."""
        query = self.on_page(1).query
        return f"{query}&page=" if query else "?page="

    @property
    def address(self) -> str:
        """The canonical address of the page."""
        return reverse("me") + self.query

    @property
    def parts(self) -> list[str]:
        """What narrows: ``q`` and names of groups."""
        return [*(["q"] if self.words else []), *self.chosen]

    def on_page(self, number: int) -> Look:
        return replace(self, page=number)

    def selecting(self, *, selects: bool) -> Look:
        """With boxes to tick, or without. Boxes stand in one plain list."""
        grouping = Grouping.NONE if selects else self.grouping
        return replace(self, selects=selects, grouping=grouping, page=1)

    def without(self, name: str, option: str | None = None) -> Look:
        """Without the words (``q``), a group of filters, or one of its options."""
        if name == "q":
            return replace(self, words="", page=1)
        chosen = dict(self.chosen)
        rest = tuple(each for each in chosen.pop(name, ()) if each != option)
        if option is not None and rest:
            chosen[name] = rest
        return replace(self, chosen=chosen, page=1)

    @property
    def cleared(self) -> Look:
        """The same order and groups, with nothing left out."""
        return replace(self, words="", chosen={}, page=1)


def _last(given: Mapping[str, Sequence[str]], name: str) -> str:
    values = given.get(name) or ("",)
    return values[-1]


def _clean(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())


def _options(values: Sequence[str], known: frozenset[str] | None) -> tuple[str, ...]:
    given = (_clean(value) for value in dict.fromkeys(values))
    kept = [
        value
        for value in given
        if (value in known if known is not None else 0 < len(value) <= MOST_LETTERS)
    ]
    return tuple(dict.fromkeys(kept))[:MOST_CHOSEN]
