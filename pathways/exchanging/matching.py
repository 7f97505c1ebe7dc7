"""What a plan names, found here by its address: badges, skills, pathways, outcomes.

Only what the issuer's own staff could choose by hand: badges on offer and own drafts,
pathways on offer, and as outcomes the issuer's own badges that pathways give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.models import Achievement, AchievementVersion, Issuer, Skill
from pathways.exchanging.plans import Plan, PlanNode
from pathways.models import Pathway
from pathways.rules.tree import Kind

_MISSING = {
    Kind.BADGE: gettext_lazy("There is no such badge here: %(name)s, %(address)s."),
    Kind.SKILL: gettext_lazy("There is no such skill here: %(name)s, %(address)s."),
    Kind.PATHWAY: gettext_lazy("There is no such pathway here: %(name)s, %(address)s."),
}

type Place = tuple[str, str, int | None]  # issuer, slug, number of a version


@dataclass(frozen=True, slots=True)
class Found:
    """Rows by the addresses of a plan. ``missing`` and ``left_out`` are sentences.

    What is missing keeps a plan from being taken over: rules without it would ask for
    less. An outcome that is not here is left out and chosen later.
    """

    badges: dict[str, Achievement] = field(default_factory=dict)
    skills: dict[str, Skill] = field(default_factory=dict)
    pathways: dict[str, Pathway] = field(default_factory=dict)
    outcomes: dict[str, AchievementVersion] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def at(self, node: PlanNode) -> Achievement | Skill | Pathway | None:
        """What a rule asks for: of its own kind, whatever else has that address."""
        rows: dict[Kind, Mapping[str, Any]] = {
            Kind.BADGE: self.badges,
            Kind.SKILL: self.skills,
            Kind.PATHWAY: self.pathways,
        }
        return rows.get(node.kind, {}).get(node.stands_for)


def find(plan: Plan, issuer: Issuer) -> Found:
    """Return what a plan for this issuer names, as far as it is here. Four queries."""
    nodes = list(plan.root.walk())
    asked = {
        kind: [node.stands_for for node in nodes if node.kind == kind]
        for kind in (Kind.BADGE, Kind.SKILL, Kind.PATHWAY)
    }
    found = Found(
        badges=_badges(asked[Kind.BADGE], issuer),
        skills={
            skill.uri: skill
            for skill in Skill.objects.filter(uri__in=asked[Kind.SKILL])
        },
        pathways=_pathways(asked[Kind.PATHWAY]),
        outcomes=_outcomes([node.gives for node in nodes if node.gives], issuer),
    )
    for node in nodes:
        said = {"name": node.name, "address": node.stands_for}
        if not node.kind.is_group and found.at(node) is None:
            found.missing.append(_MISSING[node.kind] % said)
        if node.gives and node.gives not in found.outcomes:
            words = _("The badge that it gives is not one of this issuer's: %s.")
            found.left_out.append(words % node.gives)
    return replace(found, missing=list(dict.fromkeys(found.missing)))


def place_of(address: str, *names: str) -> Place | None:
    """Return which page of this site an address is, if it is one of these."""
    if not address.startswith(f"{settings.SITE_URL}/"):
        return None
    try:
        match = resolve(address.removeprefix(settings.SITE_URL))
    except Resolver404:
        return None
    if match.url_name not in names:
        return None
    kwargs: dict[str, Any] = match.kwargs
    return kwargs["issuer"], kwargs["slug"], kwargs.get("number")


def _places(addresses: Iterable[str], *names: str) -> dict[str, Place]:
    found = {address: place_of(address, *names) for address in addresses}
    return {address: place for address, place in found.items() if place}


def _at(places: Iterable[Place], path: str = "") -> Q:
    """Rows at one of these places: a few too many, told apart by the caller."""
    there = list(places)
    return Q(
        **{
            f"{path}issuer__slug__in": [issuer for issuer, _slug, _number in there],
            f"{path}slug__in": [slug for _issuer, slug, _number in there],
        }
    )


def _badges(addresses: list[str], issuer: Issuer) -> dict[str, Achievement]:
    places = _places(addresses, "badge", "badge_version")
    open_to = Q(retired_at=None) & (Q(issuer=issuer) | Q(current_version__isnull=False))
    rows = Achievement.objects.filter(_at(places.values()), open_to)
    by_place = {
        (row.issuer.slug, row.slug): row for row in rows.select_related("issuer")
    }
    return {
        address: by_place[place[:2]]
        for address, place in places.items()
        if place[:2] in by_place
    }


def _pathways(addresses: list[str]) -> dict[str, Pathway]:
    places = _places(addresses, "pathway", "pathway_version")
    rows = Pathway.objects.offered().filter(_at(places.values()))
    by_place = {(row.issuer.slug, row.slug): row for row in rows}
    return {
        address: by_place[place[:2]]
        for address, place in places.items()
        if place[:2] in by_place
    }


def _outcomes(addresses: list[str], issuer: Issuer) -> dict[str, AchievementVersion]:
    places = _places(addresses, "badge_version")
    rows = AchievementVersion.objects.filter(
        _at(places.values(), "achievement__"),
        achievement__issuer=issuer,
        achievement__earned_through=Achievement.EarnedThrough.PATHWAY,
        achievement__retired_at=None,
    ).select_related("achievement__issuer")
    by_place = {
        (row.achievement.issuer.slug, row.achievement.slug, row.number): row
        for row in rows
    }
    return {
        address: by_place[place]
        for address, place in places.items()
        if place in by_place
    }
