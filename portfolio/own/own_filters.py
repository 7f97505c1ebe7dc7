"""The filters of one's own credentials as the page shows them: boxes, chips, the way
out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from credentials.models import Credential
from portfolio.filters import Chip, listed
from portfolio.folding import folded
from portfolio.own.arranging import found, origin_of
from portfolio.own.looking import FACETS, Look, Origin, Standing
from portfolio.own.outlining import Outline

HEADINGS: dict[str, Promise] = {
    "state": _("State"),
    "visibility": _("Who sees it"),
    "tag": _("Tag"),
    "issuer": _("Issuer"),
    "origin": _("Where it is from"),
}
_NAMED = ("tag", "issuer")
_KNOWN = {
    "state": Standing.choices,
    "visibility": Credential.Visibility.choices,
    "origin": Origin.choices,
}


@dataclass(frozen=True, slots=True)
class Box:
    """One checkbox; ``id`` is unique on the page."""

    id: str
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Boxes:
    """One group of checkboxes."""

    name: str
    heading: Promise
    boxes: Sequence[Box]


@dataclass(frozen=True, slots=True)
class WayOut:
    """What to drop when nothing was found, and how many credentials that finds."""

    part: SafeString
    found: int
    address: str


class OwnFilters:
    """The filters of one look at these credentials. No query."""

    def __init__(
        self, outlines: Sequence[Outline], look: Look, now: datetime, count: int
    ) -> None:
        self.look = look
        self._outlines = outlines
        self._now = now
        self._count = count

    @cached_property
    def looks(self) -> tuple[object, ...]:
        """All that the boxes depend on, for their cache."""
        return (self.look.on_page(1).query, *self._offered.values())

    @cached_property
    def groups(self) -> list[Boxes]:
        """Groups with something to choose between, or with something chosen."""
        named = {
            name: [(each, each) for each in self._offered[name]] for name in _NAMED
        }
        offered = {
            name: named.get(name, _KNOWN.get(name, ())) if self._offered[name] else ()
            for name in FACETS
        }
        groups = [self._group(name, options) for name, options in offered.items()]
        return [group for group in groups if group.boxes]

    @cached_property
    def _offered(self) -> Mapping[str, Sequence[str]]:
        """The values of each group that has something to choose between."""
        tags = {tag for each in self._outlines for tag in each.tags}
        issuers = {each.issuer_name for each in self._outlines}
        sources = {each.source for each in self._outlines}
        origins = {origin_of(source).value for source in sources}
        return {
            "state": ("",),
            "visibility": ("",),
            "tag": _alphabetic(tags),
            "issuer": _alphabetic(issuers) if len(issuers) > 1 else (),
            "origin": ("",) if len(origins) > 1 else (),
        }

    @cached_property
    def chips(self) -> list[Chip]:
        """One for each chosen option, and one for the words."""
        words = self.look.words
        chips = [Chip(f"“{words}”", self.look.without("q").address)] if words else []
        return chips + [
            Chip(box.label, self.look.without(group.name, box.value).address)
            for group in self.groups
            for box in group.boxes
            if box.is_chosen
        ]

    @property
    def chosen(self) -> int:
        """How many options are chosen."""
        return sum(map(len, self.look.chosen.values()))

    @property
    def asked(self) -> SafeString:
        """All that was asked for: *welding* and *Private or Public*."""
        return listed([self._part(part) for part in self.look.parts], str(_("and")))

    @cached_property
    def way_out(self) -> WayOut | None:
        """The part to drop; nothing when some were found or no part alone helps."""
        if self._count:
            return None
        looks = [(part, self.look.without(part)) for part in self.look.parts]
        helping = [
            (len(found(self._outlines, look, self._now)), part, look)
            for part, look in looks
        ]
        best, part, look = max(helping, key=lambda each: each[0], default=(0, "", None))
        if not best or look is None:
            return None
        return WayOut(self._part(part), best, look.address)

    def _group(self, name: str, options: Iterable[tuple[str, object]]) -> Boxes:
        chosen = {folded(value): value for value in self.look.chosen.get(name, ())}
        labels = {folded(value): (value, str(label)) for value, label in options}
        missing = {key: (value, value) for key, value in chosen.items()}
        boxes = [
            Box(f"{name}-{number}", value, label, key in chosen)
            for number, (key, (value, label)) in enumerate((missing | labels).items())
        ]
        # Options keep their order whatever is chosen, so that none jumps away.
        order = list(labels)
        boxes.sort(key=lambda box: _place(order, folded(box.value)))
        return Boxes(name, HEADINGS[name], boxes)

    def _part(self, part: str) -> SafeString:
        """The words, or the options of a group, emphasised."""
        if part == "q":
            return format_html("<em>{}</em>", self.look.words)
        boxes = next((each.boxes for each in self.groups if each.name == part), [])
        chosen = [box.label for box in boxes if box.is_chosen]
        emphasised = [format_html("<em>{}</em>", label) for label in chosen]
        return listed(emphasised, str(_("or")))


def _alphabetic(names: Iterable[str]) -> Sequence[str]:
    """Each spelling once."""
    once = {folded(name): name for name in names}
    return tuple(once[key] for key in sorted(once))


def _place(order: Sequence[str], key: str) -> int:
    return order.index(key) if key in order else len(order)
