"""What if somebody also had some badges: holdings that nobody holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from pathways.faces import Face, Faces
from pathways.rules.routes import earned
from pathways.rules.tree import Holding, Rule, Way

#: No path has as many badges; more in an address are not read.
MOST = 40


@dataclass(frozen=True, slots=True)
class Choice:
    """A badge or a pathway that can be imagined. ``value`` is what the address says."""

    value: str
    face: Face
    is_pathway: bool
    is_chosen: bool

    @property
    def name(self) -> str:
        """What it is called where names of both kinds stand side by side."""
        if self.is_pathway:
            return _("The pathway %(name)s") % {"name": self.face.name}
        return self.face.name


def read(values: Iterable[str]) -> frozenset[str]:
    """Read ``?also=`` (``value_of``); what is no choice is left out later."""
    return frozenset(list(values)[:MOST])


def choices(
    root: Rule,
    faces: Faces,
    chosen: Collection[str],
    *,
    held: Collection[int],
    barred: Collection[int],
) -> list[Choice]:
    """What can be imagined on a path: each badge and pathway once, in reading order.

    ``held`` are keys of leaves that are met already, ``barred`` badges in hand.
    """
    found: dict[str, Choice] = {}
    for rule, _way, face in _ways(root, faces, held, barred):
        value, is_pathway = value_of(face), rule.pathway is not None
        found.setdefault(value, Choice(value, face, is_pathway, value in chosen))
    return list(found.values())


def imagined(
    root: Rule,
    faces: Faces,
    chosen: Collection[str],
    now: datetime,
    *,
    barred: Collection[int],
) -> list[Holding]:
    """The holdings that somebody would have who had earned the chosen ones today.

    ``barred`` badges are in hand: nobody can earn them.
    """
    found: dict[str, Holding] = {}
    for _rule, way, face in _ways(root, faces, (), barred):
        value = value_of(face)
        if value in chosen:
            found.setdefault(value, earned(way, now))
    return list(found.values())


def value_of(face: Face) -> str:
    """Its address, as ``?also=`` names it: a badge and a pathway can share a slug."""
    return face.address.strip("/")


def _ways(
    root: Rule, faces: Faces, held: Collection[int], barred: Collection[int]
) -> Sequence[tuple[Rule, Way, Face]]:
    found = []
    for rule in root.walk():
        if rule.key in held:
            continue
        for way in rule.ways:
            if way.achievement in barred or way.is_closed:
                continue
            face = faces.of(rule) or faces.badges.get(way.achievement)
            if face is not None:
                found.append((rule, way, face))
    return found
