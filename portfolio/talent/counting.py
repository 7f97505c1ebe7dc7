"""How many of the people found each further filter would leave.

Everything asked for must hold at once, so the number beside an option is how many of
these people have it too. Counted over those who can be looked at (ten pages); of more,
the most frequent options are shown without numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

#: Options of one group, the most frequent first.
MOST_OPTIONS = 12

#: Before a search nothing is counted that would point at few people.
FEWEST = 10
MOST_AREAS = 6
_KEY, _KEPT = "talent-areas", 3600  # seconds

_OPTIONS = """
WITH own AS MATERIALIZED (
    SELECT * FROM portfolio_provenskill
    WHERE learner_id = ANY(%(learners)s)
      AND (valid_until IS NULL OR valid_until > %(now)s)
), counted AS (
    SELECT 'skill' AS name, skill_id::text AS value,
        count(DISTINCT learner_id) AS people
    FROM own GROUP BY skill_id
    UNION ALL
    SELECT 'badge', achievement_id::text, count(DISTINCT learner_id)
    FROM own GROUP BY achievement_id
    UNION ALL
    SELECT 'issuer', issuer_id::text, count(DISTINCT learner_id)
    FROM own GROUP BY issuer_id
    UNION ALL
    SELECT 'endorsed', given.organisation_id::text, count(DISTINCT learner_id)
    FROM own JOIN portfolio_endorsement given
        ON given.achievement_id = own.achievement_id AND given.state = 'given'
    LEFT JOIN credentials_signingkey signing ON signing.id = given.signing_key_id
    WHERE signing.compromised_at IS NULL
    GROUP BY given.organisation_id
    UNION ALL
    SELECT 'language', spoken, count(*)
    FROM portfolio_findableperson, unnest(languages) spoken
    WHERE learner_id = ANY(%(learners)s) GROUP BY spoken
    UNION ALL
    SELECT 'open', 'yes', count(*) FROM portfolio_findableperson
    WHERE learner_id = ANY(%(learners)s) AND is_open_to_work
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY name ORDER BY people DESC, value) AS place
    FROM counted WHERE people > 0
)
SELECT placed.name,
    CASE WHEN placed.name = 'badge' THEN issuing.slug || '/' || badge.slug
        WHEN placed.name IN ('issuer', 'endorsed') THEN issuer.slug
        ELSE placed.value END,
    coalesce(skill.name, version.name, issuer.name, placed.value),
    placed.people
FROM placed
LEFT JOIN credentials_skill skill
    ON placed.name = 'skill' AND skill.id::text = placed.value
LEFT JOIN credentials_achievement badge
    ON placed.name = 'badge' AND badge.id::text = placed.value
LEFT JOIN credentials_achievementversion version
    ON version.id = badge.current_version_id
LEFT JOIN credentials_issuer issuing ON issuing.id = badge.issuer_id
LEFT JOIN credentials_issuer issuer
    ON placed.name IN ('issuer', 'endorsed') AND issuer.id::text = placed.value
WHERE placed.place <= %(most)s
ORDER BY placed.name, placed.place
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


def options(learners: Sequence[int], now: datetime) -> Mapping[str, list[Option]]:
    """Return the options of each group for these people. One query, none for nobody."""
    found = defaultdict[str, list[Option]](list)
    if not learners:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            _OPTIONS, {"learners": list(learners), "now": now, "most": MOST_OPTIONS}
        )
        for name, value, label, people in cursor.fetchall():
            found[name].append(Option(value, label, people))
    return found


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
