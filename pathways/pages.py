"""Everything that the page of a pathway says, gathered in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from credentials.models import Submission
from pathways import what_if
from pathways.cairns import Cairn, cairn
from pathways.faces import Face, Faces, art_of, faces_of
from pathways.holdings_of import holdings_of, keeps_from_earning
from pathways.map_of import Mapper, Node, Reader, credits_words, hours_words
from pathways.marks import Mark, mark_of_hand_in
from pathways.models import Completion, Exit
from pathways.reading_rules import tree_of, trees_of
from pathways.rules import lapses, routes, words
from pathways.rules.standing import Standing, evaluate
from pathways.rules.tree import Holding, Tree, barring
from pathways.under_way import HandIn, completions_of, exits_of, hand_ins_of

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

    from pathways.rules.routes import Route
    from pathways.rules.standing import NodeStanding


@dataclass(frozen=True, slots=True)
class Ending:
    """An exit: what it gives, and how far the viewer is from it."""

    exit: Exit
    art: str
    to_go: int
    is_met: bool
    completion: Completion | None

    @property
    def standing(self) -> str:
        """Of what was awarded: withdrawn, review, kept or met; empty for nothing."""
        if self.completion is None:
            return ""
        return "withdrawn" if self.completion.is_withdrawn else self.completion.told

    @property
    def credits(self) -> str:
        """The credits that it carries, in words."""
        carried = self.exit.outcome.credits
        return credits_words(carried) if carried else ""

    @property
    def address(self) -> str:
        """The page of the badge that it gives."""
        return self.exit.outcome.achievement.get_absolute_url()


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One step of what is left."""

    key: int  # of the leaf
    face: Face | None
    title: str
    hours: str
    hand_in: HandIn | None

    @property
    def is_waiting(self) -> bool:
        """Whether it is with reviewers."""
        return self.hand_in is not None and self.hand_in.status in Submission.WAITING

    @property
    def mark(self) -> Mark | None:
        """How far a hand-in for it is."""
        return mark_of_hand_in(self.hand_in) if self.hand_in else None

    @property
    def address(self) -> str:
        """Where to go on: the hand-in that is open, else the badge."""
        if self.hand_in is not None:
            return self.hand_in.address
        return self.face.address if self.face else ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one node is not met yet, in the engine's words."""

    name: str
    sentences: Sequence[str]


def draft_address(version: Any) -> str:
    """Where designers see the page of a version that is not published yet."""
    pathway = version.pathway
    return reverse(
        "pathway_draft", args=[pathway.issuer.slug, pathway.slug, version.number]
    )


class PathwayPage:
    """One version for one viewer at one moment. Parts are made when first asked for."""

    def __init__(
        self,
        version: Any,  # of finding.find
        viewer: AbstractBaseUser | None,
        now: datetime,
        chosen: Collection[str] = (),
    ) -> None:
        self.version = version
        self.viewer = viewer
        self.now = now
        self.chosen = chosen

    @cached_property
    def tree(self) -> Tree:
        return tree_of(self.version, holdings=self.holdings)

    @cached_property
    def holdings(self) -> list[Holding]:
        return holdings_of(self.viewer.pk) if self.viewer else []

    @cached_property
    def faces(self) -> Faces:
        return faces_of(self.tree.root.walk())

    @cached_property
    def also(self) -> list[Holding]:
        """What the viewer imagines to have."""
        root, barred = self.tree.root, self.barred
        return what_if.imagined(root, self.faces, self.chosen, self.now, barred=barred)

    @cached_property
    def barred(self) -> Collection[int]:
        """Badges that the viewer holds and cannot earn again."""
        return set(barring(self.holdings, self.now))

    @cached_property
    def real(self) -> Standing:
        """Where the viewer stands without imagining anything."""
        return evaluate(self.tree, self.holdings, self.now)

    @cached_property
    def standing(self) -> Standing:
        if not self.also:
            return self.real
        return evaluate(self.tree, [*self.holdings, *self.also], self.now)

    @cached_property
    def route(self) -> Route:
        return routes.remaining(self.tree, [*self.holdings, *self.also], self.now)

    @cached_property
    def hand_ins(self) -> dict[int, HandIn]:
        if self.viewer is None:
            return {}
        return hand_ins_of(self.viewer, self.faces.badges)

    @cached_property
    def stages(self) -> list[Node]:
        reader = Reader(self.hand_ins, self.has_progress)
        return Mapper(self.standing, self.faces, reader, self.next_key).stages()

    @property
    def next_key(self) -> int | None:
        """The leaf of the next step; none once the credential is issued."""
        if self.next_step is None or self.completion is not None:
            return None
        return self.next_step.key

    @property
    def has_progress(self) -> bool:
        """Whether the page tells of progress: the viewer's, or that of a what-if."""
        return self.viewer is not None or bool(self.also)

    @property
    def is_what_if(self) -> bool:
        return bool(self.also)

    @property
    def is_joined(self) -> bool:
        """Whether the viewer is on this very version."""
        return bool(self.version.is_mine)

    @property
    def is_complete(self) -> bool:
        return self.standing.root.is_met

    @property
    def is_held(self) -> bool:
        """Whether the viewer came by the credential at the end in another way."""
        if self.last is None:
            return False
        outcome = self.last.exit.outcome.achievement
        return keeps_from_earning(outcome.pk, self.holdings, self.now)

    @property
    def to_go(self) -> int:
        return self.standing.total - self.standing.done

    @property
    def drawing(self) -> Cairn:
        return cairn(
            self.standing.done if self.has_progress else 0, self.standing.total
        )

    @property
    def address(self) -> str:
        """This page without what-if."""
        if self.is_draft:
            return draft_address(self.version)
        if self.version.is_mine or self.version.number == self.version.newest:
            return str(self.version.pathway.get_absolute_url())
        return str(self.version.get_absolute_url())

    @property
    def columns(self) -> int:
        """How many stages stand beside each other, with the credential at the end."""
        return len(self.stages) + 1

    @property
    def what_if_names(self) -> str:
        chosen = [each.name for each in self.what_if_choices if each.is_chosen]
        return get_text_list(chosen, _("and"))

    @property
    def trusted_names(self) -> str:
        names: list[str] = self.version.trusted_names
        return get_text_list(names, _("and"))

    @property
    def has_own_times(self) -> bool:
        """Whether leaves keep ended badges for other times than the whole."""
        leaves = [r for r in self.tree.root.walk() if not r.kind.is_group]
        return len({rule.keeps for rule in leaves}) > 1

    @property
    def root_words(self) -> str:
        """The rule over the stages, unless it is the usual one: all of them."""
        root = self.tree.root
        return "" if root.kind == "all" else words.sentence(root)

    @property
    def next_step(self) -> RouteStep | None:
        """The cheapest step that waits for nobody, else the first."""
        active = (step for step in self.steps if not step.is_waiting)
        return next(active, self.steps[0] if self.steps else None)

    @cached_property
    def steps(self) -> list[RouteStep]:
        """What is left, in an order that can be followed."""
        return [
            RouteStep(
                key=step.rule.key,
                face=self._face(step),
                title=step.rule.title or step.way.name,
                hours=hours_words(step.way.hours),
                hand_in=self.hand_ins.get(step.way.achievement),
            )
            for step in self.route.steps
        ]

    def _face(self, step: Any) -> Face | None:
        return self.faces.of(step.rule) or self.faces.badges.get(step.way.achievement)

    @property
    def hours_left(self) -> str:
        return hours_words(self.route.hours)

    @cached_property
    def endings(self) -> Sequence[Ending]:
        """The exits, the last one at the end."""
        exits = exits_of(self.version)
        reached = completions_of(self.viewer, self.version) if self.viewer else {}
        return [self._ending(each, reached.get(each.pk)) for each in exits]

    def _ending(self, each: Exit, completion: Completion | None) -> Ending:
        node = self.standing.at(each.requirement_id)
        left = routes.remaining(
            self.tree,
            [*self.holdings, *self.also],
            self.now,
            target=each.requirement_id,
        )
        return Ending(
            exit=each,
            art=art_of(each.outcome),
            to_go=len(left.steps),
            is_met=node.is_met,
            completion=completion,
        )

    @property
    def last(self) -> Ending | None:
        """What the whole pathway gives; only a draft has none."""
        whole = self.tree.root.key
        found = (one for one in self.endings if one.exit.requirement_id == whole)
        return next(found, None)

    @property
    def completion(self) -> Completion | None:
        """That of the whole pathway, where the viewer was awarded what it gives."""
        return self.last.completion if self.last else None

    @property
    def ways_off(self) -> Sequence[Ending]:
        """Exits before the last, in the order of the map."""
        return [one for one in self.endings if one is not self.last]

    @property
    def is_draft(self) -> bool:
        """Whether only designers see it."""
        return not self.version.is_published

    @property
    def what_if_choices(self) -> list[what_if.Choice]:
        """What is not met yet and could be imagined; nothing when all is met."""
        if self.real.root.is_met:
            return []
        held = {
            rule.key
            for rule in self.tree.root.walk()
            if not rule.kind.is_group and self.real.at(rule.key).is_met
        }
        return what_if.choices(
            self.tree.root, self.faces, self.chosen, held=held, barred=self.barred
        )

    @property
    def closed(self) -> list[str]:
        """Why what is missing cannot be earned: badges that the viewer holds."""
        return lapses.closing(self.standing.root)

    @property
    def why_not(self) -> list[Reason]:
        """Every reason for which the whole is not complete, node by node."""
        return list(_reasons(self.standing.root))

    def beside(self, other: Any) -> PathwayPage:
        """The same viewer and moment on another version; both trees at once."""
        page = PathwayPage(other, self.viewer, self.now, self.chosen)
        trees = trees_of([self.version, other], holdings=self.holdings)
        self.__dict__["tree"], page.__dict__["tree"] = (
            trees[self.version.pk],
            trees[other.pk],
        )
        page.__dict__["holdings"] = self.holdings
        return page


def _reasons(node: NodeStanding) -> Iterator[Reason]:
    """Why a node is not met, then why those below it are not that it asks for.

    A leaf that is simply not held is named by its group already.
    """
    if node.is_met:
        return
    is_said = node.rule.kind.is_group or node.is_locked or not node.rule.ways
    if is_said or node.lapsed or node.barred:
        yield Reason(words.label(node.rule), words.why(node))
    for child in node.children:
        if not child.rule.is_optional:
            yield from _reasons(child)
