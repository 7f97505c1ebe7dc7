"""What people prove at this moment, and what of it says why they were found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse

from credentials.languages import in_this_language
from credentials.models import Credential
from portfolio.models.talent import ProvenSkill, Strength
from portfolio.talent.naming import Thing
from portfolio.talent.queries import Query, written

#: Credentials shown for one person.
MOST_SHOWN = 3
#: Rows of one person to choose them from: a badge proves several skills, and the same
#: badge can be held more than once.
MOST_LOOKED_AT = 9


class Shown(NamedTuple):
    """A skill that a credential proves, with what a list shows of the credential."""

    learner: int
    skill: int
    skill_name: str
    level: int
    strength: int
    achievement: int
    issuer: int
    credential: int
    token: str
    title: str
    language: str
    issuer_name: str
    issued_at: datetime
    valid_until: datetime | None
    issuer_slug: str
    badge_slug: str
    number: int

    @property
    def address(self) -> str:
        """The page of the credential, in the language of whoever reads this."""
        return in_this_language(reverse("credential", args=[self.token]))

    @property
    def small_picture(self) -> str:
        """The address of its artwork for 32 pixels."""
        badge = [self.issuer_slug, self.badge_slug, self.number]
        return reverse("badge_small", args=badge)


#: Chosen rows that anybody may see at this moment, in steps: the database looks for the
#: best way to join all seven tables for longer than it takes to join them.
_SHOWN = """
WITH chosen (id) AS MATERIALIZED ({rows}),
seen AS MATERIALIZED (
    SELECT row.learner_id, row.skill_id, row.level, row.strength, row.achievement_id,
        row.issuer_id, row.credential_id, row.earned_at, held.token, held.title,
        held.issuer_name, held.issued_at, held.valid_until, held.version_id
    FROM portfolio_provenskill row
    JOIN credentials_credential held ON held.id = row.credential_id
    WHERE row.id IN (SELECT id FROM chosen)
      AND held.state = %s AND held.visibility = %s AND held.is_signature_good
      AND (held.valid_until IS NULL OR held.valid_until > %s)
)
SELECT seen.learner_id, seen.skill_id, skill.name, seen.level, seen.strength,
    seen.achievement_id, seen.issuer_id, seen.credential_id, seen.token, seen.title,
    version.language, seen.issuer_name, seen.issued_at, seen.valid_until,
    issuer.slug, badge.slug, version.number
FROM seen
JOIN credentials_skill skill ON skill.id = seen.skill_id
JOIN credentials_achievementversion version ON version.id = seen.version_id
JOIN credentials_achievement badge ON badge.id = seen.achievement_id
JOIN credentials_issuer issuer ON issuer.id = seen.issuer_id
ORDER BY seen.strength DESC, seen.level DESC, seen.earned_at DESC, seen.learner_id,
    seen.credential_id, seen.skill_id
"""


#: The best rows of each person, from the rows alone, before anything is joined to them.
#: An index has them in this order, which is why ties are not settled here.
_BEST = """
SELECT id FROM (
    SELECT id, row_number() OVER (
        PARTITION BY learner_id ORDER BY strength DESC, level DESC, earned_at DESC
    ) AS nth
    FROM portfolio_provenskill
    WHERE learner_id = ANY(%s) AND (
        skill_id = ANY(%s) OR achievement_id = ANY(%s) OR issuer_id = ANY(%s)
        OR learner_id = ANY(%s)
    )
) own
WHERE nth <= %s
"""


class Proof(NamedTuple):
    """A credential, by the row of it that best says why its holder was found.

    ``is_by_skill``: a skill was asked for, and not the badge or its issuer.
    """

    shown: Shown
    is_by_skill: bool

    @property
    def strength(self) -> Strength:
        """How it was earned."""
        return Strength(self.shown.strength)


def shown(rows: QuerySet[ProvenSkill], now: datetime) -> list[Shown]:
    """Read rows as lists show them, the best first. One query.

    Without those whose credential is not to be seen at this moment: a row is a copy.
    """
    try:
        return _read(written(rows.values("pk")), now)
    except EmptyResultSet:  # rows of nobody
        return []


def proofs(
    learners: Sequence[int],
    things: Sequence[Thing],
    now: datetime,
    *,
    said: Collection[int] = (),
) -> Mapping[int, list[Proof]]:
    """Some credentials of each of these people that prove one of the things. One query.

    Of those who only said it (``said``) the best that they have. Without those of whom
    nothing is left to show.
    """
    keys = [
        [key for thing in things for key in thing.skills],
        [key for thing in things for key in thing.badges],
        [key for thing in things for key in thing.issuers],
        list(said),
    ]
    best = Query(_BEST, [list(learners), *keys, MOST_LOOKED_AT])
    by_learner = defaultdict[int, list[Shown]](list)
    for row in _read(best, now):
        by_learner[row.learner].append(row)
    return {learner: _choose(rows, things) for learner, rows in by_learner.items()}


def _read(chosen: Query, now: datetime) -> list[Shown]:
    in_force: list[Any] = [Credential.State.ACTIVE, Credential.Visibility.PUBLIC, now]
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN.format(rows=chosen.sql), [*chosen.given, *in_force])
        return [Shown(*row) for row in cursor.fetchall()]


class _Chosen(NamedTuple):
    """The row that stands for a credential, and whether it was asked for."""

    proof: Proof
    is_match: bool


def _choose(rows: Sequence[Shown], things: Sequence[Thing]) -> list[Proof]:
    """The credentials to show of one person, those that were asked for first.

    In: their rows, the strongest first. The same badge stands once; an earlier version
    of it that proves other skills is no repeat.
    """
    by_credential = defaultdict[int, list[Shown]](list)
    for row in rows:
        by_credential[row.credential].append(row)
    first: dict[object, _Chosen] = {}
    # Sorting keeps the order of equals: the strongest stay first.
    for said, chosen in sorted(
        (_chosen(of_one, things) for of_one in by_credential.values()),
        key=lambda pair: not pair[1].is_match,
    ):
        first.setdefault(said, chosen)
    return [chosen.proof for chosen in first.values()][:MOST_SHOWN]


def _chosen(
    rows: Sequence[Shown], things: Sequence[Thing]
) -> tuple[tuple[int, frozenset[int]], _Chosen]:
    """What one credential proves, which may be said once, and the row for it.

    A skill that was asked for stands before the others of the same credential.
    """
    said = (rows[0].achievement, frozenset(row.skill for row in rows))
    by_skill = [row for row in rows if any(row.skill in each.skills for each in things)]
    matching = by_skill or [row for row in rows if _is_vouched(row, things)]
    best = (matching or rows)[0]
    return said, _Chosen(Proof(best, bool(by_skill)), bool(matching))


def _is_vouched(row: Shown, things: Sequence[Thing]) -> bool:
    """Whether the badge or its issuer was asked for."""
    return any(
        row.achievement in thing.badges or row.issuer in thing.issuers
        for thing in things
    )
