"""How many of the people found each further filter would leave.

Everything asked for must hold at once, so the number beside an option is how many of
these people have it too. Counted over those who can be looked at (ten pages); of more,
the most frequent options are shown without numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from portfolio.models import Endorsement
from portfolio.talent.searching import Found

#: Options of one group, the most frequent first.
MOST_OPTIONS = 12
#: Of more people than can be looked at, so many are enough to see what is frequent.
SAMPLE = 40

#: Before a search nothing is counted that would point at few people.
FEWEST = 10
MOST_AREAS = 6
_KEY, _KEPT = "talent-areas", 3600  # seconds

#: What these people have, in one pass: each person is a bit, so that nobody counts
#: twice for what they proved twice. Then the names of the most frequent things.
_OPTIONS = """
WITH person (learner, bit) AS MATERIALIZED (
    SELECT learner, set_bit(0::bit({people}), at::int - 1, 1)
    FROM unnest(%(learners)s::bigint[]) WITH ORDINALITY asked (learner, at)
),
thing AS MATERIALIZED (
    SELECT skill_id, achievement_id, issuer_id, bit_or(bit) AS held
    FROM portfolio_provenskill JOIN person ON learner = learner_id
    WHERE learner_id = ANY(%(learners)s)
      AND (valid_until IS NULL OR valid_until > %(now)s)
    GROUP BY GROUPING SETS (skill_id, achievement_id, issuer_id)
)
SELECT 'skill' AS name, skill.id::text AS value, skill.name AS label, counted.people
FROM (
    SELECT skill_id, bit_count(held) AS people
    FROM thing WHERE skill_id IS NOT NULL
    ORDER BY people DESC, skill_id LIMIT %(most)s
) counted
JOIN credentials_skill skill ON skill.id = counted.skill_id
UNION ALL
SELECT 'badge', issuer.slug || '/' || badge.slug, version.name, counted.people
FROM (
    SELECT achievement_id, bit_count(held) AS people
    FROM thing WHERE achievement_id IS NOT NULL
    ORDER BY people DESC, achievement_id LIMIT %(most)s
) counted
JOIN credentials_achievement badge ON badge.id = counted.achievement_id
JOIN credentials_achievementversion version ON version.id = badge.current_version_id
JOIN credentials_issuer issuer ON issuer.id = badge.issuer_id
UNION ALL
SELECT counted.name, issuer.slug, issuer.name, counted.people
FROM (
    (SELECT 'issuer' AS name, issuer_id, bit_count(held) AS people
     FROM thing WHERE issuer_id IS NOT NULL
     ORDER BY people DESC, issuer_id LIMIT %(most)s)
    UNION ALL
    (SELECT 'endorsed', given.organisation_id, bit_count(bit_or(held)) AS people
     FROM ({given}) given JOIN thing ON thing.achievement_id = given.achievement_id
     GROUP BY given.organisation_id
     ORDER BY people DESC, given.organisation_id LIMIT %(most)s)
) counted
JOIN credentials_issuer issuer ON issuer.id = counted.issuer_id
UNION ALL
SELECT CASE WHEN said IS NULL THEN 'open' ELSE 'language' END,
    coalesce(said, 'yes'), coalesce(said, 'yes'), people
FROM (
    -- Being open to work is counted with the languages, as one that is NULL.
    SELECT said, count(*) AS people
    FROM portfolio_findableperson CROSS JOIN unnest(
        CASE WHEN is_open_to_work THEN array_append(languages, NULL) ELSE languages END
    ) AS said
    WHERE learner_id = ANY(%(learners)s)
    GROUP BY said ORDER BY said IS NULL DESC, people DESC, said LIMIT %(most)s + 1
) counted
ORDER BY 1, 4 DESC, 2
"""

#: Skills with enough findable people, for the page before a search.
_AREAS = """
SELECT skill.id, skill.name, counted.people
FROM (
    SELECT skill_id, count(DISTINCT learner_id) AS people
    FROM portfolio_provenskill
    WHERE valid_until IS NULL OR valid_until > %(now)s
    GROUP BY skill_id
) counted JOIN credentials_skill skill ON skill.id = counted.skill_id
ORDER BY counted.people DESC, skill.name LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Option:
    """One filter: its value in the address, its name, and how many people it leaves."""

    value: str
    label: str
    people: int


def options(found: Found, now: datetime) -> Mapping[str, list[Option]]:
    """Return the options of each group for these people. One query, none for nobody.

    Where no numbers are shown, the first of them say which options are frequent.
    """
    options = defaultdict[str, list[Option]](list)
    if not found.learners:
        return {}
    learners = found.learners if found.is_whole else found.learners[:SAMPLE]
    given: dict[str, Any] = {
        "learners": list(learners),
        "now": now,
        "most": MOST_OPTIONS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OPTIONS.format(given=_given(), people=len(learners)), given)
        for name, value, label, people in cursor.fetchall():
            options[name].append(Option(value, label, people))
    # Where nobody is open to work, there is a language more.
    return {name: each[:MOST_OPTIONS] for name, each in options.items()}


@lru_cache(maxsize=1)
def _given() -> str:
    """The endorsements of badges that count, as a query: the same at any time."""
    rows = Endorsement.objects.in_force().filter(achievement__isnull=False)
    columns = rows.order_by().values("organisation_id", "achievement_id")
    operations: Any = connection.ops  # PostgreSQL's own write values into a query
    sql: str = operations.compose_sql(*columns.query.sql_with_params())
    return sql.replace("%", "%%")


def areas() -> list[Option]:
    """Return the skills most people have; ``people`` is 0 where they are few.

    Kept for an hour: a job counts them anew before (``refresh_areas``).
    """
    kept: list[Option] | None = cache.get(_KEY)
    return refresh_areas() if kept is None else kept


def refresh_areas() -> list[Option]:
    """Count over everything, which takes seconds at millions, and keep the answer."""
    with connection.cursor() as cursor:
        cursor.execute(_AREAS, {"now": timezone.now(), "most": MOST_AREAS})
        rows = cursor.fetchall()
    counted = [
        Option(str(key), name, people if people >= FEWEST else 0)
        for key, name, people in rows
    ]
    cache.set(_KEY, counted, _KEPT)
    return counted
