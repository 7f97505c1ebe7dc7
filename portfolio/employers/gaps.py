"""What somebody has of what a role needs, what has ended, and what would close the gap.

Only its own reader sees it: it counts private credentials too, and nobody is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from credentials.catalogue import offered
from credentials.models import AchievementSkill, AchievementVersion, Credential
from pathways import wishing
from pathways.models import Wish
from portfolio.models import RoleProfile, RoleSkill, User

#: Badges named for one gap.
MOST_BADGES = 3


@dataclass(frozen=True, slots=True)
class Gap:
    """One skill of a role, as it stands for somebody.

    ``credential`` proves it now; ``ended`` did until it ended. ``lower`` is the highest
    level that they prove, when that is not enough. ``badges`` would close the gap, the
    least effort first.
    """

    needed: RoleSkill
    credential: Credential | None = None
    ended: Credential | None = None
    lower: str = ""
    badges: Sequence[AchievementVersion] = ()
    can_be_wished: bool = False
    is_wished: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """All skills of a role for somebody, in three parts."""

    have: Sequence[Gap] = ()
    ended: Sequence[Gap] = ()
    missing: Sequence[Gap] = ()

    @property
    def count(self) -> int:
        """How many skills the role has."""
        return len(self.have) + len(self.ended) + len(self.missing)


@dataclass(slots=True)
class _Held:
    """The best of what somebody holds for one skill."""

    enough: Credential | None = None
    ended: Credential | None = None
    lower: int = 0
    levels: dict[int, str] = field(default_factory=dict)


def needs_of(role: RoleProfile) -> list[RoleSkill]:
    """The skills of a role in its order. One query."""
    return list(role.skills.select_related("skill"))


def standing(needs: Sequence[RoleSkill], learner: User, now: datetime) -> Standing:
    """Compare what somebody holds with what is needed. Five queries."""
    held = _held(needs, learner, now)
    missing = [each for each in needs if held[each.skill_id].enough is None]
    badges = _closing(missing)
    wishable = _wishable(missing)
    wished = set(
        Wish.objects.filter(
            learner=learner, skill__in=[each.skill_id for each in missing]
        ).values_list("skill", flat=True)
    )
    parts: dict[str, list[Gap]] = {"have": [], "ended": [], "missing": []}
    for need in needs:
        has = held[need.skill_id]
        gap = Gap(
            need,
            credential=has.enough,
            ended=None if has.enough else has.ended,
            lower=has.levels.get(has.lower, ""),
            badges=badges[need.skill_id],
            can_be_wished=need.skill_id in wishable,
            is_wished=need.skill_id in wished,
        )
        part = "have" if gap.credential else "ended" if gap.ended else "missing"
        parts[part].append(gap)
    return Standing(**parts)


def _held(
    needs: Sequence[RoleSkill], learner: User, now: datetime
) -> Mapping[int, _Held]:
    """What their credentials prove of these skills. Two queries.

    Paused, withdrawn and replaced ones prove nothing; those past their end did.
    """
    wanted = {each.skill_id: each.level for each in needs}
    credentials = {
        each.version_id: each
        for each in Credential.objects.of(learner)
        .filter(
            state=Credential.State.ACTIVE,
            is_signature_good=True,
            version__skill_levels__skill__in=wanted,
        )
        .distinct()
        .defer("document", "jwt")
        .order_by("issued_at", "pk")  # the newest of a version is the one that stays
    }
    held = defaultdict[int, _Held](_Held)
    proved = AchievementSkill.objects.filter(version__in=credentials, skill__in=wanted)
    for each in proved.order_by("level", "pk"):
        _add(held[each.skill_id], each, wanted[each.skill_id], credentials, now)
    return held


def _add(
    held: _Held,
    proved: AchievementSkill,
    wanted: int,
    credentials: Mapping[int | None, Credential],
    now: datetime,
) -> None:
    credential = credentials[proved.version_id]
    until = credential.valid_until
    is_over = until is not None and until <= now
    if proved.level < wanted:
        if not is_over:
            held.lower = proved.level
            held.levels[proved.level] = proved.get_level_display()
    elif is_over:
        held.ended = credential
    else:
        held.enough = credential


def _closing(
    missing: Sequence[RoleSkill],
) -> Mapping[int, Sequence[AchievementVersion]]:
    """Badges on offer that prove a skill at its level, the least effort first."""
    wanted = {each.skill_id: each.level for each in missing}
    closing = defaultdict[int, list[AchievementVersion]](list)
    rows = AchievementSkill.objects.filter(
        skill__in=wanted, version__in=offered().order_by()
    ).values_list("version", "skill", "level")
    by_version = defaultdict[int, list[int]](list)
    for version, skill, level in rows.order_by():
        if level >= wanted[skill]:
            by_version[version].append(skill)
    versions = (
        offered()
        .filter(pk__in=by_version)
        .select_related("achievement__issuer")
        .defer("search", "skill_words", "description")
        .order_by("effort_hours", "name", "pk")
    )
    for badge in versions:
        for skill in by_version[badge.pk]:
            if len(closing[skill]) < MOST_BADGES:
                closing[skill].append(badge)
    return closing


def _wishable(missing: Sequence[RoleSkill]) -> set[int]:
    """Those of these skills that somebody can wish for."""
    skills = [each.skill_id for each in missing]
    found = wishing.provable().filter(pk__in=skills).order_by()
    return set(found.values_list("pk", flat=True))
