"""The map of a pathway: what the engine found, turned into what the page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pathways.faces import Face, Faces
from pathways.marks import Mark, mark_of, open_mark
from pathways.rules import lapses, words
from pathways.rules.amounts import amount, plural
from pathways.rules.counting import Why
from pathways.rules.tree import Kind, Rule

if TYPE_CHECKING:
    from decimal import Decimal

    from pathways.rules.standing import Lapsed, NodeStanding, Standing
    from pathways.under_way import HandIn


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the tree as the page draws it; groups have children."""

    rule: Rule
    title: str
    rule_words: str
    progress: str
    face: Face | None
    ways: Sequence[Face]
    mark: Mark | None
    reasons: Sequence[str]
    facts: str
    is_met: bool
    is_locked: bool
    is_next: bool
    children: Sequence[Node] = ()

    @property
    def is_group(self) -> bool:
        return self.rule.kind.is_group

    @property
    def holds_next(self) -> bool:
        """Whether the next step is this node or below it."""
        return self.is_next or any(child.holds_next for child in self.children)


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a map is drawn: a learner, or somebody who only looks."""

    hand_ins: Mapping[int, HandIn]
    is_learner: bool


class Mapper:
    """Draws one map."""

    def __init__(
        self, standing: Standing, faces: Faces, reader: Reader, next_key: int | None
    ) -> None:
        self.standing = standing
        self.faces = faces
        self.reader = reader
        self.next_key = next_key
        self.titles = titles_of(standing.root.rule, faces)

    def stages(self) -> list[Node]:
        """The stages: the children of the root, or a root that is a leaf."""
        root = self.standing.root
        found = root.children if root.rule.kind.is_group else (root,)
        return [self.node(each) for each in found]

    def node(
        self,
        node: NodeStanding,
        *,
        counts_credits: bool = False,
        is_spare: bool = False,
    ) -> Node:
        """One node and all below it. Spare is what lies in a group that is met."""
        rule = node.rule
        is_leaf = not rule.kind.is_group
        in_credits = rule.kind == Kind.CREDITS
        return Node(
            rule=rule,
            title=self.titles[rule.key],
            rule_words=self._rule_words(rule),
            progress="" if is_leaf else self._progress(node),
            face=self.faces.of(rule) if is_leaf else None,
            ways=self._ways(rule) if rule.kind == Kind.SKILL else (),
            mark=self._mark(node, is_spare) if is_leaf else None,
            reasons=self._reasons(node) if is_leaf else (),
            facts=_facts(rule, counts_credits=counts_credits)
            if is_leaf and not is_spare
            else "",
            is_met=node.is_met and self.reader.is_learner,
            is_locked=node.is_locked,
            is_next=rule.key == self.next_key,
            children=[
                self.node(
                    child, counts_credits=in_credits, is_spare=is_spare or node.is_met
                )
                for child in node.children
            ],
        )

    def _rule_words(self, rule: Rule) -> str:
        """What a node asks for, unless its title says it."""
        if rule.kind == Kind.PATHWAY:
            return _("Another pathway")
        said = words.sentence(rule)
        return "" if said == self.titles[rule.key] else said

    def _ways(self, rule: Rule) -> list[Face]:
        """Badges that prove a skill, the shortest first, each once."""
        found = (self.faces.badges.get(way.achievement) for way in rule.ways)
        return [face for face in dict.fromkeys(found) if face is not None]

    def _mark(self, node: NodeStanding, is_spare: bool) -> Mark | None:
        if not self.reader.is_learner:
            return open_mark(node, self.titles)
        wanted = [node.rule.achievement, *(way.achievement for way in node.rule.ways)]
        found = (self.reader.hand_ins.get(each) for each in wanted if each)
        hand_in = next(filter(None, found), None)
        if is_spare and not node.is_met and hand_in is None:
            return Mark(_("Not needed any more"), "minus")
        return mark_of(node, hand_in, self.titles)

    def _reasons(self, node: NodeStanding) -> Sequence[str]:
        """What the mark leaves open about a badge that is held and does not count."""
        if node.is_met or not self.reader.is_learner:
            return ()
        lapsed = [one for one in node.lapsed if _needs_words(node.rule, one)]
        return [lapses.sentence(node.rule, one) for one in lapsed]

    def _progress(self, node: NodeStanding) -> str:
        if not self.reader.is_learner:
            return ""
        if node.is_met:
            return _("done")
        counted = {"done": amount(node.done), "needed": amount(node.needed)}
        if node.rule.kind == Kind.CREDITS:
            return _("%(done)s of %(needed)s credits so far") % counted
        return _("%(done)s of %(needed)s done") % counted


def titles_of(root: Rule, faces: Faces) -> dict[int, str]:
    """What each node is called where another one needs it."""
    found = {}
    for rule in root.walk():
        face = faces.of(rule)
        name = face.name if face and not _says_more(rule) else words.sentence(rule)
        found[rule.key] = rule.title or name
    return found


def hours_words(hours: Decimal) -> str:
    """An effort in words."""
    if not hours:
        return _("no more hours")
    if hours == 1:
        return _("about 1 hour")
    return _("about %(number)s hours") % {"number": amount(hours)}


def _says_more(rule: Rule) -> bool:
    """Whether the sentence of a leaf says more than its name."""
    if rule.kind == Kind.BADGE:
        return rule.first_version is not None or rule.last_version is not None
    return rule.kind == Kind.SKILL


def _facts(rule: Rule, *, counts_credits: bool) -> str:
    """What it takes, and what it brings where credits count."""
    open_ways = [way for way in rule.ways if not way.is_closed]
    if not open_ways:
        return ""
    way = open_ways[0]
    said = [hours_words(way.hours)]
    if counts_credits and way.credits:
        said.append(credits_words(way.credits))
    return " · ".join(said)


def credits_words(credits: Decimal) -> str:
    words = ngettext("%(number)s credit", "%(number)s credits", plural(credits))
    return words % {"number": amount(credits)}


def _needs_words(rule: Rule, lapsed: Lapsed) -> bool:
    """Whether the sentence says more than the mark: not for what is withdrawn."""
    if lapsed.why == Why.ENDED:
        return bool(rule.keeps)
    return lapsed.why in {Why.OTHER_VERSION, Why.LOW_LEVEL, Why.UNTRUSTED}
