"""The filters of the catalogue as its page shows them: boxes, chips, the way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import get_text_list
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from credentials.catalogue import (
    FACETS,
    Counts,
    Facet,
    Option,
    Search,
    best_to_remove,
)

MOST_OPTIONS = 12  # of a group whose values are not known beforehand

HEADINGS: dict[str, Promise] = {
    "area": gettext_lazy("Skill area"),
    "level": gettext_lazy("Level"),
    "effort": gettext_lazy("Time needed"),
    "skill": gettext_lazy("Skill"),
    "issuer": gettext_lazy("Issuer"),
    "cost": gettext_lazy("Cost"),
    "delivery": gettext_lazy("Where it takes place"),
    "language": gettext_lazy("Language"),
    "accepted": gettext_lazy("Recognition"),
}
OPEN_AT_FIRST = {"area", "level", "effort"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One checkbox."""

    id: str
    value: str
    label: str
    found: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One group of checkboxes."""

    name: str
    heading: Promise
    choices: Sequence[Choice]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen filter, and the address of the page without it."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class WayOut:
    """What to drop when nothing was found, and how many badges that finds."""

    part: SafeString
    found: int
    address: str


def address(search: Search, page: int = 1) -> str:
    """The one address of a search: nothing empty, options in order."""
    pairs = [*search.pairs(), *([("page", str(page))] if page > 1 else [])]
    query = urlencode(pairs)
    return reverse("catalogue") + (f"?{query}" if query else "")


def language_name(tag: str) -> str:
    """A language's name in itself, or the tag when it is not known."""
    try:
        return str(get_language_info(tag)["name_local"])
    except KeyError:
        return tag


class Filters:
    """The filters of one search, with the counts of their options."""

    def __init__(self, search: Search, counted: Counts) -> None:
        self.search = search
        self.counted = counted

    @property
    def looks(self) -> tuple[Search, Counts]:
        """All that the filters depend on, for their cache."""
        return (self.search, self.counted)

    @cached_property
    def groups(self) -> list[Group]:
        """All groups in their order."""
        return [self._group(facet) for facet in FACETS]

    @cached_property
    def chips(self) -> list[Chip]:
        """One for each chosen option."""
        return [
            Chip(label, address(self.search.without(name, option)))
            for name, labels in self._labels.items()
            for option, label in labels.items()
        ]

    @cached_property
    def asked(self) -> SafeString:
        """All that was asked for: *welding* and *Foundation or Expert*."""
        return listed([self._part(part) for part in self.search.parts], _("and"))

    @cached_property
    def way_out(self) -> WayOut | None:
        """The part to drop; nothing when badges were found or no part helps."""
        best = None if self.counted.found else best_to_remove(self.search)
        if best is None:
            return None
        part, number = best
        return WayOut(self._part(part), number, address(self.search.without(part)))

    @cached_property
    def _labels(self) -> Mapping[str, Mapping[str, str]]:
        """Labels of the chosen options by group and value."""
        return {
            group.name: {c.value: c.label for c in group.choices if c.is_chosen}
            for group in self.groups
            if group.name in self.search.chosen
        }

    def _part(self, part: str) -> SafeString:
        """The words, or the options of a group, emphasised."""
        if part == "q":
            return format_html("<em>{}</em>", self.search.words)
        labels = self._labels[part].values()
        return listed([format_html("<em>{}</em>", each) for each in labels], _("or"))

    def _group(self, facet: Facet) -> Group:
        chosen = self.search.chosen.get(facet.name, ())
        by_value = {each.value: each for each in self.counted.options[facet.name]}
        missing = {value: Option(value, "", 0, 0) for value in chosen}
        return Group(
            name=facet.name,
            heading=HEADINGS[facet.name],
            choices=[
                _choice(facet, option, is_chosen=option.value in chosen)
                for option in _offered(facet, missing | by_value, chosen)
            ],
            is_open=facet.name in OPEN_AT_FIRST or bool(chosen),
        )


def _offered(
    facet: Facet, by_value: Mapping[str, Option], chosen: Sequence[str]
) -> list[Option]:
    """The options to show: the same whatever is chosen, so that none jumps away."""
    if facet.name == "area":  # fourteen of them: only those in use
        return [by_value[value] for value in facet.names if value in by_value]
    if facet.names:
        return [by_value.get(name, Option(name, "", 0, 0)) for name in facet.names]
    most = sorted(by_value.values(), key=lambda o: (-o.offered, o.label, o.value))
    kept = most[:MOST_OPTIONS] + [o for o in most[MOST_OPTIONS:] if o.value in chosen]
    return sorted(kept, key=lambda option: _label(facet, option).casefold())


def _choice(facet: Facet, option: Option, *, is_chosen: bool) -> Choice:
    name = f"{facet.name}-{option.value}"
    return Choice(name, option.value, _label(facet, option), option.found, is_chosen)


def _label(facet: Facet, option: Option) -> str:
    if facet.names:
        return str(facet.names[option.value])
    if facet.name == "language":
        return language_name(option.value)
    return option.label or option.value


def listed(parts: Sequence[SafeString], last_word: str) -> SafeString:
    """Parts as one sentence does it: *a*, *b* and *c*."""
    return mark_safe(get_text_list([*map(str, parts)], last_word))  # noqa: S308 - parts are safe
