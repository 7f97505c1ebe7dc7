"""Which badges make up so many credits, where there are many to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from pathways.rules.program import Operation, best_credits
from pathways.rules.tables import each_bit

if TYPE_CHECKING:
    from pathways.rules.choosing import Choice, Chooser

#: So many choices are weighed against each other, those that give most for an hour.
OPTIONS = 64

#: So many sums are kept in mind, the cheapest.
SUMS = 128


def credits(chooser: Chooser, one: Operation, assumed: int) -> Choice | None:
    """Return a cheap set of candidates that reaches the credits of a node, or None.

    Exact up to ``OPTIONS`` choices and ``SUMS`` different sums, where the choices (the
    badges of its leaves, a cheapest set for each group in it) share no badge.
    """
    needed = one.rule.credits
    held = best_credits(one, chooser.met, chooser.start[1])
    start = min(needed, sum(held.values(), Decimal(0)))
    best: dict[Decimal, tuple[int, Choice]] = {start: (0, frozenset())}
    for option, worth in _options(chooser, one, assumed, held):
        for total, (_cost, chosen) in list(best.items()):
            reached, joined = min(needed, total + worth), chosen | option
            entry = (chooser.cost(joined), joined)
            if reached not in best or entry[0] < best[reached][0]:
                best[reached] = entry
        best = _cheapest(best, needed)
    return best[needed][1] if needed in best else None


def _options(
    chooser: Chooser, one: Operation, assumed: int, held: dict[int | str, Decimal]
) -> list[tuple[Choice, Decimal]]:
    found = {
        option: _worth(chooser, one, option, held)
        for option in _sets(chooser, one, assumed)
    }
    worth = [(option, credits) for option, credits in found.items() if credits > 0]
    worth.sort(key=lambda each: Decimal(chooser.cost(each[0])) / each[1])
    return worth[:OPTIONS]


def _sets(chooser: Chooser, one: Operation, assumed: int) -> Iterator[Choice]:
    """What may be taken: each badge of a leaf, and a cheapest set for each group."""
    children = chooser.program.mask(child.key for child in one.rule.children)
    for bit in each_bit(children):
        part = chooser.by_bit[bit]
        gates = chooser.meeting(part.gates, assumed)
        if gates is None:
            continue
        if part.is_leaf:
            yield from (gates | single for single in chooser.singles(bit))
        elif (chosen := chooser.meeting(bit, assumed)) is not None:
            yield chosen


def _worth(
    chooser: Chooser, one: Operation, option: Choice, held: dict[int | str, Decimal]
) -> Decimal:
    """The credits that a set brings beyond those held."""
    below = 0
    for _path, bit in one.ways:
        below |= bit
    best = dict(held)
    for index in option:
        for bits, badge, credits in chooser.candidates[index].counted:
            if bits & below:
                best[badge] = max(credits, best.get(badge, credits))
    return sum(best.values(), Decimal(0)) - sum(held.values(), Decimal(0))


def _cheapest(
    best: dict[Decimal, tuple[int, Choice]], needed: Decimal
) -> dict[Decimal, tuple[int, Choice]]:
    """Without sums for which a higher one costs no more, and of these the cheapest."""
    kept: list[tuple[Decimal, tuple[int, Choice]]] = []
    for total, entry in sorted(best.items(), reverse=True):
        if not kept or entry[0] < kept[-1][1][0]:
            kept.append((total, entry))
    if len(kept) > SUMS:  # what reaches the goal stays, then what costs least
        kept = [each for each in kept if each[0] == needed] + kept[-SUMS:]
    return dict(kept)
