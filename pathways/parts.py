"""Which credentials carry an exit that somebody reached, and for which rule each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from pathways.rules.standing import NodeStanding, Standing
from pathways.rules.tree import Holding, Kind, Rule

#: A requirement and a credential that counts for it.
type Part = tuple[int, UUID]

_NEVER = datetime.max.replace(tzinfo=UTC)


def parts_of(standing: Standing, key: int) -> list[Part]:
    """Return what meets a node and all that had to be met before, in reading order.

    Where one credential is enough it is one: the one that lasts longest. In a group
    that counts credits each one adds some.
    """
    carrying = _carrying(standing, key)
    return [
        (rule.key, UUID(held.key))
        for rule, adds in _with_sums(standing.tree.root, adds=False)
        if rule.key in carrying and not rule.kind.is_group
        for held in _chosen(standing.at(rule.key), adds=adds)
    ]


def _carrying(standing: Standing, key: int) -> set[int]:
    """The keys of the met nodes below a node, below what it needs, and so on."""
    gates = dict(_gates(standing.tree.root, ()))
    found: set[int] = set()
    waiting = [key]
    while waiting:
        node = standing.at(waiting.pop())
        if node.is_met and node.rule.key not in found:
            found.add(node.rule.key)
            waiting += gates[node.rule.key]
            waiting += [child.rule.key for child in node.children]
    return found


def _gates(
    rule: Rule, inherited: tuple[int, ...]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """What each node has to wait for, because of itself or a group around it."""
    own = (*inherited, *rule.needs)
    yield rule.key, own
    for child in rule.children:
        yield from _gates(child, own)


def _with_sums(rule: Rule, *, adds: bool) -> Iterator[tuple[Rule, bool]]:
    """Each node in reading order, and whether credits are counted around it."""
    yield rule, adds
    for child in rule.children:
        yield from _with_sums(child, adds=adds or rule.kind == Kind.CREDITS)


def _chosen(leaf: NodeStanding, *, adds: bool) -> tuple[Holding, ...]:
    if adds:
        return leaf.counted
    return (max(leaf.counted, key=lambda held: held.valid_until or _NEVER),)
