"""What one version of a pathway asks for and another does not, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pathways.rules import words
from pathways.rules.tree import Kind, Rule, Tree

#: What a node is about, whatever its version: kind, badge or skill or pathway, title.
type Subject = tuple[str, int | str, int]


@dataclass(frozen=True, slots=True)
class Changed:
    """A rule in both versions that says something else now."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Differences:
    """Rules that are new, gone, and changed, each in the order of its page."""

    added: Sequence[str]
    gone: Sequence[str]
    changed: Sequence[Changed]

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.changed)


def differences(before: Tree, after: Tree) -> Differences:
    """Compare the rules of two versions. Leaves are told apart by what they ask for,
    groups by their titles.
    """
    old, new = _told(before.root), _told(after.root)
    return Differences(
        added=[name for subject, (name, _says) in new.items() if subject not in old],
        gone=[name for subject, (name, _says) in old.items() if subject not in new],
        changed=[
            Changed(name, old[subject][1], says)
            for subject, (name, says) in new.items()
            if subject in old and old[subject][1] != says
        ],
    )


def _told(root: Rule) -> dict[Subject, tuple[str, str]]:
    """Name and rule in words of each node, by its subject. The same twice: numbered."""
    found: dict[Subject, tuple[str, str]] = {}
    for rule in root.walk():
        if rule.kind.is_group and not rule.title and rule is not root:
            continue
        kind, about = _about(rule, is_root=rule is root)
        times = sum(known[:2] == (kind, about) for known in found)
        name = _("The whole pathway") if rule is root else rule.title or rule.name
        found[kind, about, times] = (name, words.sentence(rule))
    return found


def _about(rule: Rule, *, is_root: bool) -> tuple[str, int | str]:
    if is_root:
        return "root", ""
    if rule.kind.is_group:
        return "group", rule.title.casefold()
    about = {
        Kind.BADGE: rule.achievement,
        Kind.SKILL: rule.skill,
        Kind.PATHWAY: rule.pathway,
    }[rule.kind]
    return rule.kind.value, about or 0
