"""What a rule can name: badges, skills, pathways, places in the tree, outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from credentials.models import Achievement, AchievementVersion, Skill
from pathways.drafts import Draft, Node
from pathways.models import Pathway, Requirement
from pathways.rules import words

type Choice = tuple[Any, str | Promise]
type Group = tuple[str | Promise, list[Choice]]
type Choices = Sequence[Choice] | Sequence[Group]

#: Kinds of rule, those about several first.
_KINDS = [(kind.value, kind.label) for kind in Requirement.Kind]
GROUPS: list[Choice] = [k for k in _KINDS if k[0] in Requirement.GROUPS]
LEAVES: list[Choice] = [k for k in _KINDS if k[0] not in Requirement.GROUPS]


def kinds(node: Node | None) -> Choices:
    """What a node may become. One that others lie in stays a group."""
    if node and (node.parent is None or node.children):
        return GROUPS
    return [(_("A rule about several"), GROUPS), (_("Something to hold"), LEAVES)]


def places(draft: Draft, node: Node | None) -> Iterator[Choice]:
    """The groups that a node may lie in: not itself, nor one inside it."""
    inside = {each.row.pk for each in node.walk()} if node else set()
    for each in draft.nodes:
        if each.row.is_group and each.row.pk not in inside:
            yield each.row.pk, _indented(each)


def others(draft: Draft, node: Node | None) -> Iterator[Choice]:
    """The nodes that may have to be met before: none around it or inside it."""
    near = {each.row.pk for each in node.walk()} if node else set()
    around = node.parent if node else None
    while around:
        near.add(around.row.pk)
        around = around.parent
    for each in draft.nodes:
        if each.parent and each.row.pk not in near:
            yield each.row.pk, words.label(each.rule)


def badges(draft: Draft, chosen: int | None) -> tuple[QuerySet[Any], Choices]:
    """Badges on offer, and the issuer's own drafts. One query."""
    own = draft.version.pathway.issuer_id
    on_offer = Q(retired_at=None) & (Q(issuer=own) | Q(current_version__isnull=False))
    rows = (
        Achievement.objects.filter(on_offer | Q(pk=chosen))
        .select_related("issuer", "current_version")
        .only("slug", "issuer__name", "current_version__name")
    )
    return rows, _by_issuer(rows, own)


def pathways(draft: Draft, chosen: int | None) -> tuple[QuerySet[Any], Choices]:
    """Other pathways that learners can join. One query."""
    own = draft.version.pathway
    rows = (
        Pathway.objects.filter(
            Q(retired_at=None, current_version__isnull=False) | Q(pk=chosen)
        )
        .exclude(pk=own.pk)
        .select_related("issuer", "current_version")
        .only("slug", "issuer__name", "current_version__name")
    )
    return rows, _by_issuer(rows, own.issuer_id)


def skills() -> tuple[QuerySet[Any], Choices]:
    """All skills by name. One query."""
    rows = Skill.objects.order_by("name", "pk").only("name", "framework")
    return rows, [(skill.pk, f"{skill.name} ({skill.framework})") for skill in rows]


def outcomes(draft: Draft, chosen: int | None) -> tuple[QuerySet[Any], Choices]:
    """Badges of the issuer earned on pathways, in today's version. One query."""
    today = Q(
        achievement__issuer=draft.version.pathway.issuer_id,
        achievement__earned_through=Achievement.EarnedThrough.PATHWAY,
        achievement__retired_at=None,
        achievement__current_version=F("pk"),
    )
    rows = (
        AchievementVersion.objects.filter(today | Q(pk=chosen))
        .order_by("name", "-number")
        .only("name", "number", "achievement")
    )
    return rows, [(version.pk, _numbered(version)) for version in rows]


def _by_issuer(rows: Iterable[Any], own: int) -> list[Group]:
    """Groups of names under the names of their issuers, one's own issuer first."""

    def place(row: Any) -> tuple[bool, str, int]:
        return (row.issuer_id != own, row.issuer.name, row.issuer_id)

    ordered = sorted(rows, key=lambda row: (place(row), _name(row).casefold()))
    return [
        (issuer, [(row.pk, _name(row)) for row in its])
        for (_other, issuer, _pk), its in groupby(ordered, key=place)
    ]


def _name(row: Any) -> str:
    if row.current_version:
        return str(row.current_version.name)
    return _("%(name)s (not published yet)") % {"name": row}


def _numbered(version: AchievementVersion) -> str:
    said = {"name": version.name, "number": version.number}
    return _("%(name)s, version %(number)d") % said


def _indented(node: Node) -> str:
    """A place with as many dashes as it lies deep."""
    if node.parent is None:
        return _("The whole pathway")
    return f"{'– ' * node.depth}{node.row.title or words.sentence(node.rule)}"
