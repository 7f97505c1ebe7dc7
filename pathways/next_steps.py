"""What somebody could earn next, gathered from rows: nine queries at the most."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils.translation import gettext as _

from credentials.models import AchievementVersion, Submission
from credentials.models.skills import Level
from pathways import reasons
from pathways.faces import art_of
from pathways.holdings_of import holdings_of
from pathways.map_of import hours_words
from pathways.models import Wish
from pathways.outlines import is_under_review, with_outcomes
from pathways.reading_rules import trees_of, ways_proving
from pathways.recommending import Advice, Aim, Goal, Plan, recommend, wish
from pathways.rules import lapses
from pathways.rules.standing import evaluate
from pathways.under_way import HandIn, hand_ins_of

if TYPE_CHECKING:
    from pathways.rules.tree import Holding
    from portfolio.models import User

#: As many as somebody chooses from.
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Card:
    """A recommended badge as the page shows it."""

    advice: Advice
    version: AchievementVersion
    hand_in: HandIn | None

    @property
    def address(self) -> str:
        """Where to go on: the hand-in that is open, else the badge."""
        if self.hand_in is not None:
            return self.hand_in.address
        return self.version.achievement.get_absolute_url()

    @property
    def is_returned(self) -> bool:
        """Whether the issuer asked for changes."""
        returned = Submission.Status.RETURNED
        return self.hand_in is not None and self.hand_in.status == returned

    @property
    def art(self) -> str:
        return art_of(self.version)

    @property
    def hours(self) -> str:
        return hours_words(self.advice.way.hours)

    @property
    def is_free(self) -> bool:
        """Whether everything that a pathway asks for it is held already."""
        return not self.advice.way.hours

    @property
    def reasons(self) -> list[str]:
        """Why it is recommended: every reason, a sentence each."""
        return [reasons.sentence(each) for each in self.advice.reasons]


@dataclass(frozen=True, slots=True)
class WishLine:
    """A wish, and how it stands."""

    wish: Wish
    is_met: bool  # a badge that is held proves it
    is_provable: bool

    @property
    def level(self) -> str:
        """The lowest level that is enough, in words."""
        name = {"level": self.wish.get_level_display()}
        if self.wish.level == Level.EXPERT:
            return _("Level %(level)s") % name
        return _("Level %(level)s or higher") % name


@dataclass(frozen=True, slots=True)
class Closed:
    """A pathway that nothing leads to at the moment, and what is in the way."""

    name: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class NextPage:
    """Everything on the page."""

    cards: Sequence[Card]
    more: int  # recommended, and not shown
    wishes: Sequence[WishLine]
    cautions: Sequence[str]
    closed: Sequence[Closed]
    waiting: int  # badges that somebody reviews
    has_pathways: bool
    has_open_goals: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing says what the learner is after."""
        return not self.has_pathways and not self.wishes


def gather(learner: User, now: datetime) -> NextPage:
    """Gather the page of somebody, at a moment."""
    versions = list(with_outcomes(learner).filter(is_mine=True))
    wishes = list(Wish.objects.filter(learner=learner).select_related("skill"))
    held = holdings_of(learner.pk) if versions or wishes else []
    paths = _paths(versions, held)
    skills = _skills(wishes)
    offered = {
        way.achievement
        for goal in (*paths, *skills)
        for rule in goal.tree.root.walk()
        for way in rule.ways
    }
    hand_ins = hand_ins_of(learner, offered) if offered else {}
    waiting = _waiting(hand_ins)
    plan = recommend(
        [*paths, *skills],
        held,
        now,
        waiting=waiting,
        joined={version.pathway_id for version in versions},
    )
    return NextPage(
        cards=_cards(plan.advice[:MOST_SHOWN], hand_ins),
        more=max(0, len(plan.advice) - MOST_SHOWN),
        wishes=[
            _line(each, goal, held, now)
            for each, goal in zip(wishes, skills, strict=True)
        ],
        cautions=[reasons.caution(each) for each in plan.set_aside],
        closed=list(_closed(plan, held, now)),
        waiting=len(waiting),
        has_pathways=bool(versions),
        has_open_goals=bool(plan.open_goals or plan.closed_goals),
    )


def _paths(versions: Iterable[Any], held: Sequence[Holding]) -> list[Goal]:
    """Pathways without their credential, and those with it that lost a part."""
    wanted = []
    for version in versions:
        reached = version.reached
        if reached is None or is_under_review(reached):
            aim = Aim.PATHWAY if reached is None else Aim.PATHWAY_LOST
            wanted.append((version, aim))
    trees = trees_of((version for version, _aim in wanted), holdings=held)
    return [
        Goal(aim, version.pathway_id, version.name, trees[version.pk])
        for version, aim in wanted
    ]


def _skills(wishes: Iterable[Wish]) -> list[Goal]:
    listed = list(wishes)
    ways = ways_proving(each.skill_id for each in listed)
    return [wish(each.skill_id, each.skill.name, each.level, ways) for each in listed]


def _waiting(hand_ins: Mapping[int, HandIn]) -> Collection[int]:
    """Badges that wait for a reviewer."""
    return {
        badge
        for badge, hand_in in hand_ins.items()
        if hand_in.status in Submission.WAITING
    }


def _cards(advice: Iterable[Advice], hand_ins: Mapping[int, HandIn]) -> list[Card]:
    chosen = list(advice)
    versions = AchievementVersion.objects.filter(
        achievement__in=[each.way.achievement for each in chosen],
        pk=F("achievement__current_version"),
    ).select_related("achievement__issuer")
    found = {
        version.achievement_id: version
        for version in versions.defer("description", "search")
    }
    return [
        Card(each, found[number], hand_ins.get(number))
        for each in chosen
        if (number := each.way.achievement) in found
    ]


def _line(each: Wish, goal: Goal, held: Sequence[Holding], now: datetime) -> WishLine:
    root = evaluate(goal.tree, held, now).root
    return WishLine(each, root.is_met, bool(root.rule.ways))


def _closed(plan: Plan, held: Sequence[Holding], now: datetime) -> Iterator[Closed]:
    """Wishes say themselves that nothing proves them."""
    for goal in plan.closed_goals:
        if goal.is_pathway:
            root = evaluate(goal.tree, held, now).root
            yield Closed(goal.name, lapses.closing(root))
