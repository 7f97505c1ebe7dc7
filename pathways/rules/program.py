"""The rules of a pathway as a list of steps over bits: the fast way to a verdict.

Each node is a bit. What is held sets bits of leaves; the steps then set those of all
nodes that are met, in an order in which whatever a node depends on comes before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from pathways.rules.tree import HeldState, Holding, Kind, Rule, Tree

#: More than any version or level.
_NO_END = 1 << 31
_ACTIVE = str(HeldState.ACTIVE)  # a plain string compares faster


class Row(NamedTuple):
    """What the program reads of a holding; any tuple in this order will do."""

    key: str
    achievement: int | None
    version: int
    state: str
    valid_until: datetime | None
    credits: Decimal
    skills: Iterable[Sequence[int]]  # pairs of skill and level
    pathway: int | None
    issuer: str


def row_of(holding: Holding) -> Row:
    """A holding as the program reads it."""
    return Row(
        holding.key,
        holding.achievement,
        holding.version,
        holding.state,
        holding.valid_until,
        holding.credits,
        holding.skills,
        holding.pathway,
        holding.issuer,
    )


class Counted(NamedTuple):
    """A holding that counts for a leaf: its bit, what has credits once, and these."""

    bit: int
    badge: int | str
    credits: Decimal


class Asked(NamedTuple):
    """A leaf that is about something: from which version or level, to which."""

    bit: int
    low: int
    high: int
    keeps: timedelta | None


@dataclass(frozen=True, slots=True)
class Operation:
    """A node: its own bit, what has to be met first, and what its rule looks at.

    ``parts`` are the bits of its children (of ALL: those that are not optional; of
    NOT_TOGETHER: the first), ``others`` of those that exclude. ``ways`` are for
    credits: a leaf counts when it and all between are met.
    """

    rule: Rule
    bit: int
    gates: int
    parts: int
    others: int
    ways: tuple[tuple[int, int], ...]  # (bits that must be met, bit of the leaf)

    @property
    def is_leaf(self) -> bool:
        return not self.rule.kind.is_group


class Program:
    """The compiled rules of a tree. ``bits`` are those of its nodes, by key."""

    def __init__(self, tree: Tree) -> None:
        self.trusted = tree.trusted
        self.gates: dict[int, tuple[int, ...]] = {}
        self.rules: dict[int, Rule] = {}
        self._enter(tree.root, ())
        self.bits = {key: 1 << index for index, key in enumerate(self.rules)}
        self._nowhere = 1 << len(self.bits)  # what is needed and not in the tree
        order = dict.fromkeys(self._order(tree.root.key, set()))
        self.operations = tuple(self._operation(self.rules[key]) for key in order)
        #: Leaves that wait for nothing: held is met, without a step of their own.
        self._open = sum(
            each.bit for each in self.operations if each.is_leaf and not each.gates
        )
        self._judged = [
            (each, each.gates, _RULES[each.rule.kind])
            for each in self.operations
            if not each.bit & self._open
        ]
        self.weighed = 0
        for operation in self.operations:
            for _path, bit in operation.ways:
                self.weighed |= bit
        self._badges: defaultdict[int | None, list[Asked]] = defaultdict(list)
        self._skills: defaultdict[int, list[Asked]] = defaultdict(list)
        self._pathways: defaultdict[int | None, list[Asked]] = defaultdict(list)
        for rule in self.rules.values():
            self._index(rule)

    def _enter(self, rule: Rule, inherited: tuple[int, ...]) -> None:
        gates = (*inherited, *(key for key in rule.needs if key not in inherited))
        self.rules[rule.key], self.gates[rule.key] = rule, gates
        for child in rule.children:
            self._enter(child, gates)

    def _order(self, key: int, seen: set[int]) -> Iterator[int]:
        """Keys, each after what it depends on (a circle is cut somewhere)."""
        if key in seen or key not in self.rules:
            return
        seen.add(key)
        for needed in self.gates[key]:
            yield from self._order(needed, seen)
        for child in self.rules[key].children:
            yield from self._order(child.key, seen)
        yield key

    def mask(self, keys: Iterable[int]) -> int:
        """The bits of several nodes."""
        found = 0
        for key in keys:
            found |= self.bits.get(key, self._nowhere)
        return found

    def _operation(self, rule: Rule) -> Operation:
        parts, others = rule.children, rule.children[:0]
        if rule.kind == Kind.NOT_TOGETHER:
            parts, others = parts[:1], parts[1:]
        elif rule.kind == Kind.ALL:
            parts = tuple(child for child in parts if not child.is_optional)
        return Operation(
            rule=rule,
            bit=self.bits[rule.key],
            gates=self.mask(self.gates[rule.key]),
            parts=self.mask(child.key for child in parts),
            others=self.mask(child.key for child in others),
            ways=tuple(self._ways(rule, 0)) if rule.kind == Kind.CREDITS else (),
        )

    def _ways(self, rule: Rule, path: int) -> Iterator[tuple[int, int]]:
        if not rule.kind.is_group:
            yield path, self.bits[rule.key]
            return
        children = rule.children
        if rule.kind == Kind.NOT_TOGETHER:
            children = children[:1]
        for child in children:
            yield from self._ways(child, path | self.bits[child.key])

    def _index(self, rule: Rule) -> None:
        bit, keeps = self.bits[rule.key], rule.keeps
        if rule.kind == Kind.BADGE and rule.achievement is not None:
            low = rule.first_version or 0
            high = _NO_END if rule.last_version is None else rule.last_version
            self._badges[rule.achievement].append(Asked(bit, low, high, keeps))
        elif rule.kind == Kind.SKILL and rule.skill is not None:
            self._skills[rule.skill].append(Asked(bit, rule.level, _NO_END, keeps))
        elif rule.kind == Kind.PATHWAY and rule.pathway is not None:
            self._pathways[rule.pathway].append(Asked(bit, 0, _NO_END, keeps))

    def counting(self, rows: Iterable[Row], now: datetime) -> tuple[int, list[Counted]]:
        """Return the leaves that holdings count for, and what counts for credits."""
        held, counted = 0, []
        for row in rows:
            bits = self._leaves(row, now)
            held |= bits
            if bits & self.weighed:
                badge = row[0] if row[1] is None else row[1]
                counted.append(Counted(bits & self.weighed, badge, row[5]))
        return held, counted

    def _leaves(self, row: Row, now: datetime) -> int:
        """The leaves that one holding counts for."""
        _key, achievement, version, state, end, _credits, skills, pathway, issuer = row
        if state != _ACTIVE or (issuer and issuer not in self.trusted):
            return 0
        found = 0
        for skill, level in skills:
            if skill in self._skills:
                found |= _in_range(self._skills[skill], level, end, now)
        if issuer:
            return found
        if achievement in self._badges:
            found |= _in_range(self._badges[achievement], version, end, now)
        if pathway in self._pathways:
            found |= _in_range(self._pathways[pathway], 0, end, now)
        return found

    def met(self, held: int, counted: Sequence[Counted]) -> int:
        """Return the nodes that are met, given what ``counting`` returned."""
        met = held & self._open
        for operation, gates, holds in self._judged:
            if not gates & ~met and holds(operation, met, held, counted):
                met |= operation.bit
        return met


def _in_range(
    asked: Iterable[Asked], value: int, end: datetime | None, now: datetime
) -> int:
    found = 0
    for bit, low, high, keeps in asked:
        if low <= value <= high and (end is None or keeps is None or end + keeps > now):
            found |= bit
    return found


def _leaf(one: Operation, met: int, held: int, counted: Sequence[Counted]) -> bool:
    return bool(held & one.bit)


def _all(one: Operation, met: int, held: int, counted: Sequence[Counted]) -> bool:
    return 0 < one.parts == one.parts & met


def _at_least(one: Operation, met: int, held: int, counted: Sequence[Counted]) -> bool:
    return 0 < one.rule.count <= (one.parts & met).bit_count()


def _apart(one: Operation, met: int, held: int, counted: Sequence[Counted]) -> bool:
    return bool(one.parts & met) and not one.others & met


def _credits(one: Operation, met: int, held: int, counted: Sequence[Counted]) -> bool:
    return 0 < one.rule.credits <= sum(best_credits(one, met, counted).values())


def best_credits(
    one: Operation, met: int, counted: Sequence[Counted]
) -> dict[int | str, Decimal]:
    """The credits that count for a node, by badge: each once, the most of it."""
    leaves = 0
    for path, bit in one.ways:
        if path & met == path:
            leaves |= bit
    best: dict[int | str, Decimal] = {}
    for bits, badge, credits in counted:
        if bits & leaves:
            best[badge] = max(credits, best.get(badge, credits))
    return best


_RULES = {
    Kind.ALL: _all,
    Kind.AT_LEAST: _at_least,
    Kind.CREDITS: _credits,
    Kind.NOT_TOGETHER: _apart,
    Kind.BADGE: _leaf,
    Kind.SKILL: _leaf,
    Kind.PATHWAY: _leaf,
}
