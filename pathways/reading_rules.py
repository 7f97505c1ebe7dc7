"""The rules of pathway versions, read from rows into what the engine works with.

However many versions and however deep pathways lie in each other: three queries, or
one where nobody asks what could be earned today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject
from django.utils import timezone

from credentials.models import Achievement, AchievementSkill, AchievementVersion
from pathways.models import Exit, PathwayVersion, Requirement, TrustedIssuer
from pathways.models.pathways import Expired
from pathways.rules import routes
from pathways.rules.tree import Holding, Kind, Rule, Tree, Way

#: The versions asked for, and those that somebody can follow today to meet a leaf:
#: of a pathway that is named, or one that ends in a badge that is named or proves a
#: skill that is.
REACHED = """
WITH RECURSIVE reached (id) AS (
    SELECT unnest(%s::bigint[])
  UNION
    SELECT pathway.current_version_id
    FROM reached
    JOIN pathways_requirement leaf ON leaf.version_id = reached.id
    JOIN LATERAL (
        SELECT leaf.pathway_id AS id
      UNION ALL
        SELECT version.pathway_id
        FROM credentials_achievementversion outcome
        JOIN pathways_exit ending ON ending.outcome_id = outcome.id
        JOIN pathways_pathwayversion version ON version.id = ending.version_id
        WHERE outcome.achievement_id = leaf.achievement_id
      UNION ALL
        SELECT version.pathway_id
        FROM credentials_achievementskill proved
        JOIN pathways_exit ending ON ending.outcome_id = proved.version_id
        JOIN pathways_pathwayversion version ON version.id = ending.version_id
        WHERE proved.skill_id = leaf.skill_id AND proved.level >= leaf.level
    ) led ON true
    JOIN pathways_pathway pathway ON pathway.id = led.id
    WHERE pathway.retired_at IS NULL AND pathway.current_version_id IS NOT NULL
)
SELECT id FROM reached
"""

#: Of a route: None when there is none, and whether holdings alone close it.
type Hours = tuple[Decimal | None, bool]

#: The skills that a badge version proves, with its level, for an array of pairs.
PROVED = JSONObject(skill="skill_id", level="level")


def tree_of(
    version: PathwayVersion, *, ways: bool = True, holdings: Iterable[Holding] = ()
) -> Tree:
    """Return the rules of one version; see ``trees_of``."""
    return trees_of([version], ways=ways, holdings=holdings)[version.pk]


def trees_of(
    versions: Iterable[PathwayVersion | int],
    *,
    ways: bool = True,
    holdings: Iterable[Holding] = (),
) -> dict[int, Tree]:
    """Return the rules of each version by its primary key, published or not.

    The keys of nodes are those of ``Requirement``. A version without a root has an
    empty group under the key 0. With ``ways`` each leaf says what meets it when it is
    earned today, the shortest first: badges on offer with their effort, and outcomes
    of other pathways with the hours of their cheapest route, from nothing or from
    ``holdings``, closed where those leave no route. An engine that only judges what
    somebody holds needs none: one query instead of three.
    """
    wanted = [v if isinstance(v, int) else v.pk for v in versions]
    if not wanted:
        return {}
    rows = _requirements(wanted, with_reached=ways)
    offer = _offer(rows) if ways else Offer()
    forest = Forest(rows, offer, timezone.now(), tuple(holdings))
    return {version: forest.tree(version) for version in wanted}


def ways_proving(skills: Iterable[int]) -> list[Way]:
    """Return the badges on offer that prove one of these skills, at whatever level.

    Only those that somebody earns by handing in evidence. One query, none for nothing.
    """
    wanted = set(skills)
    return [_as_way(one, one.hours) for one in _badges(set(), wanted)] if wanted else []


@dataclass(frozen=True, slots=True)
class Offered:
    """A badge version that can be earned today, and how: through which exit, if any."""

    achievement: int
    number: int
    name: str
    hours: Decimal
    credits: Decimal
    skills: tuple[tuple[int, int], ...]
    pathway: int | None = None
    version: int | None = None  # of the pathway
    node: int = 0  # the requirement that earns it
    is_last: bool = False  # the exit of the whole pathway


class Offer:
    """What can be earned today, by what it meets."""

    def __init__(self, offered: Iterable[Offered] = ()) -> None:
        self.by_badge: defaultdict[int | None, list[Offered]] = defaultdict(list)
        self.by_skill: defaultdict[int | None, list[Offered]] = defaultdict(list)
        self.by_pathway: defaultdict[int | None, list[Offered]] = defaultdict(list)
        for one in offered:
            self.by_badge[one.achievement].append(one)
            for skill, _level in one.skills:
                self.by_skill[skill].append(one)
            if one.is_last:
                self.by_pathway[one.pathway].append(one)

    def meeting(self, row: Requirement) -> Iterator[Offered]:
        """What on offer meets a leaf."""
        if row.kind == Kind.BADGE:
            yield from (
                one
                for one in self.by_badge[row.achievement_id]
                if (row.first_version or 0) <= one.number
                and (row.last_version is None or one.number <= row.last_version)
            )
        elif row.kind == Kind.SKILL:
            yield from (
                one
                for one in self.by_skill[row.skill_id]
                if dict(one.skills)[row.skill_id or 0] >= (row.level or 0)
            )
        elif row.kind == Kind.PATHWAY:
            yield from self.by_pathway[row.pathway_id]


class Forest:
    """Builds trees out of rows, each pathway's hours once."""

    def __init__(
        self,
        rows: list[Any],
        offer: Offer,
        now: datetime,
        holdings: tuple[Holding, ...] = (),
    ) -> None:
        self.offer, self.now, self.holdings = offer, now, holdings
        self.below: defaultdict[tuple[int, int | None], list[Any]] = defaultdict(list)
        for row in rows:
            self.below[row.version_id, row.parent_id].append(row)
        self.hours: dict[tuple[int, frozenset[int]], Hours] = {}

    def tree(self, version: int, above: frozenset[int] = frozenset()) -> Tree:
        """The rules of a version; ``above`` are the pathways that lead to it here."""
        roots = self.below[version, None]
        if not roots:
            return Tree(Rule(key=0, kind=Kind.ALL))
        (root,) = roots
        above |= {root.version.pathway_id}
        return Tree(self._rule(root, above), frozenset(root.trusted))

    def _rule(self, row: Any, above: frozenset[int]) -> Rule:
        return Rule(
            key=row.pk,
            kind=Kind(row.kind),
            title=row.title,
            name=_name(row),
            children=tuple(
                self._rule(child, above) for child in self.below[row.version_id, row.pk]
            ),
            is_optional=row.is_optional,
            count=row.count or 0,
            credits=row.credits or Decimal(0),
            achievement=row.achievement_id,
            first_version=row.first_version,
            last_version=row.last_version,
            skill=row.skill_id,
            level=row.level or 0,
            pathway=row.pathway_id,
            keeps=_keeps(row),
            needs=tuple(row.needed),
            ways=self._ways(row, above),
        )

    def _ways(self, row: Requirement, above: frozenset[int]) -> tuple[Way, ...]:
        found = (self._way(one, above) for one in self.offer.meeting(row))
        ways = [way for way in found if way is not None]
        return tuple(sorted(ways, key=lambda w: (w.hours, w.name, w.achievement)))

    def _way(self, one: Offered, above: frozenset[int]) -> Way | None:
        if one.pathway is None:
            return _as_way(one, one.hours)
        hours, is_closed = self._route(one, above)
        return None if hours is None else _as_way(one, hours, is_closed=is_closed)

    def _route(self, one: Offered, above: frozenset[int]) -> Hours:
        """Hours to an exit; None when that leads round in a circle."""
        if one.version is None or one.pathway in above:
            return None, False
        known = (one.node, above)
        if known not in self.hours:
            tree = self.tree(one.version, above)
            self.hours[known] = self._hours(tree, one.node)
        return self.hours[known]

    def _hours(self, tree: Tree, node: int) -> Hours:
        route = routes.remaining(tree, self.holdings, self.now, target=node)
        if route.is_possible:
            return route.hours, False
        route = routes.remaining(tree, (), self.now, target=node)
        if route.is_possible:
            return route.hours, True
        # A pathway further down may be what is closed.
        below = (way for rule in tree.root.walk() for way in rule.ways)
        return (Decimal(0) if any(way.is_closed for way in below) else None), True


def _as_way(one: Offered, hours: Decimal, *, is_closed: bool = False) -> Way:
    return Way(
        achievement=one.achievement,
        name=one.name,
        hours=hours,
        credits=one.credits,
        skills=one.skills,
        version=one.number,
        pathway=one.pathway if one.is_last else None,
        is_closed=is_closed,
    )


def _requirements(versions: list[int], *, with_reached: bool) -> list[Any]:
    """All nodes of the versions, children in order, with needs and trusted issuers."""
    needs = Requirement.needs.through.objects.filter(
        from_requirement_id=OuterRef("pk")
    ).order_by("to_requirement_id")
    trusted = TrustedIssuer.objects.filter(version=OuterRef("version")).order_by("pk")
    # A constant text; the versions are its parameter.
    reached: Any = RawSQL(REACHED, [versions])  # noqa: S611
    return list(
        Requirement.objects.filter(version__in=reached if with_reached else versions)
        .select_related(
            "version",
            "achievement__current_version",
            "skill",
            "pathway__current_version",
        )
        .annotate(
            needed=ArraySubquery(needs.values("to_requirement_id")),
            trusted=ArraySubquery(trusted.values("identifier")),
        )
        .order_by("position", "pk")
    )


def _offer(rows: list[Any]) -> Offer:
    """What meets the leaves when it is earned today."""
    badges = {row.achievement_id for row in rows if row.achievement_id}
    skills = {row.skill_id for row in rows if row.skill_id}
    return Offer([*_badges(badges, skills), *_outcomes({r.version_id for r in rows})])


def _badges(badges: set[int], skills: set[int]) -> Iterator[Offered]:
    """Badges on offer that somebody earns by handing in evidence."""
    proving = AchievementSkill.objects.filter(skill__in=skills)
    versions = (
        AchievementVersion.objects.filter(
            Q(achievement__in=badges) | Q(pk__in=proving.values("version")),
            pk=F("achievement__current_version"),
            achievement__retired_at=None,
            achievement__earned_through=Achievement.EarnedThrough.EVIDENCE,
        )
        .annotate(proved=_proved("pk"))
        .defer("description", "search")
    )
    for version in versions:
        yield Offered(
            achievement=version.achievement_id,
            number=version.number,
            name=version.name,
            hours=version.effort_hours,
            credits=version.credits or Decimal(0),
            skills=_pairs(version.proved),
        )


def _outcomes(versions: set[int]) -> Iterator[Offered]:
    """What the pathways in reach that can be joined today end in."""
    exits = (
        Exit.objects.filter(
            version__in=versions,
            version=F("version__pathway__current_version"),
            version__pathway__retired_at=None,
        )
        .select_related("version", "requirement", "outcome")
        .annotate(proved=_proved("outcome"))
    )
    for ending in exits:
        yield Offered(
            achievement=ending.outcome.achievement_id,
            number=ending.outcome.number,
            name=ending.outcome.name,
            hours=Decimal(0),
            credits=ending.outcome.credits or Decimal(0),
            skills=_pairs(ending.proved),
            pathway=ending.version.pathway_id,
            version=ending.version_id,
            node=ending.requirement_id,
            is_last=ending.requirement.parent_id is None,
        )


def _proved(version: str) -> ArraySubquery:
    skills = AchievementSkill.objects.filter(version=OuterRef(version))
    return ArraySubquery(skills.order_by("skill").values(pair=PROVED))


def _pairs(proved: list[dict[str, int]]) -> tuple[tuple[int, int], ...]:
    return tuple((pair["skill"], pair["level"]) for pair in proved)


def _name(row: Requirement) -> str:
    """What a leaf is called: the name of today, for the rules name no version's."""
    if row.skill:
        return row.skill.name
    named = row.achievement or row.pathway
    if named is None:
        return ""
    return named.current_version.name if named.current_version else str(named)


def _keeps(row: Requirement) -> timedelta | None:
    """How long a badge counts after its end: as the node says, or its pathway."""
    says: Requirement | PathwayVersion = row if row.expired else row.version
    if says.expired == Expired.YES:
        return None
    return timedelta(days=says.grace_days or 0)
