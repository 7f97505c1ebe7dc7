"""The order of people who were found: each once, by the best row that matches.

Watched and identity-checked proofs stand before assessed ones, those before attended
ones; then the higher level; then the newer; then the lower number, so that pages are
stable. The database puts them in order, since it has thousands of rows at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import connection

from portfolio.models.talent import Strength
from portfolio.talent.asking import MOST_PEOPLE, Sort
from portfolio.talent.queries import Query, every_row, given_to

#: So many of the best rows are looked at first; several of them can be one person's.
FEW_ROWS = 2_000
#: So many where those are of fewer people than are shown; never more.
MOST_ROWS = 5_000
#: Of several things, the best rows of the first one that are tried before all others.
#: Things that are often met together need no more than these.
MOST_NEAR = 3_000
#: Counting stops here: "more than 500 people".
MOST_COUNTED = 500

#: Orders of rows, and so of people, by the columns of a Match. The indexes of
#: ``ProvenSkill`` have the first.
_ORDERS = {
    Sort.MATCH: "2 DESC, 3 DESC, 4 DESC, 1",
    Sort.NEWEST: "4 DESC, 2 DESC, 3 DESC, 1",
}

#: Who has everything but the first thing, for rows of a ranking to ask for.
AMONG = "SELECT learner FROM among"
#: Whose rows ``only_said`` looks at, by the name that its query gives them.
SAYING = "saying.learner"

#: One number that is larger the better a row is, so that the best row of a person is
#: the largest, found in one pass without ordering thousands of rows by four columns.
#: ``_taken_apart`` reads it.
_MOMENT = f"((date_part('epoch', earned_at) * 1000000)::bigint + {2**54})"
_WORTH = "(strength::bigint * 8 + level)"
_BELOW = 2**62
_PACKED = {
    Sort.MATCH: f"({_WORTH} << 55) + {_MOMENT}",
    # Newer or not: who only says it stands below everybody who proves it.
    Sort.NEWEST: f"({_MOMENT} << 7) + {_WORTH} + 64"
    f" - CASE WHEN strength < 1 THEN {_BELOW}::bigint ELSE 0 END",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_BY_ONE = """
SELECT learner, max({packed}) AS best, sum(count(*)) OVER ()
FROM ({rows}) AS found (learner, strength, level, earned_at)
GROUP BY learner ORDER BY best DESC, learner LIMIT {most}
"""

#: Each thing has a bit. Rows of all things are gathered by person in one pass: it takes
#: longer with more rows, and never for a wrong guess of how often things meet.
_BY_SEVERAL = """
WITH more (learner, has) AS ({more}){among}
SELECT learner, max({packed}) AS best, 0
FROM (
    SELECT *, 1::bigint FROM ({rows}) AS first
    UNION ALL
    SELECT learner, NULL, NULL, NULL, has FROM more
) AS found (learner, strength, level, earned_at, has)
GROUP BY learner HAVING bit_or(has) = {every}
ORDER BY best DESC, learner LIMIT {most}
"""
#: First the people of the best rows of the first thing: when enough of them have all
#: the others, nobody further down can stand above them, and the rest is not run.
_NEAR_FIRST = """
WITH near (learner, best) AS MATERIALIZED (
    SELECT learner, max({packed}) AS best
    FROM ({near}) AS found (learner, strength, level, earned_at)
    WHERE {met}
    GROUP BY learner ORDER BY best DESC, learner LIMIT {most}
)
SELECT learner, best, 0 FROM near WHERE (SELECT count(*) FROM near) = {most}
UNION ALL
SELECT * FROM ({far}) AS far WHERE (SELECT count(*) FROM near) < {most}
ORDER BY best DESC, learner
"""
_MET = "learner IN (SELECT learner FROM ({sql}) AS who (learner))"
#: Only where rows ask for it: what is asked for once is not written down first.
_AMONG = """, among (learner) AS (
    SELECT learner FROM more GROUP BY learner HAVING bit_or(has) = {every_other}
)"""
#: A thing of ``_BY_SEVERAL``, and a ranking of ``how_many_each``.
_WHO = "SELECT learner, {bit}::bigint FROM ({sql}) AS who (learner)"
_SIZE = "SELECT {at}, count(*) FROM ({sql}) AS ranked"
#: People in no order, of whom there need not be more.
_ANY = """
SELECT DISTINCT learner
FROM ({rows}) AS found (learner, strength, level, earned_at) LIMIT {most}
"""

_WHOSE = "SELECT learner FROM ({rows}) AS found (learner)"
#: The strongest row of each, as below everybody who proves it.
_ONLY_SAID = """
SELECT learner, (strength - {below})::smallint, level, earned_at
FROM (
    SELECT best.* FROM ({people}) AS saying (learner)
    CROSS JOIN LATERAL ({own} ORDER BY {order} LIMIT 1) AS best
    LIMIT {most}
) AS said (learner, strength, level, earned_at)
"""


class Match(NamedTuple):
    """A person and the strongest row that matches, as it is ranked.

    ``strength`` is below 1 when the row proves nothing of what was asked for, and its
    person only says it. From -8 to 7.
    """

    learner: int
    strength: int
    level: int
    earned_at: datetime


class Ranked(NamedTuple):
    """People in order, as many as are ever shown.

    ``counted``: how many were found, ``MOST_COUNTED`` and one more at most. ``is_cut``:
    there can be rows that were not looked at.
    """

    matches: Sequence[Match]
    counted: int
    is_cut: bool

    @property
    def is_all(self) -> bool:
        """Whether nobody else matches."""
        return self.counted <= MOST_COUNTED and not self.is_cut

    @property
    def is_full_of_proofs(self) -> bool:
        """Whether as many are there as are shown, and none of them only says it."""
        last = self.matches[-1] if len(self.matches) == MOST_PEOPLE else None
        return last is not None and last.strength >= min(Strength)


def best_rows(parts: Sequence[Query], sort: Sort, most: int) -> Query:
    """The best rows of these, in order.

    Each part in order by itself: the database merges what an index has so.
    """
    last = f" ORDER BY {_ORDERS[sort]} LIMIT {most}"
    ordered = [Query(each.sql + last, each.given) for each in parts]
    rows = every_row(ordered)
    return Query(rows.sql + last, rows.given) if len(parts) > 1 else ordered[0]


def whose(rows: Query) -> Query:
    """The learners of rows with the columns of a Match."""
    return Query(_WHOSE.format(rows=rows.sql), rows.given)


def only_said(people: Query, own: Query) -> Query:
    """A row for each of these people, below all rows that prove what was asked for.

    ``people`` are learners, ``own`` the rows of one of them (``SAYING``): of no more
    than are counted, whoever they are.
    """
    sql = _ONLY_SAID.format(
        people=people.sql,
        own=own.sql,
        order=_ORDERS[Sort.MATCH],
        below=max(Strength),
        most=MOST_COUNTED + 1,
    )
    return Query(sql, given_to([people, own]))


def rank_best(proofs: Sequence[Query], said: Sequence[Query], sort: Sort) -> Ranked:
    """Put the people of the best of these rows in order, and who only says it below.

    One query; two when the best rows are of few people, who have many each. Rows of
    who only says it (``only_said``) are few, and take the place of no proof.
    """

    def ranked(most: int) -> Ranked:
        best = [best_rows(proofs, sort, most)] if proofs else []
        return rank(every_row([*best, *said]), sort, most=most)

    few = ranked(FEW_ROWS)
    return ranked(MOST_ROWS) if few.is_cut and not few.is_full_of_proofs else few


def rank(
    rows: Query,
    sort: Sort = Sort.MATCH,
    more: Sequence[Query] = (),
    near: Query | None = None,
    most: int = MOST_ROWS,
) -> Ranked:
    """Put the people of these rows in order, each once with their best row. One query.

    In: rows with the columns of a Match, the ``most`` best of them. With ``more`` all
    rows: people who have other things too, a query of learners for each thing.
    ``near``: the best ``MOST_NEAR`` of the rows, where an index has them in order.
    """
    query = ranking(rows, sort, more)
    if more and near is not None:
        query = _near_first(query, sort, near, more)
    return read(query, sort, most)


def read(query: Query, sort: Sort, most: int = MOST_ROWS) -> Ranked:
    """Run a query that ``ranking`` made of rows that were cut at ``most``."""
    with connection.cursor() as cursor:
        cursor.execute(query.sql, query.given)
        found = cursor.fetchall()
    rows = found[0][-1] if found else 0
    shown = found[:MOST_PEOPLE]
    matches = [_taken_apart(learner, packed, sort) for learner, packed, _rows in shown]
    return Ranked(matches, len(found), is_cut=rows >= most)


def how_many_each(
    asked: Sequence[tuple[Query, Sequence[Query]]],
) -> list[int]:
    """How many people each ranking has, at most ``MOST_COUNTED``. One query.

    In: the rows and the other things of each, as for ``rank``.
    """
    rankings = [
        ranking(rows, Sort.MATCH, more) if more else _anybody(rows)
        for rows, more in asked
    ]
    sql = " UNION ALL ".join(
        _SIZE.format(at=at, sql=each.sql) for at, each in enumerate(rankings)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, given_to(rankings))
        sizes = dict(cursor.fetchall())
    return [min(sizes[at], MOST_COUNTED) for at in range(len(asked))]


def ranking(rows: Query, sort: Sort, more: Sequence[Query] = ()) -> Query:
    """Return the query of ``rank``."""
    about = {"rows": rows.sql, "packed": _PACKED[sort], "most": MOST_COUNTED + 1}
    if not more:
        return Query(_BY_ONE.format(**about), rows.given)
    others = " UNION ALL ".join(
        _WHO.format(bit=2**at, sql=each.sql) for at, each in enumerate(more, start=1)
    )
    every = 2 ** (len(more) + 1) - 1
    among = _AMONG.format(every_other=every - 1) if AMONG in rows.sql else ""
    sql = _BY_SEVERAL.format(more=others, among=among, every=every, **about)
    return Query(sql, given_to([*more, rows]))


def _anybody(rows: Query) -> Query:
    return Query(_ANY.format(rows=rows.sql, most=MOST_COUNTED + 1), rows.given)


def _near_first(
    query: Query, sort: Sort, near: Query, others: Sequence[Query]
) -> Query:
    sql = _NEAR_FIRST.format(
        near=near.sql,
        met=" AND ".join(_MET.format(sql=each.sql) for each in others),
        far=query.sql,
        packed=_PACKED[sort],
        most=MOST_COUNTED + 1,
    )
    return Query(sql, given_to([near, *others, query]))


def _taken_apart(learner: int, packed: int, sort: Sort) -> Match:
    """The row that a number stands for."""
    if sort == Sort.NEWEST:
        packed += _BELOW if packed < 0 else 0
        moment, worth = packed >> 7, (packed & 127) - 64
    else:
        worth, moment = packed >> 55, packed & (2**55 - 1)
    strength, level = divmod(worth, 8)
    since = timedelta(microseconds=moment - 2**54)
    return Match(learner, strength, level, _EPOCH + since)
