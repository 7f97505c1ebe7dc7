"""Where a badge leads, and where one comes from that is earned on a pathway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, When

from credentials.models import AchievementSkill
from pathways.models import Exit, PathwayVersion, Requirement

#: The requirements of a version by their keys; ``is_met`` by the badge asked about.
type Tree = dict[int, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A pathway of today that has something to do with a badge.

    ``stage`` is the title of the stage that asks for it, and ``number`` its place among
    ``stages``; zero where the pathway gives the badge instead. ``skill`` names what it
    proves there, where the pathway asks for a skill and not for the badge.
    """

    version: PathwayVersion
    stage: str = ""
    number: int = 0
    stages: int = 0
    is_last: bool = False  # it gives the badge at its very end
    skill: str = ""


def places_of(achievement: int) -> list[Place]:
    """Return the pathways on offer that ask for a badge, by name. One query.

    Also those that ask for a skill which the badge proves as it is earned today.
    """
    proofs = AchievementSkill.objects.filter(
        version__achievement=achievement,
        version=F("version__achievement__current_version"),
        skill=OuterRef("skill"),
        level__gte=OuterRef("level"),
    )
    meets = Q(achievement=achievement) | Exists(proofs)
    asks = Requirement.objects.filter(meets, version=OuterRef("version"))
    rows = (
        Requirement.objects.filter(
            Exists(asks),
            version=F("version__pathway__current_version"),
            version__pathway__retired_at=None,
        )
        .annotate(is_met=Case(When(meets, then=True), default=False))
        .select_related("version__pathway__issuer", "skill")
        .order_by("version__name", "version", "position", "pk")
    )
    trees: dict[int, Tree] = {}
    for row in rows:
        trees.setdefault(row.version_id, {})[row.pk] = row
    return [_place(tree) for tree in trees.values()]


def sources_of(achievement: int) -> list[Place]:
    """Return the pathways on offer that give a badge, by name. One query."""
    exits = (
        Exit.objects.filter(
            outcome__achievement=achievement,
            version=F("version__pathway__current_version"),
            version__pathway__retired_at=None,
        )
        .select_related("version__pathway__issuer", "requirement")
        .order_by("version__name", "pk")
    )
    return [
        Place(
            each.version,
            stage=each.requirement.title,
            is_last=each.requirement.parent_id is None,
        )
        for each in exits
    ]


def _place(tree: Tree) -> Place:
    """The first stage of a tree that a badge serves."""
    stages = [row.pk for row in tree.values() if _is_stage(tree, row)]
    found: dict[int, list[Any]] = {}
    for row in tree.values():
        if row.is_met:
            found.setdefault(_stage_of(tree, row).pk, []).append(row)
    number = next(n for n, key in enumerate(stages, start=1) if key in found)
    stage = tree[stages[number - 1]]
    served = found[stage.pk]
    is_named = any(row.achievement_id for row in served)
    return Place(
        stage.version,
        stage.title,
        number,
        len(stages),
        skill="" if is_named else served[0].skill.name,
    )


def _is_stage(tree: Tree, row: Any) -> bool:
    parent = tree.get(row.parent_id or 0)
    return parent is not None and parent.parent_id is None


def _stage_of(tree: Tree, row: Any) -> Any:
    while not _is_stage(tree, row):
        row = tree[row.parent_id or 0]
    return row
