"""The verdicts over many learners: as ``standing.evaluate``, without the reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from pathways.rules.program import Program, Row, row_of
from pathways.rules.tree import Tree

__all__ = ["Row", "compile", "row_of"]

type Verdict = Callable[[Iterable[Row], datetime], frozenset[int]]


def compile(tree: Tree, keys: Iterable[int]) -> Verdict:
    """Return a function from what somebody holds to those of these nodes that are met.

    It reads plain tuples in the order of ``Row``, so that no object is made for each
    credential of 100,000 learners, and agrees with ``standing.evaluate`` on each node.
    Raises KeyError when a key is not in the tree.
    """
    program = Program(tree)
    asked = tuple((program.bits[key], key) for key in keys)

    def verdict(rows: Iterable[Row], now: datetime) -> frozenset[int]:
        met = program.met(*program.counting(rows, now))
        return frozenset(key for bit, key in asked if met & bit)

    return verdict
