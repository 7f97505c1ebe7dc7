"""What the demo's file of pathways holds, one dataclass for each kind of entry.

Field names are those of the tables wherever a table has such a column; times are days
counted back from the moment of seeding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A badge that is earned through pathways; ``criteria`` are titles with words."""

    slug: str
    issuer: str
    name: str
    promise: str
    description: str
    level: int
    hue: str
    glyph: str
    effort_hours: Decimal
    credits: Decimal
    skills: dict[str, int]
    criteria: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A rule: one of ``badge``, ``skill`` and ``pathway`` is set, or it is a group.

    ``outcome`` is the slug of the credential that it gives; ``needs`` are keys of
    others in the same tree.
    """

    kind: str = ""
    title: str = ""
    badge: str = ""
    skill: str = ""
    level: int | None = None
    pathway: str = ""
    count: int | None = None
    credits: Decimal | None = None
    optional: bool = False
    expired: str = ""
    grace_days: int | None = None
    key: str = ""
    needs: tuple[str, ...] = ()
    outcome: str = ""
    children: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class PathwayVersion:
    published_days_ago: int
    name: str
    promise: str
    description: str
    expired: str
    when_lost: str
    root: Node
    grace_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    slug: str
    issuer: str
    versions: tuple[PathwayVersion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Somebody joined a pathway. ``visibility`` is that of what they get on it."""

    learner: str
    pathway: str
    days_ago: int
    visibility: str = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A skill that somebody wishes for; ``skill`` is a key of the file of skills."""

    learner: str
    skill: str
    level: int
