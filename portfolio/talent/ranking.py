"""The order of people who were found: each once, by the best row that matches.

Watched and identity-checked proofs stand before assessed ones, those before attended
ones; then the higher level; then the newer; then the lower number, so that pages are
stable. The database puts them in order, since it has thousands of rows at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from portfolio.models.talent import ProvenSkill
from portfolio.talent.asking import Sort

#: The best rows that are looked at; several of them can be one person's.
MOST_ROWS = 5_000
#: Counting stops here: "more than 500 people".
MOST_COUNTED = 500

#: Orders of rows, and so of people.
ORDERS = {
    Sort.MATCH: ProvenSkill.ORDER,
    Sort.NEWEST: ("-earned_at", "-strength", "-level", "learner"),
}

#: The people that ``rank`` looks among, for rows to ask for: gathered once.
AMONG = RawSQL("SELECT learner FROM among", ())

_RANKED = """
WITH {among}best (learner, strength, level, earned_at) AS MATERIALIZED ({rows})
SELECT learner, strength, level, earned_at, (SELECT count(*) FROM best)
FROM (SELECT DISTINCT ON (learner) * FROM best ORDER BY learner, {order}) once
ORDER BY {order} LIMIT {most}
"""


class Match(NamedTuple):
    """A person and the strongest row that matches, as it is ranked.

    ``strength`` is below 1 when the row proves nothing of what was asked for, and its
    person only says it.
    """

    learner: int
    strength: int
    level: int
    earned_at: datetime


class Ranked(NamedTuple):
    """People in order. ``is_all``: everybody who matches is among them."""

    matches: Sequence[Match]
    is_all: bool


def rank(
    rows: QuerySet[Any, Any],
    sort: Sort = Sort.MATCH,
    among: QuerySet[Any, Any] | None = None,
) -> Ranked:
    """Put the people of these rows in order, each once with their best row. One query.

    In: rows with the columns of a Match, at most ``MOST_ROWS``; the people that they
    ask for as ``AMONG``.
    """
    sql, given = rows.query.sql_with_params()
    if among is None:
        return rank_sql(sql, given, sort)
    people, names = among.query.sql_with_params()
    return rank_sql(sql, [*names, *given], sort, among=people)


def rank_sql(
    sql: str, given: Sequence[Any], sort: Sort = Sort.MATCH, among: str = ""
) -> Ranked:
    """The same for queries that are written already; values of ``among`` come first."""
    order = ", ".join(
        f"{name[1:]} DESC" if name.startswith("-") else name for name in ORDERS[sort]
    )
    ranked = _RANKED.format(
        among=f"among (learner) AS MATERIALIZED ({among}), " if among else "",
        rows=sql,
        order=order,
        most=MOST_COUNTED + 1,
    )
    with connection.cursor() as cursor:
        cursor.execute(ranked, given)
        found = cursor.fetchall()
    read = found[0][-1] if found else 0
    is_all = read < MOST_ROWS and len(found) <= MOST_COUNTED
    return Ranked([Match(*row[:-1]) for row in found], is_all)
