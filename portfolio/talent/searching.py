"""From a search to people, the best proof first.

Every thing that is asked for must be there. The first that can be proven says how
people are ranked: the best of its rows are read from an index in the order of the
result, a few thousand at most, so that one thing costs the same among any number of
people. Rows of several things are gathered by person, all of them in one pass.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet

from credentials.models import Issuer
from portfolio.models.talent import FindablePerson, ProvenSkill, Strength
from portfolio.talent.asking import Search, Sort
from portfolio.talent.folding import fold
from portfolio.talent.naming import Thing
from portfolio.talent.queries import Query, every_row, written
from portfolio.talent.ranking import (
    AMONG,
    MOST_NEAR,
    SAYING,
    Match,
    Ranked,
    best_rows,
    how_many_each,
    only_said,
    rank,
    rank_best,
    whose,
)
from portfolio.talent.things import recognised, things_of

#: Of people who are counted only in part, full hundreds are said.
ROUND = 100
LASTS = timedelta(days=182)


@dataclass(frozen=True, slots=True)
class Asked:
    """What to rank the people by, and who has the other things.

    ``proofs`` are rows that prove the first thing, ``said`` those of who only says it.
    ``in_order``: an index has the proofs with the strongest first.
    """

    proofs: Sequence[Query]
    said: Sequence[Query]
    more: Sequence[Query]
    in_order: bool

    @property
    def rows(self) -> Sequence[Query]:
        """All that can rank somebody."""
        return [*self.proofs, *self.said]


@dataclass(frozen=True, slots=True)
class Found:
    """People in order, at most ``MOST_PEOPLE``; how many there are in all.

    ``is_more``: there are more than ``total``, and nobody counted how many. ``said``:
    who of the learners proves nothing of it, and only says it.
    """

    learners: Sequence[int]
    total: int
    is_more: bool
    things: Sequence[Thing]
    said: Collection[int] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everybody there is is among the ``learners``."""
        return not self.is_more and self.total == len(self.learners)


def find(search: Search, now: datetime) -> Found:
    """Find the people of a search. Nobody when it names nothing.

    At most four queries, whatever is asked for and whatever is in the tables.
    """
    things = things_of(search) if search.names_something else []
    if not things or not all(thing.is_proven or thing.said for thing in things):
        return Found([], 0, is_more=False, things=things)
    ranked = _ranked(_asked(things, search, now), search.sort)
    return Found(
        [match.learner for match in ranked.matches],
        ranked.counted if ranked.is_all else _surely_more_than(ranked.counted),
        is_more=not ranked.is_all,
        things=things,
        said={
            match.learner for match in ranked.matches if match.strength < min(Strength)
        },
    )


def _surely_more_than(people: int) -> int:
    """A number that so many people are more than: a full hundred where there is one."""
    fewer = people - 1
    return fewer - fewer % ROUND if fewer > ROUND else fewer


def how_many(
    asked: Sequence[tuple[Search, Sequence[Thing]]], now: datetime
) -> list[int]:
    """How many people have the things of each search under its filters. One query."""
    sizes = [0] * len(asked)
    possible = {
        at: _asked(things, search, now)
        for at, (search, things) in enumerate(asked)
        if things and all(thing.is_proven or thing.said for thing in things)
    }
    if possible:
        rankings = [(every_row(each.rows), each.more) for each in possible.values()]
        for at, size in zip(possible, how_many_each(rankings), strict=True):
            sizes[at] = size
    return sizes


def _proofs_of(search: Search, now: datetime) -> QuerySet[ProvenSkill]:
    """Rows that are as every proof has to be. What has ended proves nothing."""
    until = now + LASTS if search.lasts else now
    rows = ProvenSkill.objects.filter(Q(valid_until=None) | Q(valid_until__gt=until))
    if search.level > 1:
        rows = rows.filter(level__gte=search.level)
    if search.assessed:
        rows = rows.filter(strength__gte=Strength.ASSESSED)
    if search.since:
        rows = rows.filter(earned_at__gte=datetime(search.since, 1, 1, tzinfo=UTC))
    return _vouched_for(rows, search)


def _of_people[Copied: (ProvenSkill, FindablePerson)](
    rows: QuerySet[Copied], search: Search
) -> QuerySet[Copied]:
    """Those whose person is as was asked for. Each row has a copy of what they say."""
    if search.is_open:
        rows = rows.filter(is_open_to_work=True)
    if search.place:
        rows = rows.filter(place__contains=fold(search.place))
    if languages := search.chosen.get("language"):
        rows = rows.filter(languages__contains=[fold(each) for each in languages])
    return rows


def _vouched_for(rows: QuerySet[ProvenSkill], search: Search) -> QuerySet[ProvenSkill]:
    """Those of the chosen issuers, and of badges that the chosen ones recognise."""
    if issuers := search.chosen.get("issuer"):
        rows = rows.filter(issuer__in=Issuer.objects.filter(slug__in=issuers))
    if slugs := search.chosen.get("endorsed"):
        rows = rows.filter(achievement__in=recognised(slugs))
    return rows


def _keys(thing: Thing) -> list[tuple[str, tuple[int, ...]]]:
    columns = (
        ("skill_id", thing.skills),
        ("achievement_id", thing.badges),
        ("issuer_id", thing.issuers),
    )
    return [(column, keys) for column, keys in columns if keys]


def _saying(thing: Thing, people: QuerySet[FindablePerson]) -> QuerySet[FindablePerson]:
    for word in thing.said.split():
        people = people.filter(words__contains=f" {word}")
    return people


def _who_has(thing: Thing, rows: Query) -> Query:
    """The people who prove or say it, some of them more than once."""
    parts = [whose(rows.one_of(*each)) for each in _keys(thing)]
    if thing.said:
        people = _saying(thing, FindablePerson.objects.all())
        parts.append(written(people.values("pk")))
    return every_row(parts)


def _ranked(asked: Asked, sort: Sort) -> Ranked:
    if not asked.more:
        return rank_best(asked.proofs, asked.said, sort)
    near = None
    if asked.proofs and asked.in_order and sort == Sort.MATCH:
        near = best_rows(asked.proofs, sort, MOST_NEAR)
    return rank(every_row(asked.rows), sort, asked.more, near)


def _asked(things: Sequence[Thing], search: Search, now: datetime) -> Asked:
    """What the things ask of rows.

    The first thing that can be proven is the one to rank by. A query for each that it
    can be, to be read from an index of its own; people who only say it come last. The
    others that can be proven are looked for in whichever rows.
    """
    proofs = _proofs_of(search, now)
    rows = _of_people(proofs, search)
    first, *others = [each for each in things if each.is_proven] or things[:1]
    spoken = [each for each in things if each is not first and not each.is_proven]
    people = _of_people(FindablePerson.objects.all(), search)
    for each in spoken:
        people = _saying(each, people)
    matching = _matches(rows)
    narrow = matching
    if spoken:
        who = written(people.values("pk"))
        narrow = matching.where(f"learner_id IN ({who.sql})", *who.given)
    said = []
    if first.said:
        who = written(_saying(first, people).values("pk"))
        if others:
            who = who.where(f"learner_id IN ({AMONG})")
        own = matching if rows is proofs else _matches(proofs)
        said = [only_said(who, own.where(f"learner_id = {SAYING}"))]
    return Asked(
        _proofs(first, narrow, is_alone=not spoken),
        said,
        [_who_has(each, matching) for each in others],
        in_order=narrow is matching and rows is proofs,
    )


def _proofs(thing: Thing, rows: Query, *, is_alone: bool) -> list[Query]:
    """Rows by what the thing can be, no row twice.

    Of a thing that stands alone each of its keys by itself, which comes in order.
    """
    found = []
    for column, keys in _keys(thing):
        parts = [(key,) for key in keys] if is_alone else [keys]
        found += [rows.one_of(column, part) for part in parts]
        rows = rows.none_of(column, keys)
    return found


def _matches(rows: QuerySet[ProvenSkill]) -> Query:
    return written(rows.values_list(*Match._fields))
