"""Which badges to earn: the cheapest set that meets a node of a compiled tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pathways.rules import stacking
from pathways.rules.program import Counted, Operation, Program
from pathways.rules.tables import MOST, Candidate, Tables, bits_of, each_bit
from pathways.rules.tree import Kind

type Choice = frozenset[int]

NOTHING: Choice = frozenset()


@dataclass(slots=True)
class Reach:
    """What a node depends on: leaves that can serve it, leaves that can hurt it."""

    useful: int = 0
    harmful: int = 0
    seen: set[tuple[int, bool, bool]] = field(default_factory=set)

    def note(self, leaf: int, helps: bool) -> None:
        if helps:
            self.useful |= leaf
        else:
            self.harmful |= leaf

    @property
    def reads(self) -> int:
        return self.useful | self.harmful


class Chooser:
    """Chooses among candidates. ``is_exact``: no choice so far was a guess."""

    def __init__(
        self,
        program: Program,
        start: tuple[int, Sequence[Counted]],
        candidates: Sequence[Candidate],
    ) -> None:
        self.program, self.start, self.candidates = program, start, candidates
        self.by_bit = {each.bit: each for each in program.operations}
        self.met = program.met(*start)
        self.excludes = any(each.others for each in program.operations)
        self.is_exact = True

    def choose(self, goal: int) -> Choice | None:
        """Return the cheapest set of candidates that meets a node; None: no set does.

        Where the search was not exact, badges without which it is met as well are
        dropped; and where it found nothing, everything that could help is tried.
        """
        chosen = self.meeting(goal, 0)
        if chosen is not None and self.is_met_by(chosen, goal):
            return chosen if self.is_exact else self._trimmed(chosen, goal)
        if self.is_exact:
            return None
        reach = self._reach([goal], 0)
        useful = self._serving(reach.useful)
        harmless = [i for i in useful if not self.candidates[i].leaves & reach.harmful]
        for attempt in (frozenset(harmless), frozenset(useful)):
            if self.is_met_by(attempt, goal):
                return self._trimmed(attempt, goal)
        return None

    def useful(self, goal: int) -> int:
        """The leaves that can serve a node."""
        return self._reach([goal], 0).useful

    def cost(self, chosen: Iterable[int]) -> int:
        """What a set costs."""
        return sum(self.candidates[i].cost for i in chosen)

    def is_met_by(self, chosen: Iterable[int], goal: int) -> bool:
        """Whether a node is met once these are earned too."""
        held, counted = self.start[0], list(self.start[1])
        for index in chosen:
            held |= self.candidates[index].leaves
            counted += self.candidates[index].counted
        return bool(self.program.met(held, counted) & goal)

    def meeting(self, goal: int, assumed: int) -> Choice | None:
        """A cheap set for a node, where the nodes ``assumed`` will be met anyway."""
        mandatory = self._mandatory(goal, assumed)
        if mandatory is None:
            return None
        assumed |= mandatory
        chosen = NOTHING
        for group in self._groups(self._atoms(mandatory), assumed):
            part = self._solved(group, assumed)
            if part is None:
                return None
            chosen |= part
        return chosen

    def _mandatory(self, goal: int, assumed: int) -> int | None:
        """The nodes that have to be met for one to be; None: it never can."""
        found, todo = 0, goal
        for _ in self.program.operations:
            todo &= ~(found | assumed)
            found |= todo
            following = 0
            for bit in each_bit(todo):
                if bit not in self.by_bit:
                    return None
                one = self.by_bit[bit]
                following |= one.gates
                if one.rule.kind == Kind.ALL:
                    following |= one.parts
            todo = following
        return found

    def _atoms(self, mandatory: int) -> list[Operation]:
        """Of the mandatory nodes those that ask for a choice."""
        ones = (self.by_bit[bit] for bit in each_bit(mandatory))
        return [
            one
            for one in ones
            if not self._is_settled(one)
            and (one.rule.kind != Kind.ALL or not one.parts)
        ]

    def _is_settled(self, one: Operation) -> bool:
        """Whether it is met and nothing that is earned can take that away."""
        return bool(self.met & one.bit) and not self.excludes

    def _groups(
        self, atoms: list[Operation], assumed: int
    ) -> Iterator[list[Operation]]:
        """Atoms together that share a candidate: each group is its own question."""
        groups = [(self._reach([one.bit], assumed).reads, [one]) for one in atoms]
        for candidate in self.candidates:
            touched = [each for each in groups if each[0] & candidate.leaves]
            if len(touched) > 1:
                groups = [each for each in groups if each not in touched]
                together = [one for _reads, ones in touched for one in ones]
                groups.append((bits_of(reads for reads, _ones in touched), together))
        for _reads, ones in groups:
            yield ones

    def _solved(self, atoms: list[Operation], assumed: int) -> Choice | None:
        """The cheapest set for some atoms: from tables, or one atom after the other."""
        reach = self._reach([one.bit for one in atoms], assumed)
        numbers = self._worthwhile(reach)
        if len(numbers) <= MOST:
            offered = [self.candidates[i] for i in numbers]
            tables = Tables(self.program, self.start, offered, assumed)
            best = tables.cheapest(bits_of(one.bit for one in atoms))
            return None if best is None else frozenset(numbers[i] for i in best)
        self.is_exact = False
        if len(atoms) == 1:
            return self._by_rule(atoms[0], assumed)
        chosen = NOTHING
        for one in atoms:
            part = self._solved([one], assumed)
            if part is None:
                return None
            chosen |= part
        return chosen

    def _by_rule(self, one: Operation, assumed: int) -> Choice | None:
        """A cheap set for one node out of sets for those below it."""
        if one.rule.kind == Kind.AT_LEAST:
            return self._cheapest_parts(one, assumed)
        if one.rule.kind == Kind.CREDITS:
            return stacking.credits(self, one, assumed)
        if one.is_leaf:
            return min(self.singles(one.bit), key=self.cost, default=None)
        return self.meeting(one.parts, assumed)

    def _cheapest_parts(self, one: Operation, assumed: int) -> Choice | None:
        parts = [self.meeting(bit, assumed) for bit in each_bit(one.parts)]
        possible = [part for part in parts if part is not None]
        if len(possible) < one.rule.count:
            return None
        chosen = NOTHING
        for _ in range(one.rule.count):
            best = min(possible, key=lambda part: self.cost(part - chosen))
            possible.remove(best)
            chosen |= best
        return chosen

    def singles(self, leaf: int) -> list[Choice]:
        """Each candidate that meets a leaf, alone."""
        return [frozenset([i]) for i in self._serving(leaf)]

    def _serving(self, leaves: int) -> list[int]:
        return [i for i, one in enumerate(self.candidates) if one.leaves & leaves]

    def _worthwhile(self, reach: Reach) -> list[int]:
        """Candidates that serve, without those that another one always replaces.

        One that does not cost more, serves the same and more, and hurts no more. Where
        credits count both may be wanted, so there none is left out.
        """
        kept: list[int] = []
        serving = self._serving(reach.useful)
        for i in sorted(serving, key=lambda i: (self.candidates[i].cost, i)):
            leaves = self.candidates[i].leaves
            serves, hurts = leaves & reach.useful, leaves & reach.harmful
            if serves & self.program.weighed or not any(
                not serves & ~self.candidates[k].leaves
                and not self.candidates[k].leaves & reach.harmful & ~hurts
                for k in kept
            ):
                kept.append(i)
        return sorted(kept)

    def _trimmed(self, chosen: Choice, goal: int) -> Choice:
        """Without those that are not needed, the dearest first."""
        for index in sorted(chosen, key=lambda i: (-self.candidates[i].cost, i)):
            if self.is_met_by(chosen - {index}, goal):
                chosen -= {index}
        return chosen

    def _reach(self, goals: Iterable[int], assumed: int) -> Reach:
        reach = Reach()
        for goal in goals:
            self._follow(goal, assumed, reach, for_credits=False, helps=True)
        return reach

    def _follow(
        self, bit: int, assumed: int, reach: Reach, *, for_credits: bool, helps: bool
    ) -> None:
        """Note what a node depends on; for credits also what is more than needed.

        Below what excludes, whatever meets it hurts, and what excludes that helps.
        """
        one = self.by_bit.get(bit)
        if one is None or (bit, for_credits, helps) in reach.seen:
            return
        reach.seen.add((bit, for_credits, helps))
        if not for_credits and self._is_settled(one):
            return
        for gate in each_bit(one.gates & ~assumed):
            self._follow(gate, assumed, reach, for_credits=False, helps=helps)
        if one.is_leaf and (for_credits or not self.start[0] & bit):
            reach.note(bit, helps)
        for_credits = for_credits or one.rule.kind == Kind.CREDITS
        for part in each_bit(self._parts(one, for_credits)):
            self._follow(part, assumed, reach, for_credits=for_credits, helps=helps)
        for other in each_bit(one.others):
            self._follow(other, assumed, reach, for_credits=True, helps=not helps)

    def _parts(self, one: Operation, for_credits: bool) -> int:
        """The children that matter: for credits also those that are optional."""
        if for_credits and one.rule.kind == Kind.ALL:
            return self.program.mask(child.key for child in one.rule.children)
        return one.parts
