"""What experience says about a badge: how long answers take, how many hold it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F

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


def answers(achievement: Achievement) -> Answers | None:
    """How long decisions took since sending; nothing below 10. One query."""
    took = ExpressionWrapper(F("decided_at") - F("submitted_at"), DurationField())
    found = Submission.objects.filter(
        achievement=achievement, decided_at__isnull=False
    ).aggregate(median=_Median(took, output_field=DurationField()), n=Count("pk"))
    if found["n"] < FEWEST:
        return None
    days = ceil(found["median"] / timedelta(days=1))
    return Answers(max(1, days), found["n"])


def holders(achievement: Achievement, now: datetime) -> int | None:
    """About how many people hold the badge; nothing below 10. One query.

    Rounded down to two digits, to tens below 100, so that nobody can watch one more
    person arrive.
    """
    held = Credential.objects.filter(achievement=achievement).in_force(now)
    number = held.aggregate(n=Count("holder", distinct=True))["n"]
    if number < FEWEST:
        return None
    unit = max(10, 10 ** (len(str(number)) - 2))
    return int(number // unit * unit)
