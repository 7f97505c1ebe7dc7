"""What the engine reads: the tree of rules, and what a learner holds.

Plain values, made by ``pathways.reading_rules`` and ``pathways.holdings_of`` from rows,
and by tests from nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of node; values as ``Requirement.Kind`` stores them."""

    ALL = "all"
    AT_LEAST = "at_least"
    CREDITS = "credits"
    NOT_TOGETHER = "apart"
    BADGE = "badge"
    SKILL = "skill"
    PATHWAY = "pathway"

    @property
    def is_group(self) -> bool:
        return self in _GROUPS


_GROUPS = frozenset({Kind.ALL, Kind.AT_LEAST, Kind.CREDITS, Kind.NOT_TOGETHER})


@dataclass(frozen=True, slots=True)
class Way:
    """Something a learner can earn that meets a leaf: a badge, a pathway's outcome."""

    achievement: int
    name: str
    hours: Decimal
    credits: Decimal = Decimal(0)
    skills: tuple[tuple[int, int], ...] = ()  # (skill, level)
    version: int = 1  # the number that somebody earns today
    pathway: int | None = None  # set for the outcome of another pathway
    #: What is held keeps the learner from completing the pathway that gives it.
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A node of the tree. ``key`` names it; which other fields count says ``kind``.

    ``keeps`` is how long a badge counts after its end: zero, some days, or None for
    good. ``needs`` are keys of nodes that must be met before this one counts.
    ``ways`` are what meets a leaf when earned today; none: it is not offered any more.
    """

    key: int
    kind: Kind
    title: str = ""
    name: str = ""  # of the badge, the skill, the pathway
    children: tuple[Rule, ...] = ()
    is_optional: bool = False
    count: int = 0
    credits: Decimal = Decimal(0)
    achievement: int | None = None
    first_version: int | None = None
    last_version: int | None = None
    skill: int | None = None
    level: int = 0
    pathway: int | None = None
    keeps: timedelta | None = timedelta(0)
    needs: tuple[int, ...] = ()
    ways: tuple[Way, ...] = ()

    def walk(self) -> Iterator[Rule]:
        """This node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Tree:
    """The rules of a pathway version."""

    root: Rule
    #: Identifiers of issuers elsewhere whose badges count.
    trusted: frozenset[str] = frozenset()


class HeldState(StrEnum):
    """The states of a credential that the engine tells apart (active may be over)."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


#: When a badge can be earned again that is in hand for good, or paused.
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Holding:
    """A credential that a learner holds."""

    key: str  # the credential's id
    issued_at: datetime
    achievement: int | None = None  # None: issued elsewhere
    version: int = 1
    state: HeldState = HeldState.ACTIVE
    valid_until: datetime | None = None
    credits: Decimal = Decimal(0)
    skills: tuple[tuple[int, int], ...] = field(default=())  # (skill, level)
    pathway: int | None = None  # set when it is the last exit of a pathway
    issuer: str = ""  # identifier of an issuer elsewhere; empty: issued here
    #: From when its badge can be earned again; None: at any time.
    again_from: datetime | None = None

    def bars(self, now: datetime) -> bool:
        """Whether nobody who holds this can earn its badge at this moment."""
        return self.again_from is not None and now < self.again_from


def barring(holdings: Iterable[Holding], now: datetime) -> dict[int, Holding]:
    """Return what keeps badges from being earned at this moment, by badge.

    Where several do, the one that was issued last speaks for them.
    """
    found: dict[int, Holding] = {}
    for each in sorted(holdings, key=lambda one: (one.issued_at, one.key)):
        if each.achievement is not None and each.bars(now):
            found[each.achievement] = each
    return found
