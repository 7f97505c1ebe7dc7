"""What keeps a pathway version from being published, a sentence each.

Whether the rules can be met at all says ``rules.soundness``; here is what it cannot
know: badges that are not offered, pathways that ask for each other, the outcome.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.models import AchievementVersion
from pathways.drafts import Draft, Node
from pathways.rules import soundness, words
from pathways.rules.tree import Kind, Rule, Tree, Way

#: How deep rules lie in each other below the whole pathway. Deeper, nobody follows.
MAX_DEPTH = 6
#: How many nodes a version has at most.
MAX_NODES = 200

type Sentence = str | Promise

#: Pathways that lead to themselves, by the one that is asked for first. What learners
#: are offered today decides, so current versions are followed.
_CIRCLES = """
WITH RECURSIVE led (start, id) AS (
    SELECT asked, asked FROM unnest(%s::bigint[]) asked
  UNION
    SELECT led.start, leaf.pathway_id
    FROM led
    JOIN pathways_pathway pathway ON pathway.id = led.id AND pathway.id <> %s
    JOIN pathways_requirement leaf ON leaf.version_id = pathway.current_version_id
    WHERE leaf.pathway_id IS NOT NULL
)
SELECT DISTINCT start FROM led WHERE id = %s
"""


def problems_of(draft: Draft) -> list[Sentence]:
    """Return what keeps a draft from being published; nothing: it can be.

    At most one query, and none where no other pathway is asked for.
    """
    if draft.root is None or not draft.root.children:
        return [_("Add a first stage.")]
    found = [
        *_shape(draft),
        *_stages(draft.root),
        *_leaves(draft),
        *_outcomes(draft),
    ]
    # A tree that is too large is not looked into: that could take long.
    if len(draft.nodes) <= MAX_NODES:
        found += soundness.problems(_as_if_offered(draft.tree))
    return list(dict.fromkeys(found))


def _as_if_offered(tree: Tree) -> Tree:
    """The rules with something to earn for each leaf that has nothing.

    Of such a leaf it is said why. Without this, it would be said again of every group
    around it that nobody can meet it.
    """
    return replace(tree, root=_earnable(tree.root))


def _earnable(rule: Rule) -> Rule:
    if rule.kind.is_group:
        return replace(rule, children=tuple(map(_earnable, rule.children)))
    way = Way(
        achievement=rule.achievement or -rule.key,
        name=rule.name,
        hours=Decimal(0),
        credits=Decimal(10_000),
        skills=((rule.skill, rule.level),) if rule.skill else (),
        version=rule.first_version or rule.last_version or 1,
        pathway=rule.pathway,
    )
    return replace(rule, ways=rule.ways or (way,))


def _shape(draft: Draft) -> Iterator[Sentence]:
    if len(draft.nodes) > MAX_NODES:
        yield ngettext(
            "A pathway has at most %(most)d rule.",
            "A pathway has at most %(most)d rules.",
            MAX_NODES,
        ) % {"most": MAX_NODES}
    if max(node.depth for node in draft.nodes) > MAX_DEPTH:
        yield ngettext(
            "Rules lie at most %(most)d level deep in each other.",
            "Rules lie at most %(most)d levels deep in each other.",
            MAX_DEPTH,
        ) % {"most": MAX_DEPTH}


def _stages(root: Node) -> Iterator[Sentence]:
    for number, stage in enumerate(root.children, start=1):
        if stage.row.is_group and not stage.row.title:
            yield _("Give stage %(number)d a title.") % {"number": number}


def _leaves(draft: Draft) -> Iterator[Sentence]:
    circles = _circles(draft)
    for node in draft.nodes:
        if node.row.kind == Kind.BADGE:
            yield from _badge(node)
        elif node.row.kind == Kind.PATHWAY:
            yield from _pathway(node, circles)
        elif node.row.kind == Kind.SKILL:
            yield from _skill(node, draft)


def _badge(node: Node) -> Iterator[Sentence]:
    badge, row = node.row.achievement, node.row
    name = {"name": node.rule.name}
    if badge is None:
        return
    newest = badge.current_version
    if newest is None:
        yield _("“%(name)s” was never published.") % name
    elif badge.retired_at:
        yield _("“%(name)s” is retired: nobody can start it.") % name
    elif not (row.first_version or 1) <= newest.number <= (row.last_version or 65535):
        said = {"rule": words.sentence(node.rule), "number": newest.number}
        sentence = _(
            "“%(rule)s” cannot be earned: version %(number)d is offered today."
        )
        yield sentence % said
    elif not node.rule.ways:
        yield _("No pathway that somebody can join gives “%(name)s”.") % name


def _pathway(node: Node, circles: set[int]) -> Iterator[Sentence]:
    pathway, name = node.row.pathway, {"name": node.rule.name}
    if pathway is None:
        return
    if pathway.pk in circles:
        yield _("“%(name)s” asks for this pathway: they wait for each other.") % name
    elif pathway.current_version is None:
        yield _("The pathway “%(name)s” was never published.") % name
    elif pathway.retired_at:
        yield _("The pathway “%(name)s” is retired: nobody can join it.") % name


def _skill(node: Node, draft: Draft) -> Iterator[Sentence]:
    """Where issuers elsewhere are trusted, their badges may prove it."""
    if not node.rule.ways and not draft.tree.trusted:
        said = {"rule": words.sentence(node.rule)}
        yield _("No badge on offer proves “%(rule)s”.") % said


def _circles(draft: Draft) -> set[int]:
    """Return which of the pathways asked for ask for this one, straight or not."""
    asked = sorted({n.row.pathway_id for n in draft.nodes if n.row.pathway_id})
    if not asked:
        return set()
    own = draft.version.pathway_id
    with connection.cursor() as cursor:
        cursor.execute(_CIRCLES, [asked, own, own])
        return {start for (start,) in cursor.fetchall()}


def _outcomes(draft: Draft) -> Iterator[Sentence]:
    if draft.root and draft.root.exit is None:
        yield _("Choose the badge that the whole pathway gives.")
    given = [node.exit.outcome for node in draft.nodes if node.exit]
    asked = {node.row.achievement_id for node in draft.nodes}
    times = Counter(outcome.achievement_id for outcome in given)
    for outcome in given:
        yield from _ungivable(outcome, draft.version.pathway.issuer_id)
        name = {"name": outcome.name}
        if outcome.achievement_id in asked:
            yield _("“%(name)s” is given and asked for by this pathway.") % name
        if times[outcome.achievement_id] > 1:
            yield _("“%(name)s” is given twice.") % name


def _ungivable(outcome: AchievementVersion, issuer: int) -> Iterator[Sentence]:
    """What a trigger refuses as well, but for the retired badge."""
    badge, name = outcome.achievement, {"name": outcome.name}
    if badge.issuer_id != issuer:
        yield _("“%(name)s” is a badge of another issuer.") % name
    if not badge.is_earned_on_a_pathway:
        yield _("“%(name)s” is not earned by completing a pathway.") % name
    if not outcome.is_published:
        yield _("“%(name)s” was never published.") % name
    if badge.retired_at:
        yield _("“%(name)s” is retired, so no pathway can give it.") % name
