"""Whether rules can be published: refused is what nobody or everybody meets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pathways.rules import needing, routes
from pathways.rules.amounts import amount, plural
from pathways.rules.tree import Kind, Rule, Tree, Way
from pathways.rules.words import label

#: Rules do not depend on the day where nothing is held.
_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def problems(tree: Tree) -> list[str]:
    """Return what keeps a tree from being published, a sentence each; none: sound.

    First what is written wrongly, such as a group that asks for nothing and would be
    met by everybody. Where nothing is, what nobody can meet with what is on offer
    today: each group, so that no exit is a dead end. A skill that nothing on offer
    proves can still be met where issuers elsewhere are trusted.
    """
    found = [sentence for rule in tree.root.walk() for sentence in _written(rule)]
    found += needing.problems(tree)
    if not found:
        found = list(_met_by_nobody(tree))
    return list(dict.fromkeys(found))


def _written(rule: Rule) -> Iterator[str]:
    """What is wrong with a node whatever is on offer."""
    name = {"name": label(rule)}
    if not rule.kind.is_group:
        if rule.children:
            yield _("Nothing can lie inside “%(name)s”: it is no group.") % name
        yield from _versions(rule)
        return
    if not rule.children:
        yield _("“%(name)s” has nothing in it.") % name
        return
    yield from _OF_KIND[rule.kind](rule)
    yield from _twice(rule)
    if rule.kind != Kind.ALL:
        for child in rule.children:
            if child.is_optional:
                yield _(
                    "“%(name)s” cannot be optional: "
                    "that is for parts of a group that asks for all."
                ) % {"name": label(child)}


def _versions(rule: Rule) -> Iterator[str]:
    first, last = rule.first_version, rule.last_version
    if first is not None and last is not None and first > last:
        yield _("“%(name)s”: the first version is newer than the last.") % {
            "name": rule.name
        }


def _all(rule: Rule) -> Iterator[str]:
    if all(child.is_optional for child in rule.children):
        yield _("“%(name)s” has only optional parts, so it would ask for nothing.") % {
            "name": label(rule)
        }


def _at_least(rule: Rule) -> Iterator[str]:
    if rule.count < 1:
        yield _("“%(name)s” has to ask for at least 1 of its parts.") % {
            "name": label(rule)
        }
    elif rule.count > len(rule.children):
        yield ngettext(
            "“%(name)s” asks for %(count)d, and has %(total)d part.",
            "“%(name)s” asks for %(count)d, and has %(total)d parts.",
            len(rule.children),
        ) % {"name": label(rule), "count": rule.count, "total": len(rule.children)}


def _credits(rule: Rule) -> Iterator[str]:
    if rule.credits <= 0:
        yield _("“%(name)s” has to ask for more than 0 credits.") % {
            "name": label(rule)
        }


def _not_together(rule: Rule) -> Iterator[str]:
    if len(rule.children) < 2:
        yield _(
            "“%(name)s” needs two parts: what counts, and what does not go with it."
        ) % {"name": label(rule)}


_OF_KIND = {
    Kind.ALL: _all,
    Kind.AT_LEAST: _at_least,
    Kind.CREDITS: _credits,
    Kind.NOT_TOGETHER: _not_together,
}


def _twice(rule: Rule) -> Iterator[str]:
    """The same leaf twice in a group would be met twice by one badge."""
    seen = set()
    for child in rule.children:
        if child.kind.is_group:
            continue
        asks = (
            child.kind,
            child.achievement,
            child.first_version,
            child.last_version,
            child.skill,
            child.level,
            child.pathway,
        )
        if asks in seen:
            said = {"name": label(child), "group": label(rule)}
            yield _("“%(name)s” stands twice in “%(group)s”.") % said
        seen.add(asks)


def _met_by_nobody(tree: Tree) -> Iterator[str]:
    """The deepest groups that nothing on offer can meet."""
    offered = replace(tree, root=_with_trusted(tree.root)) if tree.trusted else tree
    dead: set[int] = set()
    for rule in reversed(list(_counting_groups(offered.root))):
        if routes.remaining(offered, (), _ANY_DAY, target=rule.key).is_possible:
            continue
        if not any(below.key in dead for below in rule.walk()):
            yield _too_little(rule)
        dead.add(rule.key)


def _counting_groups(rule: Rule) -> Iterator[Rule]:
    """The groups that somebody should be able to meet: not those that exclude."""
    if not rule.kind.is_group:
        return
    yield rule
    is_apart = rule.kind == Kind.NOT_TOGETHER
    for child in rule.children[:1] if is_apart else rule.children:
        yield from _counting_groups(child)


def _with_trusted(rule: Rule) -> Rule:
    """The rule with badges from elsewhere for skills that nothing here proves."""
    children = tuple(_with_trusted(child) for child in rule.children)
    ways = rule.ways
    if rule.kind == Kind.SKILL and rule.skill is not None and not ways:
        skills = ((rule.skill, rule.level),)
        # No badge of ours has such a number; from elsewhere come any credits.
        ways = (Way(-rule.key - 1, rule.name, Decimal(1), Decimal(10**6), skills),)
    return replace(rule, children=children, ways=ways)


def _too_little(rule: Rule) -> str:
    total = _credits_on_offer(rule)
    if rule.kind == Kind.CREDITS and total < rule.credits:
        return ngettext(
            "“%(name)s” asks for more than the %(total)s credit of all its badges.",
            "“%(name)s” asks for more than the %(total)s credits of all its badges.",
            plural(total),
        ) % {"name": label(rule), "total": amount(total)}
    return _("Nobody can meet “%(name)s” with what is on offer today.") % {
        "name": label(rule)
    }


def _credits_on_offer(rule: Rule) -> Decimal:
    best: dict[int, Decimal] = {}
    for leaf in rule.walk():
        for way in leaf.ways:
            best[way.achievement] = way.credits
    return sum(best.values(), Decimal(0))
