"""What experience says about a badge: how long answers take, how many hold it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
)

from credentials.models import Achievement, Credential, Submission

#: Fewer decisions say nothing, fewer holders could be recognised.
FEWEST = 10


class _Median(Aggregate):
    """The middle value; PostgreSQL's percentile_cont interpolates between two."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True, slots=True)
class Answers:
    """Half of ``decisions`` came within ``days`` whole days, at least one."""

    days: int
    decisions: int


@dataclass(frozen=True, slots=True)
class Record:
    """Both, each None while there is too little of it.

    ``holders`` is rounded down to two digits, to tens below 100, so that nobody can
    watch one more person arrive.
    """

    answers: Answers | None
    holders: int | None


def answers(achievement: Achievement) -> Answers | None:
    """How long decisions took since sending; nothing below 10. One query."""
    rows = _decided().filter(achievement=achievement)
    median, number = rows.values_list("median", "n").first() or (None, 0)
    return _answers(median, number)


def record(achievement: Achievement, now: datetime) -> Record:
    """How long decisions took, and about how many people hold the badge. One query."""
    decided = _decided().filter(achievement=OuterRef("pk"))
    held = Credential.objects.filter(achievement=OuterRef("pk")).in_force(now)
    holders = held.order_by().values("achievement")
    holders = holders.annotate(n=Count("holder", distinct=True))
    median, number, people = (
        Achievement.objects.filter(pk=achievement.pk)
        .values_list(
            Subquery(decided.values("median")),
            Subquery(decided.values("n")),
            Subquery(holders.values("n")),
        )
        .get()
    )
    return Record(_answers(median, number or 0), _rounded(people or 0))


def _decided() -> QuerySet[Any]:
    took = ExpressionWrapper(F("decided_at") - F("submitted_at"), DurationField())
    return (
        Submission.objects.filter(decided_at__isnull=False)
        .order_by()
        .values("achievement")
        .annotate(median=_Median(took, output_field=DurationField()), n=Count("pk"))
    )


def _answers(median: timedelta | None, number: int) -> Answers | None:
    if median is None or number < FEWEST:
        return None
    return Answers(max(1, ceil(median / timedelta(days=1))), number)


def _rounded(people: int) -> int | None:
    if people < FEWEST:
        return None
    unit = max(10, 10 ** (len(str(people)) - 2))
    return int(people // unit * unit)
