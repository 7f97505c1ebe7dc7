"""What learners hold, read from rows into what the engine works with: one query."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject, Now

from credentials import awarding
from credentials.models import (
    AchievementSkill,
    Credential,
    ImportedDocument,
    Skill,
)
from pathways.rules.tree import NEVER, HeldState, Holding

#: Of what was earned elsewhere, only what proves something: the signature is good, no
#: list of withdrawals is left unread, it is made out to its holder and has begun.
#: Whether anybody trusts its issuer is for each pathway to say.
_FROM_ELSEWHERE = Q(
    source=Credential.Source.IMPORTED,
    imported__verdict=ImportedDocument.Verdict.UNKNOWN_ISSUER,
    imported__made_out=ImportedDocument.MadeOut.TO_ADDRESS,
    issued_at__lte=Now(),
)


def holdings_of(learner_id: int) -> list[Holding]:
    """Return what one learner holds, oldest first; see ``holdings_of_many``."""
    return holdings_of_many([learner_id])[learner_id]


def holdings_of_many(learner_ids: Iterable[int]) -> dict[int, list[Holding]]:
    """Return what each of these learners holds, oldest first, in one query.

    Every state but erased, so that the engine can say why something does not count.
    What was earned elsewhere proves skills, with the identifier of its issuer.
    """
    return _held(learner_ids, Q(achievement__isnull=False) | _FROM_ELSEWHERE)


def from_elsewhere_of_many(learner_ids: Iterable[int]) -> dict[int, list[Holding]]:
    """Return only what these learners earned elsewhere, in one query."""
    return _held(learner_ids, _FROM_ELSEWHERE)


def _held(learner_ids: Iterable[int], which: Q) -> dict[int, list[Holding]]:
    held: dict[int, list[Holding]] = {learner: [] for learner in learner_ids}
    for row in _rows(list(held), which):
        held[row["holder_id"]].append(_holding(row))
    return held


def keeps_from_earning(badge: int, holdings: Iterable[Holding], now: datetime) -> bool:
    """Tell whether one of these holdings keeps its holder from earning a badge again.

    The badge is named by its primary key.
    """
    return any(each.achievement == badge and each.bars(now) for each in holdings)


class _IsAmong(Func):
    """Whether the first is an element of the second, an array."""

    arg_joiner = " = ANY("
    template = "%(expressions)s)"
    output_field = BooleanField()


def _rows(learners: list[int], which: Q) -> QuerySet[Any, Any]:
    named = Skill.objects.filter(
        _IsAmong(F("uri"), OuterRef("imported__skill_addresses"))
    )
    found = named.order_by("pk").values(pair=JSONObject(skill="pk", address="uri"))
    skills = AchievementSkill.objects.filter(version=OuterRef("version"))
    pairs = skills.order_by("skill").values(
        pair=JSONObject(skill="skill_id", level="level")
    )
    return (
        Credential.objects.filter(which, holder__in=learners)
        .exclude(state=Credential.State.ERASED)
        .annotate(proved=ArraySubquery(pairs), named=ArraySubquery(found))
        .order_by("issued_at", "pk")
        .values(
            "pk",
            "holder_id",
            "achievement_id",
            "achievement__is_repeatable",
            "version__number",
            "version__credits",
            "state",
            "issued_at",
            "valid_until",
            "proved",
            "named",
            "imported__external_issuer",
            "imported__alignments",
            "completion__version__pathway_id",
            "completion__exit__requirement__parent_id",
        )
    )


def _holding(row: dict[str, Any]) -> Holding:
    if row["achievement_id"] is None:
        return _from_elsewhere(row)
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
        again_from=None if row["achievement__is_repeatable"] else _again_from(row),
    )


def _from_elsewhere(row: dict[str, Any]) -> Holding:
    """The skills of this site that the file names by their addresses."""
    levels = {each["address"]: each["level"] for each in row["imported__alignments"]}
    return Holding(
        key=str(row["pk"]),
        issued_at=row["issued_at"],
        valid_until=row["valid_until"],
        skills=tuple(
            (pair["skill"], levels.get(pair["address"], 1)) for pair in row["named"]
        ),
        issuer=row["imported__external_issuer"],
    )


def _again_from(row: dict[str, Any]) -> datetime | None:
    """From when a badge can be earned again that is held once.

    The same as ``awarding`` finds when it refuses: never while it is paused or has no
    end, from some days before its end where it has one, any time once it is lost.
    """
    if row["state"] == HeldState.SUSPENDED:
        return NEVER
    if row["state"] != HeldState.ACTIVE:
        return None
    end: datetime | None = row["valid_until"]
    return NEVER if end is None else awarding.renews_from(row["issued_at"], end)
