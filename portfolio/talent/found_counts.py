"""How often people were found, and through which skills; never by whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.utils.timezone import localdate

from portfolio.models import FoundCount, User
from portfolio.talent.people import Person

#: What a learner sees goes back this far; older counts are deleted.
KEPT = timedelta(days=90)

# Whose account is being deleted is left out, and not waited for: they are locked first
# (portfolio/accounts/leaving.py), so that nobody holds a count while the other waits.
_COUNT = """
INSERT INTO portfolio_foundcount (learner_id, skill_id, day, times)
SELECT learner, skill, %(day)s, 1
FROM unnest(%(learners)s::bigint[], %(skills)s::bigint[]) AS found (learner, skill)
JOIN portfolio_user AS person ON person.id = learner
JOIN credentials_skill AS named ON named.id = skill
ORDER BY learner
FOR KEY SHARE OF person, named SKIP LOCKED
ON CONFLICT (learner_id, skill_id, day)
    DO UPDATE SET times = portfolio_foundcount.times + 1
"""


@dataclass(frozen=True, slots=True)
class Through:
    """A skill that somebody was found by, and how often."""

    skill: str
    times: int


def count(people: Iterable[Person], now: datetime) -> None:
    """Count that these people stood in the results. One query, none for nobody."""
    found = [(person.profile.user_id, person.best.skill) for person in people]
    if not found:
        return
    learners, skills = zip(*found, strict=True)
    given: dict[str, Any] = {
        "day": localdate(now),
        "learners": list(learners),
        "skills": list(skills),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, given)


def found_through(learner: User, now: datetime) -> Sequence[Through]:
    """The skills somebody was found by in the last 90 days, most often first."""
    rows = (
        FoundCount.objects.filter(learner=learner, day__gt=_edge(now))
        .values_list("skill__name")
        .annotate(times=Sum("times"))
        .order_by("-times", "skill__name")
    )
    return [Through(name, times) for name, times in rows]


def forget_old(now: datetime) -> int:
    """Delete what is older than anybody sees; return how many rows went."""
    deleted, _ = FoundCount.objects.filter(day__lte=_edge(now)).delete()
    return deleted


def _edge(now: datetime) -> date:
    return localdate(now - KEPT)
