"""The filters of the talent search as its page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.models.skills import Level
from portfolio.talent.asking import GROUPS, Search
from portfolio.talent.counting import Option
from portfolio.talent.labels import Labels, labels
from portfolio.talent.searching import Found, how_many
from portfolio.talent.things import things_without

#: Parts that are tried without, when nobody has them all.
MOST_TRIED = 4

HEADINGS: Mapping[str, Promise] = {
    "badge": gettext_lazy("Badge"),
    "language": gettext_lazy("Language"),
    "skill": gettext_lazy("Skill"),
    "issuer": gettext_lazy("Issuer"),
    "pathway": gettext_lazy("Pathway"),
    "endorsed": gettext_lazy("Recognised by"),
}
#: In the order of the page; the first ones are open.
_SHOWN = ("badge", "language", "skill", "issuer", "pathway", "endorsed")
_OPEN = {"badge", "language"}
_SINGLE: Mapping[str, Promise] = {
    "open": gettext_lazy("Open to work"),
    "assessed": gettext_lazy("Assessed, not only attended"),
    "lasts": gettext_lazy("Valid for six more months"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One checkbox. ``people`` is None where a number would say nothing true."""

    id: str
    value: str
    label: str
    people: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One group of checkboxes."""

    name: str
    heading: str | Promise
    choices: Sequence[Choice]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that was asked for, and the address of the page without it."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class WayOut:
    """What to drop when nobody was found, and how many people that finds."""

    label: str
    people: int
    address: str


def address(search: Search, page: int = 1) -> str:
    """The one address of a search: nothing empty, options in order."""
    pairs = [*search.pairs(), *([("page", str(page))] if page > 1 else [])]
    query = urlencode(pairs)
    return reverse("talent") + (f"?{query}" if query else "")


class Filters:
    """The filters of one search. Labels of what was chosen take a query at most.

    ``names`` are labels that somebody looked up before, for several searches at once.
    """

    def __init__(
        self,
        search: Search,
        found: Found,
        options: Mapping[str, Sequence[Option]],
        names: Labels | None = None,
    ) -> None:
        self.search = search
        self._found = found
        self._options = options
        self._labels = labels(search.chosen, options) if names is None else names

    @property
    def groups(self) -> list[Group]:
        """Groups with something to choose, in their order."""
        made = [self._group(name) for name in _SHOWN]
        return [group for group in made if group.choices]

    @property
    def open_to_work(self) -> int | None:
        """How many of these people are open to work; None when nobody can say."""
        found = self._options.get("open")
        return self._number(found[0].people if found else 0)

    @property
    def chips(self) -> list[Chip]:
        """One for each thing asked for but the words, which stand in their box."""
        return [
            Chip(label, address(self.search.without(name, option)))
            for name, option, label in self._parts()
        ]

    @property
    def asked(self) -> list[str]:
        """All that was asked for, in words."""
        words = [self.search.words] if self.search.words else []
        return [*words, *(label for _name, _option, label in self._parts())]

    def way_out(self, now: datetime) -> WayOut | None:
        """The part whose removal finds most people. At most three queries."""
        tried = [
            (label, without)
            for label, without in self._without()[:MOST_TRIED]
            if without.names_something
        ]
        searches = [without for _label, without in tried]
        things = things_without(self.search, self._found.things, searches)
        counted = how_many(list(zip(searches, things, strict=True)), now)
        ways = [
            WayOut(label, people, address(without))
            for (label, without), people in zip(tried, counted, strict=True)
            if people
        ]
        return max(ways, key=lambda way: way.people, default=None)

    def _without(self) -> list[tuple[str, Search]]:
        """The search without each of its parts; of several words without each."""
        words = self.search.words.split()
        shorter = [
            (word, self.search.with_words(" ".join(words[:at] + words[at + 1 :])))
            for at, word in enumerate(words)
        ]
        if len(words) == 1:
            shorter = [(self.search.words, self.search.without("q"))]
        others = [
            (label, self.search.without(name, option))
            for name, option, label in self._parts()
        ]
        return [*shorter, *others]

    def _parts(self) -> list[tuple[str, str | None, str]]:
        """Name, option and label of everything but the words."""
        parts: list[tuple[str, str | None, str]] = [
            (name, option, self._chip(name, option))
            for name in GROUPS
            for option in self.search.chosen.get(name, ())
        ]
        single = {
            "open": self.search.is_open,
            "assessed": self.search.assessed,
            "lasts": self.search.lasts,
        }
        parts += [(name, None, str(_SINGLE[name])) for name in single if single[name]]
        if self.search.level > 1:
            level = str(Level(self.search.level).label)
            parts.append(("level", None, _("%(level)s or higher") % {"level": level}))
        if self.search.place:
            parts.append(("place", None, self.search.place))
        if self.search.since:
            since = {"year": self.search.since}
            parts.append(("since", None, _("Earned since %(year)s") % since))
        return parts

    def _group(self, name: str) -> Group:
        chosen = self.search.chosen.get(name, ())
        options = list(self._options.get(name, ()))
        there = {option.value for option in options}
        options += [
            Option(value, self._labels[name, value], 0)
            for value in chosen
            if value not in there
        ]
        return Group(
            name=name,
            heading=HEADINGS[name],
            choices=[
                Choice(
                    id=f"{name}-{at}",
                    value=option.value,
                    label=self._label(name, option.value),
                    people=self._number(option.people),
                    is_chosen=option.value in chosen,
                )
                for at, option in enumerate(options)
            ],
            is_open=name in _OPEN or bool(chosen),
        )

    def _label(self, name: str, value: str) -> str:
        """Languages are kept folded, and begin with a capital on the page."""
        label = self._labels[name, value]
        return label[:1].upper() + label[1:] if name == "language" else label

    def _chip(self, name: str, value: str) -> str:
        """What was chosen, away from the heading that it stood under."""
        label = self._label(name, value)
        if name == "endorsed":
            return _("Recognised by %(organisation)s") % {"organisation": label}
        return label

    def _number(self, people: int) -> int | None:
        """A number over the people that can be looked at is none of all of them."""
        return people if self._found.is_whole else None


def emphasised(parts: Sequence[str]) -> SafeString:
    """``<em>Rust</em> and <em>Lisbon</em>``."""
    made = [format_html("<em>{}</em>", each) for each in parts]
    if len(made) < 2:
        return made[0] if made else SafeString("")
    return format_html(
        _("{all_but_last} and {last}"),
        all_but_last=SafeString(", ".join(made[:-1])),
        last=made[-1],
    )
