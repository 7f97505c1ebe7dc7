"""The cheapest way on: which badges still have to be earned, and in which order.

Cheapest means fewest hours, then fewest badges, then those that come first in the tree.
The badges to choose from fall into groups that do not touch each other (usually the
stages). A group of up to ``tables.MOST`` badges is solved exactly, also where a badge
counts for several nodes; a larger one node by node (``choosing``), which is exact where
its branches share no badge and otherwise an upper bound. Never exponential: about 1 ms
for a tree of 20 nodes.

What is in hand, keeps its badge from being earned again and does not count (paused, or
of another version) is on no route: nobody could start it. Where nothing leads around
it, the route is not possible; its steps are then what else is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from pathways.rules.choosing import Chooser
from pathways.rules.program import Program, row_of
from pathways.rules.tables import Candidate
from pathways.rules.tree import Holding, Rule, Tree, Way, barring

#: A cost is millionths of an hour, and one for each badge on top.
_HOUR = 10**6
_BADGE = 1 << 16


@dataclass(frozen=True, slots=True)
class Step:
    """A badge to earn, and the leaf that it is earned for."""

    rule: Rule
    way: Way


@dataclass(frozen=True, slots=True)
class Route:
    """What remains, in an order that can be followed: what others need comes first.

    Among what can be started at any moment the shortest comes first, so ``first`` is
    the cheapest next step. ``is_exact``: nothing cheaper exists. ``is_cut``: badges in
    hand are all that is in the way; the steps are then what else is missing.
    """

    steps: tuple[Step, ...]
    is_possible: bool = True
    is_exact: bool = True
    is_cut: bool = False

    @property
    def hours(self) -> Decimal:
        """The effort of all steps together."""
        return sum((step.way.hours for step in self.steps), Decimal(0))

    @property
    def first(self) -> Step | None:
        """What to do next; None when nothing remains, or nothing helps."""
        return self.steps[0] if self.steps else None


def remaining(
    tree: Tree,
    holdings: Iterable[Holding],
    now: datetime,
    having: Iterable[Way] = (),
    *,
    target: int | None = None,
) -> Route:
    """Return the cheapest route from these holdings to the root, or to ``target``.

    ``having`` are badges that count as if they were earned today. Where nothing on
    offer leads there ``is_possible`` is false. Raises KeyError when the target is not
    in the tree.
    """
    program = Program(tree)
    held = [*holdings, *(earned(way, now) for way in having)]
    goal = program.bits[tree.root.key if target is None else target]
    barred = barring(held, now)
    route = _Search(program, tree, held, now, barred).route(goal)
    shut = any(_is_shut(way, barred) for way in _offered(_leaves(tree)))
    if route.is_possible or not shut:
        return route
    whole = _Search(program, tree, held, now).route(goal)
    steps = (step for step in whole.steps if not _is_shut(step.way, barred))
    return replace(
        whole, steps=tuple(steps), is_possible=False, is_cut=whole.is_possible
    )


def earned(way: Way, now: datetime) -> Holding:
    """The holding of somebody who earns this today."""
    return Holding(
        key=f"earned:{way.achievement}",
        issued_at=now,
        achievement=way.achievement,
        version=way.version,
        credits=way.credits,
        skills=way.skills,
        pathway=way.pathway,
    )


class _Search:
    """One search: what can be earned, what is chosen of it, in which order.

    Without ``barred`` as if nothing that is held kept a badge from being earned.
    """

    def __init__(
        self,
        program: Program,
        tree: Tree,
        held: list[Holding],
        now: datetime,
        barred: Collection[int] | None = None,
    ) -> None:
        self.program = program
        self.start = program.counting(map(row_of, held), now)
        self.leaves = _leaves(tree)
        self.ways: list[Way] = []
        candidates = []
        for way in _offered(self.leaves):
            if barred is not None and _is_shut(way, barred):
                continue
            leaves, counted = program.counting([row_of(earned(way, now))], now)
            if leaves:
                self.ways.append(way)
                cost = int(way.hours * _HOUR) * _BADGE + 1
                candidates.append(Candidate(leaves, cost, tuple(counted)))
        self.candidates = candidates

    def route(self, goal: int) -> Route:
        """The cheapest route to a node."""
        chooser = Chooser(self.program, self.start, self.candidates)
        chosen = chooser.choose(goal)
        if chosen is None:
            return Route((), is_possible=False)
        steps = tuple(self._ordered(sorted(chosen), chooser.useful(goal)))
        return Route(steps, is_exact=chooser.is_exact)

    def _ordered(self, chosen: list[int], useful: int) -> Iterator[Step]:
        """Badges as steps: each when it can count, of these the shortest first."""
        held, counted = self.start[0], list(self.start[1])
        while chosen:
            is_open = self._open(self.program.met(held, counted))
            ready = [
                i for i in chosen if self.candidates[i].leaves & useful & is_open
            ] or chosen[:1]
            index = min(ready, key=lambda i: (self.candidates[i].cost, i))
            wanted = self.candidates[index].leaves & useful
            yield Step(self._leaf(wanted, is_open, held), self.ways[index])
            held |= self.candidates[index].leaves
            counted += self.candidates[index].counted
            chosen.remove(index)

    def _open(self, met: int) -> int:
        """The leaves that wait for nothing any more."""
        return sum(
            each.bit
            for each in self.program.operations
            if each.is_leaf and not each.gates & ~met
        )

    def _leaf(self, wanted: int, is_open: int, held: int) -> Rule:
        """The leaf that a badge is earned for: the first that is open and not held."""
        for bits in (wanted & is_open & ~held, wanted & ~held, wanted):
            for leaf in self.leaves:
                if bits & self.program.bits[leaf.key]:
                    return leaf
        raise AssertionError("A badge was chosen that meets nothing")


def _leaves(tree: Tree) -> list[Rule]:
    return [rule for rule in tree.root.walk() if not rule.kind.is_group]


def _is_shut(way: Way, barred: Collection[int]) -> bool:
    return way.is_closed or way.achievement in barred


def _offered(leaves: Iterable[Rule]) -> Iterable[Way]:
    """What can be earned, each badge once, in reading order."""
    return {way.achievement: way for leaf in leaves for way in leaf.ways}.values()
