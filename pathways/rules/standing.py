"""Where a learner stands: the rules of a pathway over what they hold, at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from pathways.rules import amounts, routes
from pathways.rules.counting import Shelf, Why, why_not
from pathways.rules.tree import Holding, Kind, Rule, Tree, Way, barring


@dataclass(frozen=True, slots=True)
class Lapsed:
    """Something held that is about a leaf and does not count for it."""

    holding: Holding
    why: Why


@dataclass(frozen=True, slots=True)
class Barred:
    """What would meet a leaf and cannot be earned: its badge is in hand.

    Or it comes from a pathway that what is held keeps from being completed: None.
    """

    way: Way
    holding: Holding | None


@dataclass(frozen=True, slots=True)
class NodeStanding:
    """Where a learner stands with one node.

    ``waits_for`` are the unmet needs, its own and those of the groups around it: a
    closed group closes all that is in it. ``blocked_by`` are the parts that exclude it
    and are met. ``done`` of ``needed`` are children, credits, or 1 for a leaf; ``done``
    can be more. ``counted`` is what meets a leaf, or what counts below a group, oldest
    first; a leaf that waits for something has it too: held, and not counting yet.
    ``barred`` are ways to a leaf that nothing held counts for, and that are not open.
    """

    rule: Rule
    is_met: bool
    done: int | Decimal
    needed: int | Decimal
    waits_for: tuple[Rule, ...] = ()
    blocked_by: tuple[Rule, ...] = ()
    counted: tuple[Holding, ...] = ()
    lapsed: tuple[Lapsed, ...] = ()
    barred: tuple[Barred, ...] = ()
    children: tuple[NodeStanding, ...] = ()

    @property
    def is_locked(self) -> bool:
        """Whether something else has to be met first."""
        return bool(self.waits_for)

    @property
    def is_closed(self) -> bool:
        """Whether there are ways to this leaf, and none of them is open."""
        return 0 < len(self.rule.ways) == len(self.barred)

    def walk(self) -> Iterator[NodeStanding]:
        """This node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


class Standing:
    """Where a learner stands with a pathway."""

    def __init__(
        self, tree: Tree, holdings: tuple[Holding, ...], now: datetime
    ) -> None:
        self.tree, self.holdings, self.now = tree, holdings, now
        self.root = _Evaluation(tree, holdings, now).node(tree.root)

    @cached_property
    def _by_key(self) -> dict[int, NodeStanding]:
        return {node.rule.key: node for node in self.root.walk()}

    def at(self, key: int) -> NodeStanding:
        """The standing with one node. Raises KeyError when the tree has none such."""
        return self._by_key[key]

    @cached_property
    def done(self) -> int:
        """How many steps are done: leaves that are met and neither optional nor out."""
        return sum(leaf.is_met for leaf in _steps(self.root))

    @cached_property
    def route(self) -> routes.Route:
        """The cheapest way on from here."""
        return routes.remaining(self.tree, self.holdings, self.now)

    @cached_property
    def total(self) -> int:
        """How many steps it takes: those done, and those of the cheapest route."""
        if self.route.is_possible:
            return self.done + len(self.route.steps)
        return max(self.done + 1, sum(1 for _ in _steps(self.root)))

    @property
    def steps(self) -> str:
        """How many steps of all are done, in words."""
        return amounts.steps(self.done, self.total)


def evaluate(tree: Tree, holdings: Iterable[Holding], now: datetime) -> Standing:
    """Return where somebody with these holdings stands at that moment.

    The order of holdings does not matter. Nodes that wait for each other in a circle,
    and nodes that need one that is not in the tree, are never met.
    """
    return Standing(tree, tuple(holdings), now)


class _Evaluation:
    """One evaluation: first what counts and what is met, then the nodes with it."""

    def __init__(
        self, tree: Tree, holdings: tuple[Holding, ...], now: datetime
    ) -> None:
        self.trusted, self.now = tree.trusted, now
        self.shelf = Shelf(holdings)
        self.barring = barring(holdings, now)
        self.rules: dict[int, Rule] = {}
        self.gates: dict[int, tuple[int, ...]] = {}
        self.counted: dict[int, dict[str, Holding]] = {}
        self.lapsed: dict[int, tuple[Lapsed, ...]] = {}
        #: None while it is being found out: whoever then asks waits for itself.
        self.met: dict[int, bool | None] = {}
        self._enter(tree.root, ())
        self.is_met(tree.root.key)

    def _enter(self, rule: Rule, inherited: tuple[int, ...]) -> None:
        gates = (*inherited, *(key for key in rule.needs if key not in inherited))
        self.rules[rule.key], self.gates[rule.key] = rule, gates
        for child in rule.children:
            self._enter(child, gates)

    def is_met(self, key: int) -> bool:
        """Whether a node counts, once what it depends on is known."""
        if key not in self.met:
            rule = self.rules.get(key)
            if rule is None:
                return False
            self.met[key] = None
            is_open = all(self.is_met(needed) for needed in self.gates[key])
            holds = self._group(rule) if rule.kind.is_group else self._leaf(rule)
            self.met[key] = is_open and holds
        return self.met[key] is True

    def _leaf(self, rule: Rule) -> bool:
        counted: dict[str, Holding] = {}
        lapsed = []
        for holding in self.shelf.about(rule):
            why = why_not(rule, holding, self.trusted, self.now)
            if why is None:
                counted[holding.key] = holding
            else:
                lapsed.append(Lapsed(holding, why))
        self.counted[rule.key], self.lapsed[rule.key] = counted, tuple(lapsed)
        return bool(counted)

    def _group(self, rule: Rule) -> bool:
        met = [child for child in rule.children if self.is_met(child.key)]
        if rule.kind == Kind.NOT_TOGETHER:
            met = met if len(met) == 1 and met[0] is rule.children[0] else []
        counted: dict[str, Holding] = {}
        for child in met:
            counted |= self.counted[child.key]
        self.counted[rule.key] = counted
        needed = self._needed(rule)
        return bool(met) and 0 < needed <= self._done(rule)

    def _needed(self, rule: Rule) -> int | Decimal:
        if rule.kind == Kind.AT_LEAST:
            return rule.count
        if rule.kind == Kind.CREDITS:
            return _plain(rule.credits)
        if rule.kind == Kind.ALL:
            return sum(not child.is_optional for child in rule.children)
        return 1

    def _done(self, rule: Rule) -> int | Decimal:
        """How much of a node is done, once its children are known."""
        key = rule.key
        if rule.kind == Kind.CREDITS:
            return _plain(credits_of(self.counted[key].values()))
        if rule.kind in (Kind.ALL, Kind.AT_LEAST):
            skips_optional = rule.kind == Kind.ALL
            return sum(
                self.met[child.key] is True
                for child in rule.children
                if not (child.is_optional and skips_optional)
            )
        return int(bool(self.counted[key]))

    def node(self, rule: Rule) -> NodeStanding:
        """The standing with a node and all below it."""
        key = rule.key
        others = rule.children[1:] if rule.kind == Kind.NOT_TOGETHER else ()
        return NodeStanding(
            rule=rule,
            is_met=self.met[key] is True,
            done=self._done(rule),
            needed=self._needed(rule),
            waits_for=tuple(
                self.rules[needed]
                for needed in self.gates[key]
                if needed in self.rules and not self.met[needed]
            ),
            blocked_by=tuple(each for each in others if self.met[each.key]),
            counted=tuple(sorted(self.counted[key].values(), key=_age)),
            lapsed=self.lapsed.get(key, ()),
            barred=() if self.counted[key] else tuple(self._barred(rule)),
            children=tuple(self.node(child) for child in rule.children),
        )

    def _barred(self, rule: Rule) -> Iterator[Barred]:
        for way in rule.ways:
            held = self.barring.get(way.achievement)
            if held is not None or way.is_closed:
                yield Barred(way, held)


def credits_of(holdings: Iterable[Holding]) -> Decimal:
    """The credits of several holdings, each badge once.

    Somebody who earned a badge again, or whose old one still counts beside the newer
    one, has its credits once: the most of them.
    """
    best: dict[int | str, Decimal] = {}
    for holding in holdings:
        badge = holding.key if holding.achievement is None else holding.achievement
        best[badge] = max(holding.credits, best.get(badge, Decimal(0)))
    return sum(best.values(), Decimal(0))


def _plain(credits: Decimal) -> int | Decimal:
    """The same number without needless zeros: 6.00 is 6, 1.50 is 1.5."""
    return int(credits) if credits == int(credits) else credits.normalize()


def _age(holding: Holding) -> tuple[datetime, str]:
    return holding.issued_at, holding.key


def _steps(node: NodeStanding) -> Iterator[NodeStanding]:
    """The leaves that can be steps: not optional ones, not those that exclude."""
    if not node.rule.kind.is_group:
        yield node
        return
    children = node.children
    if node.rule.kind == Kind.NOT_TOGETHER:
        children = children[:1]
    for child in children:
        if not child.rule.is_optional:
            yield from _steps(child)
