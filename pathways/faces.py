"""What leaves of a tree look like on a page: name, picture, address, skills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse

from credentials.models import AchievementSkill, AchievementVersion
from pathways.models import Exit
from pathways.rules.tree import Rule


@dataclass(frozen=True, slots=True)
class Face:
    """A badge or a pathway to show. ``lang`` is the language of its name."""

    name: str
    lang: str
    address: str
    art: str
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Faces:
    """Faces by the primary keys of achievements and of pathways."""

    badges: Mapping[int, Face]
    pathways: Mapping[int, Face]

    def of(self, rule: Rule) -> Face | None:
        """The face of a leaf; a skill has none."""
        if rule.pathway is not None:
            return self.pathways.get(rule.pathway)
        return self.badges.get(rule.achievement) if rule.achievement else None


def faces_of(rules: Iterable[Rule], others: Iterable[int | None] = ()) -> Faces:
    """Find the faces of all leaves, of what meets them, and of other achievements.

    One query, and one more when the rules name other pathways.
    """
    listed = list(rules)
    badges = {rule.achievement for rule in listed} | set(others)
    badges |= {way.achievement for rule in listed for way in rule.ways}
    pathways = {rule.pathway for rule in listed} - {None}
    return Faces(
        _badges({badge for badge in badges if badge is not None}),
        _pathways({pathway for pathway in pathways if pathway is not None}),
    )


def art_of(version: AchievementVersion) -> str:
    """The address of a badge version's picture; with achievement and issuer loaded."""
    achievement = version.achievement
    return reverse(
        "badge_svg", args=[achievement.issuer.slug, achievement.slug, version.number]
    )


def _badges(wanted: set[int]) -> dict[int, Face]:
    if not wanted:
        return {}
    skills = AchievementSkill.objects.filter(version=OuterRef("pk"))
    named = skills.order_by("-level", "skill__name").values(
        told=JSONObject(name="skill__name", level="level")
    )
    versions: Iterable[Any] = (
        AchievementVersion.objects.filter(
            achievement__in=wanted, pk=F("achievement__current_version")
        )
        .select_related("achievement__issuer")
        .only(
            "number",
            "name",
            "language",
            "achievement__slug",
            "achievement__issuer__slug",
        )
        .annotate(told=ArraySubquery(named))
    )
    return {
        version.achievement_id: Face(
            name=version.name,
            lang=version.language,
            address=version.achievement.get_absolute_url(),
            art=art_of(version),
            skills=tuple(each["name"] for each in version.told),
        )
        for version in versions
    }


def _pathways(wanted: set[int]) -> dict[int, Face]:
    if not wanted:
        return {}
    exits = Exit.objects.filter(
        version__pathway__in=wanted,
        version=F("version__pathway__current_version"),
        requirement__parent=None,
    ).select_related("version__pathway__issuer", "outcome__achievement__issuer")
    return {
        each.version.pathway_id: Face(
            name=each.version.name,
            lang=each.version.language,
            address=each.version.pathway.get_absolute_url(),
            art=art_of(each.outcome),
        )
        for each in exits
    }
