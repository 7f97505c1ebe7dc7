"""Every choice of a few badges at once: truth tables as long numbers.

Of n badges somebody may earn any of 2**n sets. A table is a number with a bit for each
set (bit 5, binary 101: the first and the third badge): set when a node is met by it.
The rules are then a few operations on such numbers, and the cheapest set that meets
them all is found by looking at each of the 2**n: exact, also where badges count for
several nodes or exclude each other. Twelve badges make 4,096 sets; more are refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from pathways.rules.program import Counted, Operation, Program
from pathways.rules.tree import Kind

#: As many badges are tried in all their sets.
MOST = 12


class Candidate(NamedTuple):
    """A badge that may be earned: the leaves it meets, its cost, what it counts for."""

    leaves: int
    cost: int
    counted: tuple[Counted, ...]


class Tables:
    """The tables of nodes over the sets of some candidates (at most ``MOST``).

    ``assumed`` are bits of nodes that will be met anyway: what needs them is open.
    """

    def __init__(
        self,
        program: Program,
        start: tuple[int, Sequence[Counted]],
        candidates: Sequence[Candidate],
        assumed: int,
    ) -> None:
        if len(candidates) > MOST:
            raise ValueError(f"At most {MOST} candidates")
        self.held, self.counted = start
        self.candidates = candidates
        self.earned, self.full = _columns(len(candidates))
        self.assumed = assumed
        self.of: dict[int, int] = {}  # a node's bit: its table
        for operation in program.operations:
            self.of[operation.bit] = self._table(operation)

    def cheapest(self, bits: int) -> list[int] | None:
        """Return which candidates meet these nodes for least; None: no set of them."""
        table = self._and(bits)
        if not table:
            return None
        costs = [0]
        for candidate in self.candidates:
            costs += [cost + candidate.cost for cost in costs]
        written = f"{table:b}"[::-1]
        sets = (number for number, bit in enumerate(written) if bit == "1")
        best = min(sets, key=costs.__getitem__)
        return [i for i in range(len(self.candidates)) if best >> i & 1]

    def _and(self, bits: int) -> int:
        """The sets that meet all of these nodes."""
        table = self.full
        for bit in each_bit(bits):
            table &= self.of.get(bit, 0)
        return table

    def _table(self, one: Operation) -> int:
        gates = self._and(one.gates & ~self.assumed)
        return gates and gates & self._rule(one)

    def _rule(self, one: Operation) -> int:
        kind = one.rule.kind
        if kind == Kind.ALL:
            return self._and(one.parts) if one.parts else 0
        if kind == Kind.AT_LEAST:
            return self._count(one)
        if kind == Kind.CREDITS:
            return self._credits(one)
        if kind == Kind.NOT_TOGETHER:
            return self._and(one.parts) & ~self._any(one.others)
        return self.full if self.held & one.bit else self._earning(one.bit)

    def _any(self, bits: int) -> int:
        table = 0
        for bit in each_bit(bits):
            table |= self.of.get(bit, 0)
        return table

    def _earning(self, leaf: int) -> int:
        table = 0
        for column, candidate in zip(self.earned, self.candidates, strict=True):
            if candidate.leaves & leaf:
                table |= column
        return table

    def _count(self, one: Operation) -> int:
        """The sets that meet as many parts as are asked for."""
        needed = one.rule.count
        if needed < 1:
            return 0
        reached = [self.full] + [0] * needed  # at least 0, 1, … of those seen so far
        for bit in each_bit(one.parts):
            table = self.of.get(bit, 0)
            for number in range(needed, 0, -1):
                reached[number] |= reached[number - 1] & table
        return reached[needed]

    def _credits(self, one: Operation) -> int:
        """The sets whose credits reach what is asked for, each badge counted once."""
        needed = one.rule.credits
        if needed <= 0:
            return 0
        sums = {Decimal(0): self.full}  # credits so far: the sets that reach these
        for worth in self._worths(one):
            added: defaultdict[Decimal, int] = defaultdict(int)
            for total, table in sums.items():
                for credits, counts in worth:
                    if both := table & counts:
                        added[min(needed, total + credits)] |= both
            sums = added
        return sums.get(needed, 0)

    def _worths(self, one: Operation) -> Iterator[list[tuple[Decimal, int]]]:
        """For each badge its credits and the sets with which it counts so much.

        Where it is held with fewer it counts once either way: a sum takes one of them.
        """
        paths = [(bit, self._and(path)) for path, bit in one.ways]
        worths: defaultdict[int | str, defaultdict[Decimal, int]]
        worths = defaultdict(lambda: defaultdict(int))
        for (bits, badge, credits), table in self._sources():
            for leaf, open_with in paths:
                if bits & leaf:
                    worths[badge][credits] |= open_with & table
        for by_credits in worths.values():
            yield [(Decimal(0), self.full), *by_credits.items()]

    def _sources(self) -> Iterator[tuple[Counted, int]]:
        for each in self.counted:
            yield each, self.full
        for column, candidate in zip(self.earned, self.candidates, strict=True):
            for each in candidate.counted:
                yield each, column


def each_bit(bits: int) -> Iterator[int]:
    """The single bits of a number, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest
        bits ^= lowest


def bits_of(numbers: Iterable[int]) -> int:
    """One number with the bits of several."""
    found = 0
    for number in numbers:
        found |= number
    return found


@cache
def _columns(count: int) -> tuple[list[int], int]:
    """For each of so many candidates the sets that have it, and all sets."""
    full = (1 << (1 << count)) - 1
    columns = []
    for index in range(count):
        run = 1 << index
        block = ((1 << run) - 1) << run  # so many sets without it, so many with it
        columns.append(full // ((1 << 2 * run) - 1) * block)
    return columns, full
