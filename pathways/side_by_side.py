"""What several pathways ask for, leaf by leaf, and which of it somebody holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from pathways.rules import words
from pathways.rules.tree import Kind, Rule

if TYPE_CHECKING:
    from pathways.rules.standing import NodeStanding, Standing


@dataclass(slots=True)
class Line:
    """A badge, skill or pathway, and its part in each of the compared ones."""

    name: str
    is_held: bool = False
    parts: list[str] = field(default_factory=list)


def side_by_side(standings: Sequence[Standing]) -> list[Line]:
    """Lines in the order of the first pathway, then what only the others ask for."""
    lines: dict[tuple[str, int | None, int], Line] = {}
    for place, standing in enumerate(standings):
        for node, part in _leaves(standing.root, _("Needed")):
            line = lines.setdefault(_subject(node.rule), Line(_name(node.rule)))
            line.parts += [""] * (place - len(line.parts))
            if len(line.parts) == place:
                line.parts.append(part)
            line.is_held = line.is_held or bool(node.counted)
    for line in lines.values():
        line.parts += [""] * (len(standings) - len(line.parts))
    return list(lines.values())


def _leaves(node: NodeStanding, part: str) -> Iterator[tuple[NodeStanding, str]]:
    """Every leaf with its part in the whole: needed, one of several, optional, out."""
    if not node.rule.kind.is_group:
        yield node, part
        return
    for place, child in enumerate(node.children):
        yield from _leaves(child, _part(node.rule, child.rule, place, part))


def _part(group: Rule, rule: Rule, place: int, part: str) -> str:
    if group.kind == Kind.NOT_TOGETHER and place:
        return _("Not together with it")
    if rule.is_optional:
        return _("Optional")
    if group.kind == Kind.CREDITS:
        return _("One of several")
    if group.kind == Kind.AT_LEAST and group.count < len(group.children):
        return _("One of several")
    return part


def _subject(rule: Rule) -> tuple[str, int | None, int]:
    about = {
        Kind.BADGE: rule.achievement,
        Kind.SKILL: rule.skill,
        Kind.PATHWAY: rule.pathway,
    }[rule.kind]
    return rule.kind.value, about, rule.level


def _name(rule: Rule) -> str:
    """A skill with its level, a pathway as one: badges may have the same name."""
    if rule.title or rule.kind == Kind.BADGE:
        return rule.title or rule.name
    return words.sentence(rule)
