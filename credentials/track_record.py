"""What experience says about a badge: how long answers take, how many hold it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db import connection

from credentials.models import Achievement, Credential

#: Fewer decisions say nothing, fewer holders could be recognised.
FEWEST = 10

_DECIDED = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY decided_at - submitted_at), count(*)
FROM credentials_submission
WHERE achievement_id = %(badge)s AND decided_at IS NOT NULL
"""
#: Holders are those whose credential is in force, as ``CredentialQuerySet`` has it.
_RECORD = """
SELECT decided.*, (
    SELECT count(DISTINCT holder_id) FROM credentials_credential
    WHERE achievement_id = %(badge)s AND state = %(active)s
      AND (valid_until IS NULL OR valid_until > %(now)s)
)
FROM ({decided}) decided
"""


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
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, {"badge": achievement.pk})
        return _answers(*cursor.fetchone())


def record(achievement: Achievement, now: datetime) -> Record:
    """How long decisions took, and about how many people hold the badge. One query."""
    asked: dict[str, Any] = {
        "badge": achievement.pk,
        "active": Credential.State.ACTIVE,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORD.format(decided=_DECIDED), asked)
        median, number, people = cursor.fetchone()
    return Record(_answers(median, number), rounded(people))


def _answers(median: timedelta | None, number: int) -> Answers | None:
    if median is None or number < FEWEST:
        return None
    return Answers(max(1, ceil(median / timedelta(days=1))), number)


def rounded(people: int) -> int | None:
    """Two digits of a number, tens below 100; None where people could be recognised."""
    if people < FEWEST:
        return None
    unit = max(10, 10 ** (len(str(people)) - 2))
    return int(people // unit * unit)
