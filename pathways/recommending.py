"""What to earn next: badges that complete most for least effort, and why each.

A pure function over what somebody is after (``Goal``: pathways that they are on, skills
that they wish for), what they hold, and a moment. No database in it.

**The measure.** For each goal there is a cheapest route that remains, and another one
that would remain if a badge were held (``rules.routes``). The share of the first that
falls away is what the badge does for the goal: 1 when it completes it, ½ when half of
the hours are left. The shares of all goals together, divided by the hours of the badge,
are its progress per hour. First come badges that complete a pathway (two before one),
then those with most progress per hour; among equals what can count at once before what
waits for another step, then the shorter one, then by name.

So a badge that does more, for no more hours, never stands below another one; and no
badge is recommended that makes any goal longer: those are set aside, and said to be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from pathways.rules import routes
from pathways.rules.routes import Route
from pathways.rules.standing import Standing, evaluate
from pathways.rules.tree import Holding, Kind, Rule, Tree, Way, barring

#: A badge that takes no hours takes a moment, and fewer badges are less than more:
#: as the engine counts it, hours first. Smaller than any difference of two efforts.
_MOMENT = Fraction(1, 10**9)


class Aim(StrEnum):
    """What kinds of goal there are."""

    PATHWAY = "pathway"
    #: A pathway whose credential was awarded, and of which a part no longer counts.
    PATHWAY_LOST = "pathway_lost"
    SKILL = "skill"


@dataclass(frozen=True, slots=True)
class Goal:
    """Something that somebody is after. ``key`` is that of the pathway or the skill."""

    aim: Aim
    key: int
    name: str
    tree: Tree
    level: int = 0  # of a skill

    @property
    def is_pathway(self) -> bool:
        return self.aim != Aim.SKILL


def wish(skill: int, name: str, level: int, ways: Iterable[Way]) -> Goal:
    """The goal of somebody who wishes for a skill; ``ways`` are what proves it."""
    proving = (way for way in ways if dict(way.skills).get(skill, 0) >= level)
    leaf = Rule(
        key=skill,
        kind=Kind.SKILL,
        name=name,
        skill=skill,
        level=level,
        ways=tuple(sorted(proving, key=_by_effort)),
    )
    return Goal(Aim.SKILL, skill, name, Tree(leaf), level)


@dataclass(frozen=True, slots=True)
class Reason:
    """What a badge does for one goal.

    ``before`` is the route that remains, ``after`` the one that remains when the badge
    is held. ``is_step``: the badge is on a cheapest route, not a way around one.
    ``waits_for`` are other steps without which it does not count there yet.
    """

    goal: Goal
    before: Route
    after: Route
    is_step: bool
    waits_for: tuple[Rule, ...] = ()

    @property
    def completes(self) -> bool:
        """Whether nothing remains."""
        return self.after.is_possible and not self.after.steps

    @property
    def share(self) -> Fraction:
        """How much of what remained falls away: 1 all of it, below 0 it grows."""
        if _reach(self.after) < _reach(self.before):
            return Fraction(-1)
        return 1 - left(self.after) / left(self.before)


@dataclass(frozen=True, slots=True)
class Advice:
    """A badge to earn next, with every reason, the strongest first."""

    way: Way
    reasons: tuple[Reason, ...]

    @property
    def completes(self) -> int:
        """How many pathways it completes."""
        return sum(each.completes and each.goal.is_pathway for each in self.reasons)

    @property
    def per_hour(self) -> Fraction:
        """The shares of all goals for each hour of effort."""
        return sum((each.share for each in self.reasons), Fraction(0)) / effort(
            self.way
        )

    @property
    def is_ready(self) -> bool:
        """Whether it counts for something as soon as it is earned."""
        return any(not each.waits_for for each in self.reasons)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A badge that helps with one goal and takes something away from others."""

    way: Way
    hurts: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to earn next, the best first; and what helps and is not recommended.

    ``open_goals`` are those for which something can be done, ``closed_goals`` those
    that what is on offer does not complete at the moment. A goal that is reached is in
    neither; one that only a badge in hand keeps from being completed can be in both.
    """

    advice: tuple[Advice, ...]
    set_aside: tuple[SetAside, ...]
    open_goals: tuple[Goal, ...]
    closed_goals: tuple[Goal, ...]


def recommend(
    goals: Iterable[Goal],
    holdings: Iterable[Holding],
    now: datetime,
    *,
    waiting: Collection[int] = (),
    joined: Collection[int] = (),
) -> Plan:
    """Return what to earn next, the best first. The order of what goes in is no matter.

    ``waiting`` are achievements that somebody reviews for the learner: they are not
    recommended, nor is what is held and cannot be earned again. ``joined`` are pathways
    that the learner is on: what those end in comes with their own steps.
    """
    held = tuple(holdings)
    pursuits = [Pursuit(goal, held, now) for goal in sorted(goals, key=_by_name)]
    opened = [each for each in pursuits if each.before.steps]
    out = {*waiting, *barring(held, now)}
    advice, aside = [], []
    for way in _ways(pursuit.goal for pursuit in opened):
        if way.achievement in out or way.pathway in joined or way.is_closed:
            continue
        reasons = [reason for each in opened if (reason := each.reason(way))]
        if not any(reason.share > 0 for reason in reasons):
            continue
        hurt = tuple(each.goal for each in reasons if _hurts(each))
        if hurt:
            aside.append(SetAside(way, hurt))
        else:
            advice.append(Advice(way, tuple(sorted(reasons, key=_strongest))))
    return Plan(
        advice=tuple(sorted(advice, key=_rank)),
        set_aside=tuple(sorted(aside, key=lambda each: _way_by_name(each.way))),
        open_goals=tuple(each.goal for each in opened),
        closed_goals=tuple(
            each.goal for each in pursuits if not each.before.is_possible
        ),
    )


def _reach(route: Route) -> int:
    """How far a route leads: to the end, to what is in hand already, or nowhere."""
    return 2 if route.is_possible else int(route.is_cut)


def left(route: Route) -> Fraction:
    """What a route costs: its hours, and a moment for each badge."""
    return Fraction(route.hours) + _MOMENT * len(route.steps)


def effort(way: Way) -> Fraction:
    """What a badge costs, in the same measure."""
    return Fraction(way.hours) + _MOMENT


class Pursuit:
    """One goal of somebody: what remains, and what would remain with one badge more."""

    def __init__(self, goal: Goal, held: tuple[Holding, ...], now: datetime) -> None:
        self.goal, self.held, self.now = goal, held, now
        self.before = routes.remaining(goal.tree, held, now)
        self.leaves = [r for r in goal.tree.root.walk() if not r.kind.is_group]
        self.on_route = {step.way.achievement for step in self.before.steps}
        self._known: dict[object, Route] = {}

    def reason(self, way: Way) -> Reason | None:
        """What a badge does for the goal, good or bad; None: nothing."""
        meets = [leaf for leaf in self.leaves if _offers(leaf, way)]
        if not meets:
            return None
        after = self._after(way, meets)
        is_equal = left(after) == left(self.before)
        if is_equal and _reach(after) == _reach(self.before):
            return None
        spared = left(self.before) - left(after)
        is_step = way.achievement in self.on_route or spared == effort(way)
        return Reason(self.goal, self.before, after, is_step, self._waits_for(meets))

    def _after(self, way: Way, meets: list[Rule]) -> Route:
        """What remains with the badge: without it where it is on the route."""
        if way.achievement in self.on_route:
            number = way.achievement
            steps = (s for s in self.before.steps if s.way.achievement != number)
            return replace(self.before, steps=tuple(steps))
        # A skill that a hundred badges prove is asked for once: all that the engine
        # knows of a badge is which leaves it meets and what it brings.
        known = (tuple(leaf.key for leaf in meets), way.credits, self._sibling(way))
        if known not in self._known:
            self._known[known] = self._without_loss(way)
        return self._known[known]

    def _sibling(self, way: Way) -> int | None:
        """The badge, where the learner holds it in some state: its credits are one."""
        numbers = {each.achievement for each in self.held}
        return way.achievement if way.achievement in numbers else None

    def _without_loss(self, way: Way) -> Route:
        """The cheapest route with the badge, not worse than the one before it.

        A large tree has only an upper bound for a route. Where that grew although the
        old route still leads to the goal, the old one counts.
        """
        after = routes.remaining(self.goal.tree, self.held, self.now, having=[way])
        is_loss = left(after) > left(self.before)
        if not is_loss and _reach(after) >= _reach(self.before):
            return after
        ways = (way, *(step.way for step in self.before.steps))
        together = [*self.held, *(routes.earned(each, self.now) for each in ways)]
        if evaluate(self.goal.tree, together, self.now).root.is_met:
            return self.before
        return after

    @cached_property
    def _standing(self) -> Standing:
        return evaluate(self.goal.tree, self.held, self.now)

    def _waits_for(self, meets: list[Rule]) -> tuple[Rule, ...]:
        """What has to come first; nothing when the badge counts somewhere at once."""
        nodes = (self._standing.at(leaf.key) for leaf in meets)
        waits = [node.waits_for for node in nodes if not node.is_met]
        return min(waits, key=len, default=())


def _hurts(reason: Reason) -> bool:
    return reason.share < 0


def _offers(leaf: Rule, way: Way) -> bool:
    return any(each.achievement == way.achievement for each in leaf.ways)


def _ways(goals: Iterable[Goal]) -> Iterable[Way]:
    """What can be earned for the goals, each badge once."""
    found: dict[int, Way] = {}
    for goal in goals:
        for rule in goal.tree.root.walk():
            for way in rule.ways:
                known = found.setdefault(way.achievement, way)
                found[way.achievement] = max(known, way, key=_by_effort)
    return found.values()


def _rank(each: Advice) -> tuple[object, ...]:
    return (
        -each.completes,
        -each.per_hour,
        not each.is_ready,
        effort(each.way),
        *_way_by_name(each.way),
    )


def _strongest(reason: Reason) -> tuple[object, ...]:
    return (
        not (reason.completes and reason.goal.is_pathway),
        -reason.share,
        *_by_name(reason.goal),
    )


def _by_name(goal: Goal) -> tuple[str, str, Aim, int]:
    return goal.name.casefold(), goal.name, goal.aim, goal.key


def _way_by_name(way: Way) -> tuple[str, str, int]:
    return way.name.casefold(), way.name, way.achievement


def _by_effort(way: Way) -> tuple[object, ...]:
    return way.hours, way.name, way.achievement
