"""A pathway version as its designers see it: rows in order, and the rules they make.

Read in a fixed number of queries, however many nodes there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from pathways.models import Exit, PathwayVersion, Requirement
from pathways.reading_rules import tree_of
from pathways.rules.tree import Rule, Tree

_UNREAD = (
    "achievement__current_version__search",
    "achievement__current_version__description",
    "achievement__current_version__skill_words",
    "pathway__current_version__description",
    "exit__outcome__search",
    "exit__outcome__description",
    "exit__outcome__skill_words",
)


@dataclass(frozen=True)
class Node:
    """A requirement at its place: how deep it lies, the root at 0."""

    row: Requirement
    rule: Rule
    depth: int
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def exit(self) -> Exit | None:
        """The credential that it gives, if any."""
        return getattr(self.row, "exit", None)

    @property
    def siblings(self) -> list[Node]:
        """All nodes beside it, itself included, in order."""
        return self.parent.children if self.parent else [self]

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Draft:
    """A version with its tree. ``root`` is None while there is no rule at all."""

    version: PathwayVersion
    tree: Tree
    root: Node | None

    @property
    def nodes(self) -> list[Node]:
        """All nodes in reading order."""
        return list(self.root.walk()) if self.root else []

    def at(self, key: int) -> Node | None:
        """The node of a requirement, None when it is not in this version."""
        return next((node for node in self.nodes if node.row.pk == key), None)


def read(version: PathwayVersion) -> Draft:
    """Return the version's rows and rules. Four queries."""
    rows = (
        Requirement.objects.filter(version=version)
        .select_related(
            "achievement__current_version",
            "skill",
            "pathway__current_version",
            "exit__outcome__achievement",
        )
        .defer(*_UNREAD)
        .order_by("position", "pk")
    )
    below: defaultdict[int | None, list[Requirement]] = defaultdict(list)
    for row in rows:
        below[row.parent_id].append(row)
    tree = tree_of(version)
    rules = {rule.key: rule for rule in tree.root.walk()}
    roots = [row for row in below[None] if row.pk in rules]
    return Draft(version, tree, _node(roots[0], rules, below) if roots else None)


def _node(
    row: Requirement,
    rules: dict[int, Rule],
    below: dict[int | None, list[Requirement]],
    parent: Node | None = None,
) -> Node:
    node = Node(row, rules[row.pk], parent.depth + 1 if parent else 0, parent)
    node.children.extend(
        _node(child, rules, below, node) for child in below.get(row.pk, [])
    )
    return node
