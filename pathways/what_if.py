"""What if somebody also had some badges: holdings that nobody holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

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
    is_chosen: bool


def read(values: Iterable[str]) -> frozenset[str]:
    """Read ``?also=``: ``<issuer>/<slug>``; what is no choice is left out later."""
    return frozenset(list(values)[:MOST])


def choices(
    root: Rule, faces: Faces, chosen: Collection[str], held: Collection[int]
) -> list[Choice]:
    """What can be imagined on a path: each badge and pathway once, in reading order.

    ``held`` are keys of leaves that are met already.
    """
    found: dict[str, Choice] = {}
    for _way, face in _ways(root, faces, held):
        value = value_of(face)
        found.setdefault(value, Choice(value, face, value in chosen))
    return list(found.values())


def imagined(
    root: Rule, faces: Faces, chosen: Collection[str], now: datetime
) -> list[Holding]:
    """The holdings that somebody would have who had earned the chosen ones today."""
    found: dict[str, Holding] = {}
    for way, face in _ways(root, faces, ()):
        value = value_of(face)
        if value in chosen:
            found.setdefault(value, earned(way, now))
    return list(found.values())


def value_of(face: Face) -> str:
    """The end of its address, as ``?also=`` names it."""
    return face.address.strip("/").partition("/")[2]


def _ways(
    root: Rule, faces: Faces, held: Collection[int]
) -> Sequence[tuple[Way, Face]]:
    found = []
    for rule in root.walk():
        if rule.key in held:
            continue
        for way in rule.ways:
            face = faces.of(rule) or faces.badges.get(way.achievement)
            if face is not None:
                found.append((way, face))
    return found
