"""Where a badge leads, and where one comes from that is earned on a pathway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef

from pathways.models import Exit, PathwayVersion, Requirement


@dataclass(frozen=True, slots=True)
class Place:
    """A pathway of today that has something to do with a badge.

    ``stage`` is the title of the stage that asks for it, and ``number`` its place among
    ``stages``; zero where the pathway gives the badge instead.
    """

    version: PathwayVersion
    stage: str = ""
    number: int = 0
    stages: int = 0
    is_last: bool = False  # it gives the badge at its very end


def places_of(achievement: int) -> list[Place]:
    """Return the pathways on offer that ask for a badge, by name. One query."""
    asks = Requirement.objects.filter(
        version=OuterRef("version"), achievement=achievement
    )
    rows = (
        Requirement.objects.filter(
            Exists(asks),
            version=F("version__pathway__current_version"),
            version__pathway__retired_at=None,
        )
        .select_related("version__pathway__issuer")
        .order_by("version__name", "version", "position", "pk")
    )
    trees: dict[int, dict[int, Requirement]] = {}
    for row in rows:
        trees.setdefault(row.version_id, {})[row.pk] = row
    return [_place(tree, achievement) for tree in trees.values()]


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


def _place(tree: Mapping[int, Requirement], achievement: int) -> Place:
    """The first stage of a tree that asks for a badge."""
    stages = [row.pk for row in tree.values() if _is_stage(tree, row)]
    asking = [row for row in tree.values() if row.achievement_id == achievement]
    found = {_stage_of(tree, row).pk for row in asking}
    number = next(n for n, key in enumerate(stages, start=1) if key in found)
    stage = tree[stages[number - 1]]
    return Place(stage.version, stage.title, number, len(stages))


def _is_stage(tree: Mapping[int, Requirement], row: Requirement) -> bool:
    parent = tree.get(row.parent_id or 0)
    return parent is not None and parent.parent_id is None


def _stage_of(tree: Mapping[int, Requirement], row: Requirement) -> Requirement:
    while not _is_stage(tree, row):
        row = tree[row.parent_id or 0]
    return row
