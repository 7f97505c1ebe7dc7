"""The order between nodes: what cannot wait for what."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from pathways.rules.tree import Kind, Rule, Tree
from pathways.rules.words import label


def problems(tree: Tree) -> list[str]:
    """Return what is wrong with the needs of a tree, a sentence each."""
    order = _Order(tree)
    return [
        sentence
        for rule in tree.root.walk()
        for needed in rule.needs
        for sentence in order.problem(rule, needed)
    ]


class _Order:
    """What each node depends on."""

    def __init__(self, tree: Tree) -> None:
        self.rules: dict[int, Rule] = {}
        self.leads_to: dict[int, set[int]] = {}
        self.excluding: set[int] = set()
        self._enter(tree.root, ())

    def _enter(self, rule: Rule, inherited: tuple[int, ...]) -> None:
        gates = (*inherited, *rule.needs)
        self.rules[rule.key] = rule
        self.leads_to[rule.key] = {*gates, *(child.key for child in rule.children)}
        if rule.kind == Kind.NOT_TOGETHER:
            for child in rule.children[1:]:
                self.excluding |= {below.key for below in child.walk()}
        for child in rule.children:
            self._enter(child, gates)

    def problem(self, rule: Rule, needed: int) -> Iterator[str]:
        """What is wrong with one need of a node: one sentence, or none."""
        other = self.rules.get(needed)
        if other is None:
            yield _("“%(name)s” waits for something that is not in this pathway.") % {
                "name": label(rule)
            }
            return
        said = {"name": label(rule), "other": label(other)}
        if rule.key == needed:
            yield _("“%(name)s” cannot wait for itself.") % said
        elif self._is_inside(needed, rule) or self._is_inside(rule.key, other):
            yield (
                _("“%(name)s” cannot wait for “%(other)s”: one is part of the other.")
                % said
            )
        elif rule.key in self._reached(needed):
            yield _("“%(name)s” and “%(other)s” wait for each other.") % said
        elif needed in self.excluding:
            yield (
                _(
                    "“%(name)s” cannot wait for “%(other)s”, "
                    "which is there because it does not go with something."
                )
                % said
            )

    def _is_inside(self, key: int, rule: Rule) -> bool:
        return any(below.key == key for below in rule.walk())

    def _reached(self, start: int) -> set[int]:
        found: set[int] = set()
        todo = [start]
        while todo:
            for key in self.leads_to.get(todo.pop(), ()):
                if key not in found:
                    found.add(key)
                    todo.append(key)
        return found
