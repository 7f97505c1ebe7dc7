"""A pathway as a document tells it: plain values, with addresses instead of rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from pathways.rules.tree import Kind


@dataclass(frozen=True, slots=True)
class PlanNode:
    """A rule. ``number`` is its place in reading order, from 1; ``needs`` are such."""

    number: int
    kind: Kind
    title: str = ""
    name: str = ""  # of what it stands for
    children: tuple[PlanNode, ...] = ()
    is_optional: bool = False
    count: int | None = None
    credits: Decimal | None = None
    stands_for: str = ""  # the address of a badge, a skill, a pathway
    first_version: int | None = None
    last_version: int | None = None
    level: int | None = None
    expired: str = ""
    grace_days: int | None = None
    needs: tuple[int, ...] = ()
    gives: str = ""  # the address of a badge version

    def walk(self) -> Iterator[PlanNode]:
        """This rule and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole pathway. ``trusted`` are identifiers and names of issuers elsewhere."""

    address: str
    name: str
    promise: str
    description: str
    language: str
    expired: str
    grace_days: int | None
    when_lost: str
    root: PlanNode
    trusted: tuple[tuple[str, str], ...] = field(default=())
