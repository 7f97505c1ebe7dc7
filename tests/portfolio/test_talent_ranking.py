"""The order of people found, whatever rows there are: the database makes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.talent.asking import Sort
from portfolio.talent.queries import Query
from portfolio.talent.ranking import (
    AMONG,
    Match,
    Ranked,
    _near_first,
    ranking,
    read,
)
from tests.portfolio.findable import NOW

pytestmark = pytest.mark.django_db

MATCHES = st.builds(
    Match,
    st.integers(1, 5),
    st.integers(-2, 3),
    st.integers(1, 4),
    st.integers(0, 2_000).map(lambda days: NOW - timedelta(days=days)),
)


def rank(matches: list[Match], sort: Sort = Sort.MATCH) -> Ranked:
    return read(ranking(written(matches), sort), sort)


def written(matches: list[Match]) -> Query:
    row = "SELECT %s::bigint, %s::smallint, %s::smallint, %s::timestamptz"
    none = f"{row} WHERE false" % ("0", "0", "0", "now()")
    sql = " UNION ALL ".join([none, *([row] * len(matches))])
    given = [value for match in matches for value in match]
    return Query(sql, given)


@given(st.lists(MATCHES, max_size=20))
def test_a_weaker_proof_never_stands_above_a_stronger_one(matches: list[Match]) -> None:
    ranked = rank(matches).matches

    assert len({match.learner for match in ranked}) == len(ranked)
    assert {match.learner for match in ranked} == {match.learner for match in matches}
    for above, below in pairwise(ranked):
        assert (above.strength, above.level, above.earned_at) >= (
            below.strength,
            below.level,
            below.earned_at,
        )


@given(st.lists(MATCHES, max_size=20))
def test_everybody_is_ranked_by_the_best_they_have(matches: list[Match]) -> None:
    for ranked in rank(matches).matches:
        own = [match for match in matches if match.learner == ranked.learner]
        assert ranked == max(own)


@given(st.lists(MATCHES, max_size=20), st.randoms())
def test_the_order_of_rows_never_matters(matches: list[Match], chance: Any) -> None:
    shuffled = list(matches)
    chance.shuffle(shuffled)

    assert rank(shuffled) == rank(matches)


def newness(match: Match) -> tuple[bool, datetime, int, int]:
    """Where somebody stands when the newest come first: who only says it comes last."""
    return match.strength > 0, match.earned_at, match.strength, match.level


@given(st.lists(MATCHES, max_size=20))
def test_the_newest_stand_first_when_asked_for(matches: list[Match]) -> None:
    ranked = rank(matches, Sort.NEWEST).matches

    for match in ranked:
        own = [each for each in matches if each.learner == match.learner]
        assert match == max(own, key=newness)
    for above, below in pairwise(ranked):
        assert newness(above) >= newness(below)


@given(
    st.lists(MATCHES, max_size=20),
    st.integers(1, 8),
    st.integers(1, 4),
    st.sampled_from(Sort),
)
def test_looking_at_the_best_rows_first_changes_nobodys_place(
    matches: list[Match], near: int, counted: int, sort: Sort
) -> None:
    """With few rows near and few people counted, so that they are often enough."""
    proofs = [match for match in matches if match.strength > 0]
    proofs.sort(key=lambda each: each.learner)
    best = sorted(proofs, key=newness if sort == Sort.NEWEST else _strength)[::-1]
    others = [
        Query("SELECT unnest(%s::bigint[])", [who]) for who in ([1, 2, 4, 5], [5, 2, 1])
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portfolio.talent.ranking.MOST_COUNTED", counted)
        all_of_them = ranking(written(matches), sort, others)
        first = _near_first(all_of_them, sort, written(best[:near]), others)

        assert read(first, sort) == read(all_of_them, sort)


def _strength(match: Match) -> tuple[int, int, datetime]:
    return match.strength, match.level, match.earned_at


OTHERS = st.lists(st.lists(st.integers(1, 5), max_size=6), min_size=1, max_size=4)


@given(st.lists(MATCHES, max_size=20), OTHERS)
def test_who_lacks_one_of_several_things_is_left_out_and_nobody_else(
    matches: list[Match], others: list[list[int]]
) -> None:
    having_all = [
        match for match in matches if all(match.learner in who for who in others)
    ]
    more = [Query("SELECT unnest(%s::bigint[])", [who]) for who in others]

    ranked = read(ranking(written(matches), Sort.MATCH, more), Sort.MATCH)

    assert ranked == rank(having_all)


@given(st.lists(MATCHES, min_size=1, max_size=20), OTHERS)
def test_rows_can_ask_who_has_everything_else(
    matches: list[Match], others: list[list[int]]
) -> None:
    rows = written(matches)
    asking = Query(
        f"SELECT * FROM ({rows.sql}) AS row (learner, strength, level, earned_at)"  # noqa: S608 – numbers of the test
        f" WHERE learner IN ({AMONG})",
        rows.given,
    )
    more = [Query("SELECT unnest(%s::bigint[])", [who]) for who in others]

    asked = read(ranking(asking, Sort.MATCH, more), Sort.MATCH)

    assert asked == read(ranking(rows, Sort.MATCH, more), Sort.MATCH)


def test_more_rows_than_are_read_are_not_said_to_be_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    matches = [Match(learner, 2, 2, NOW) for learner in range(1, 4)]

    query = ranking(written(matches), Sort.MATCH)

    assert read(query, Sort.MATCH, most=4).is_all
    assert not read(query, Sort.MATCH, most=3).is_all
    monkeypatch.setattr("portfolio.talent.ranking.MOST_COUNTED", 2)
    assert not rank(matches).is_all
