"""What learners hold, read from rows into what the engine works with: one query."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from credentials import awarding
from credentials.models import AchievementSkill, Credential
from pathways.rules.tree import HeldState, Holding

_IN_HAND = {HeldState.ACTIVE, HeldState.SUSPENDED}


def holdings_of(learner_id: int) -> list[Holding]:
    """Return what one learner holds, oldest first; see ``holdings_of_many``."""
    return holdings_of_many([learner_id])[learner_id]


def holdings_of_many(learner_ids: Iterable[int]) -> dict[int, list[Holding]]:
    """Return what each of these learners holds, oldest first, in one query.

    Every state but erased, so that the engine can say why something does not count.
    Only what was issued here: a credential without a badge of ours names no issuer
    that somebody could trust.
    """
    held: dict[int, list[Holding]] = {learner: [] for learner in learner_ids}
    for row in _rows(list(held)):
        held[row["holder_id"]].append(_holding(row))
    return held


def keeps_from_earning(badge: int, holdings: Iterable[Holding], now: datetime) -> bool:
    """Tell whether one of these holdings keeps its holder from earning a badge again.

    The same as ``awarding`` finds when it refuses: held, and not about to end. Of a
    badge that is not repeatable, by its primary key.
    """
    held = (each for each in holdings if each.achievement == badge)
    return any(
        each.state in _IN_HAND and not awarding.can_renew(each, now) for each in held
    )


def _rows(learners: list[int]) -> QuerySet[Any, Any]:
    skills = AchievementSkill.objects.filter(version=OuterRef("version"))
    pairs = skills.order_by("skill").values(
        pair=JSONObject(skill="skill_id", level="level")
    )
    return (
        Credential.objects.filter(holder__in=learners, achievement__isnull=False)
        .exclude(state=Credential.State.ERASED)
        .annotate(proved=ArraySubquery(pairs))
        .order_by("issued_at", "pk")
        .values(
            "pk",
            "holder_id",
            "achievement_id",
            "version__number",
            "version__credits",
            "state",
            "issued_at",
            "valid_until",
            "proved",
            "completion__version__pathway_id",
            "completion__exit__requirement__parent_id",
        )
    )


def _holding(row: dict[str, Any]) -> Holding:
    is_last_exit = row["completion__exit__requirement__parent_id"] is None
    return Holding(
        key=str(row["pk"]),
        issued_at=row["issued_at"],
        achievement=row["achievement_id"],
        version=row["version__number"],
        state=HeldState(row["state"]),
        valid_until=row["valid_until"],
        credits=row["version__credits"] or Decimal(0),
        skills=tuple((pair["skill"], pair["level"]) for pair in row["proved"]),
        pathway=row["completion__version__pathway_id"] if is_last_exit else None,
    )
