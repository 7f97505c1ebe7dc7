"""Where a badge leads, and where one comes from that is earned on a pathway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, Q

from credentials.models import AchievementSkill
from pathways.models import Exit, PathwayVersion, Requirement

#: The requirements of a version by their keys.
type Tree = dict[int, Requirement]


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


def proves(achievement: int) -> dict[int, int]:
    """Return the skills that a badge proves as it is earned today, each with its level.

    One query.
    """
    rows = AchievementSkill.objects.filter(
        version=F("version__achievement__current_version"),
        version__achievement=achievement,
    )
    return dict(rows.order_by().values_list("skill", "level"))


def places_of(achievement: int, proved: Mapping[int, int]) -> list[Place]:
    """Return the pathways on offer that ask for a badge, by name. One query.

    Also those that ask for a skill which the badge proves: see ``proves``.
    """
    meets = Q(achievement=achievement)
    for skill, level in proved.items():
        meets |= Q(skill=skill, level__lte=level)
    asking = Requirement.objects.filter(
        meets,
        version=F("version__pathway__current_version"),
        version__pathway__retired_at=None,
    )
    rows = (
        Requirement.objects.filter(version__in=asking.values("version"))
        .select_related("version__pathway__issuer", "skill")
        .order_by("version__name", "version", "position", "pk")
    )
    trees: dict[int, Tree] = {}
    for row in rows:
        trees.setdefault(row.version_id, {})[row.pk] = row
    return [_place(tree, achievement, proved) for tree in trees.values()]


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


def _place(tree: Tree, achievement: int, proved: Mapping[int, int]) -> Place:
    """The first stage of a tree that a badge serves."""
    stages = [row.pk for row in tree.values() if _is_stage(tree, row)]
    found: dict[int, list[Requirement]] = {}
    for row in tree.values():
        if row.achievement_id == achievement or _is_proved(row, proved):
            found.setdefault(_stage_of(tree, row).pk, []).append(row)
    number = next(n for n, key in enumerate(stages, start=1) if key in found)
    stage = tree[stages[number - 1]]
    served = found[stage.pk]
    is_named = any(row.achievement_id for row in served)
    skill = served[0].skill
    return Place(
        stage.version,
        stage.title,
        number,
        len(stages),
        skill="" if is_named or skill is None else skill.name,
    )


def _is_proved(row: Requirement, proved: Mapping[int, int]) -> bool:
    return (row.level or 0) <= proved.get(row.skill_id or 0, -1)


def _is_stage(tree: Tree, row: Requirement) -> bool:
    parent = tree.get(row.parent_id or 0)
    return parent is not None and parent.parent_id is None


def _stage_of(tree: Tree, row: Requirement) -> Requirement:
    while not _is_stage(tree, row):
        row = tree[row.parent_id or 0]
    return row
