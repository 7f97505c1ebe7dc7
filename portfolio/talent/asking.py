"""What an employer asks for, read from an address and written back to it.

Everything asked for must hold at once: somebody who asks for two skills wants both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from credentials.models.skills import Level

MOST_WORDS = 100  # characters
MOST_CHOSEN = 10  # options of one group
PAGE_SIZE = 20
#: Nobody reads further, and nobody copies the whole list of people.
DEEPEST = 10
MOST_PEOPLE = PAGE_SIZE * DEEPEST

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_SLUG = r"[-a-zA-Z0-9_]{1,80}"

#: Groups of options by name, and what can be an option.
GROUPS: Mapping[str, str] = {
    "skill": r"[0-9]{1,9}",
    "badge": rf"{_SLUG}/{_SLUG}",
    "pathway": rf"{_SLUG}/{_SLUG}",
    "issuer": _SLUG,
    "language": r"[^\x00-\x1f]{1,40}",
    "endorsed": _SLUG,
}
#: What somebody can be found by. Without one of these nobody is listed.
THINGS = ("skill", "badge", "pathway", "issuer", "endorsed")


#: What a search without one of its single parts has there, by name in the address.
_EMPTY: Mapping[str, dict[str, Any]] = {
    "q": {"words": ""},
    "level": {"level": 1},
    "place": {"place": ""},
    "since": {"since": 0},
    "open": {"is_open": False},
    "assessed": {"assessed": False},
    "lasts": {"lasts": False},
}


class Sort(TextChoices):
    MATCH = "match", _("Best match")
    NEWEST = "newest", _("Newest")


@dataclass(frozen=True, slots=True)
class Search:
    """Words, options by group, and what every proof has to be.

    ``level`` is the least one (1 to 4, 1 is any), ``since`` a year, 0 for any.
    ``lasts`` asks for proofs that stay valid for half a year.
    """

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    level: int = 1
    place: str = ""
    since: int = 0
    is_open: bool = False
    assessed: bool = False
    lasts: bool = False
    sort: Sort = Sort.MATCH

    @classmethod
    def read(cls, given: Mapping[str, Sequence[str]]) -> Search:
        """Read the lists of an address. What cannot be meant is left out."""
        level, since = _last(given, "level"), _last(given, "since")
        sort = _last(given, "sort")
        return cls(
            words=_plain(_last(given, "q")),
            chosen={name: kept for name in GROUPS if (kept := _kept(given, name))},
            level=int(level) if level in {str(each.value) for each in Level} else 1,
            place=_plain(_last(given, "place")),
            since=int(since) if re.fullmatch(r"(19|20)[0-9]{2}", since) else 0,
            is_open=_last(given, "open") == "yes",
            assessed=_last(given, "assessed") == "yes",
            lasts=_last(given, "lasts") == "yes",
            sort=Sort(sort) if sort in Sort.values else Sort.MATCH,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The one way to write it as an address: in order, nothing empty."""
        written = [("q", self.words)] if self.words else []
        for name in GROUPS:
            written += [(name, each) for each in sorted(self.chosen.get(name, ()))]
        single = {
            "level": str(self.level) if self.level > 1 else "",
            "place": self.place,
            "since": str(self.since or ""),
            "open": "yes" if self.is_open else "",
            "assessed": "yes" if self.assessed else "",
            "lasts": "yes" if self.lasts else "",
            "sort": self.sort.value if self.sort != Sort.MATCH else "",
        }
        return written + [(name, value) for name, value in single.items() if value]

    def without(self, name: str, option: str | None = None) -> Search:
        """The search without one part, or without one option of a group."""
        if name in _EMPTY:
            return replace(self, **_EMPTY[name])
        chosen = dict(self.chosen)
        rest = tuple(each for each in chosen.pop(name, ()) if each != option)
        if option is not None and rest:
            chosen[name] = rest
        return replace(self, chosen=chosen)

    def with_words(self, words: str) -> Search:
        """The search with other words."""
        return replace(self, words=words)

    @property
    def parts(self) -> list[str]:
        """Names of all that narrows it, in the order of the address."""
        return list(dict.fromkeys(name for name, _ in self.pairs() if name != "sort"))

    @property
    def names_something(self) -> bool:
        """Whether it asks for something that people are found by."""
        return bool(self.words) or any(self.chosen.get(name) for name in THINGS)


def _last(given: Mapping[str, Sequence[str]], name: str) -> str:
    values = given.get(name) or ("",)
    return values[-1]


def _plain(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())[:MOST_WORDS]


def _kept(given: Mapping[str, Sequence[str]], name: str) -> tuple[str, ...]:
    options = dict.fromkeys(given.get(name, ()))
    fits = re.compile(GROUPS[name])
    return tuple(each for each in options if fits.fullmatch(each))[:MOST_CHOSEN]
