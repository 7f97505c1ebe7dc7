"""From a search to people, the best proof first.

Every thing that is asked for must be there. The first that can be proven says how
people are ranked: its rows are read in the order of the result from an index, no more
of them than are ever shown, so that one thing costs the same among any number of
people. Rows of several things are gathered by person, all of them in one pass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import (
    Exists,
    F,
    OuterRef,
    PositiveSmallIntegerField,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from credentials.models import Achievement, Issuer
from pathways.models import Exit
from portfolio.models.endorsements import Endorsement
from portfolio.models.talent import FindablePerson, ProvenSkill, Strength
from portfolio.talent.asking import Search, Sort
from portfolio.talent.folding import fold
from portfolio.talent.naming import Thing, things_named, things_named_by
from portfolio.talent.ranking import (
    AMONG,
    MOST_COUNTED,
    MOST_NEAR,
    MOST_ROWS,
    ORDERS,
    Ranked,
    how_many_each,
    rank,
)

#: Of people who are counted only in part, full hundreds are said.
ROUND = 100
#: What ranks those who only say it below everybody who proves it.
ONLY_SAID = max(Strength)

#: Badges of one organisation that a search for nothing else begins with.
MOST_RECOGNISED = 50

LASTS = timedelta(days=182)


@dataclass(frozen=True, slots=True)
class Entry:
    """Rows to begin with. ``is_said``: they prove other things than were asked for."""

    rows: QuerySet[ProvenSkill]
    is_said: bool = False

    @property
    def columns(self) -> Sequence[str | Combinable]:
        """What a Match has. The order of the rows stays the same among themselves."""
        # Of the column's own type: rows of two types cannot be merged in order.
        below = Cast(F("strength") - ONLY_SAID, PositiveSmallIntegerField())
        return "learner", below if self.is_said else "strength", "level", "earned_at"


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows to rank the people by, and queries for who has the other things.

    ``in_order``: an index has the rows that prove the first thing in the order of the
    result.
    """

    entries: Sequence[Entry]
    more: Sequence[QuerySet[Any, Any]]
    in_order: bool


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
    asked = _asked(things, search, now)
    matches, counted, is_all = _ranked(asked, search.sort)
    return Found(
        [match.learner for match in matches],
        counted if is_all else _surely_more_than(counted),
        is_more=not is_all,
        things=things,
        said={match.learner for match in matches if match.strength < min(Strength)},
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
        rankings = [(_all(each.entries), each.more) for each in possible.values()]
        for at, size in zip(possible, how_many_each(rankings), strict=True):
            sizes[at] = size
    return sizes


def things_of(search: Search) -> list[Thing]:
    """What the words and the chosen options ask for. Unknown options match nobody.

    Three queries at most.
    """
    asked = things_named(search.words)
    asked += [Thing(skills=(int(each),)) for each in search.chosen.get("skill", ())]
    asked += _awarded(search.chosen)
    return asked or _vouchers(search)


def things_without(
    search: Search, things: Sequence[Thing], narrower: Sequence[Search]
) -> list[Sequence[Thing]]:
    """What each search asks for that is *search* without one of its parts.

    ``things`` are what *search* itself asks for; what stays is not looked up again. Two
    queries at most.
    """
    words = {each.words for each in narrower} - {search.words, ""}
    said = things_named_by(words)
    said[search.words] = [thing for thing in things if thing.said]
    chosen = _chosen(search)
    known = dict(zip(chosen, things[len(things) - len(chosen) :], strict=True))
    return [
        [*said.get(each.words, ()), *(known[part] for part in _chosen(each))]
        or _vouchers(each)
        for each in narrower
    ]


def _chosen(search: Search) -> list[tuple[str, str]]:
    """Options that are a thing each, in the order of ``things_of``."""
    return [
        (name, option)
        for name in ("skill", "badge", "pathway")
        for option in search.chosen.get(name, ())
    ]


def _vouchers(search: Search) -> list[Thing]:
    """Where a search begins that asks only who issued or recognises. One query."""
    if slugs := search.chosen.get("issuer"):
        found = Issuer.objects.filter(slug__in=slugs).values_list("pk", flat=True)
        return [Thing(issuers=tuple(found))]
    if slugs := search.chosen.get("endorsed"):
        return [Thing(badges=tuple(_recognised(slugs)[:MOST_RECOGNISED]))]
    return []


def _recognised(slugs: Sequence[str]) -> QuerySet[Endorsement, int]:
    """The badges that one of these organisations accepts or endorses today."""
    given = Endorsement.objects.in_force().filter(
        organisation__slug__in=slugs,
        achievement__isnull=False,
    )
    found = given.order_by("achievement").values_list("achievement", flat=True)
    return found.distinct()


def _awarded(chosen: Mapping[str, Sequence[str]]) -> list[Thing]:
    """The chosen badges, and those at the end of the chosen pathways. One query."""
    named = [(kind, name) for kind in _AWARDED for name in chosen.get(kind, ())]
    if not named:
        return []
    found = defaultdict[tuple[str, str], list[int]](list)
    rows = [_AWARDED[kind](chosen[kind]) for kind in _AWARDED if chosen.get(kind)]
    for kind, issuer, slug, badge in _joined(rows):
        found[kind, f"{issuer}/{slug}"].append(badge)
    return [Thing(badges=tuple(found[each])) for each in named]


def _badges(names: Sequence[str]) -> QuerySet[Achievement, Any]:
    badges = Achievement.objects.filter(slug__in=_slugs(names)).order_by()
    return badges.values_list(Value("badge"), "issuer__slug", "slug", "pk")


def _pathways(names: Sequence[str]) -> QuerySet[Exit, Any]:
    """The badges that stand at the end of a whole pathway, in any of its versions."""
    ends = Exit.objects.filter(
        version__pathway__slug__in=_slugs(names),
        version__published_at__isnull=False,
        requirement__parent=None,
    ).order_by()
    return ends.values_list(
        Value("pathway"),
        "version__pathway__issuer__slug",
        "version__pathway__slug",
        "outcome__achievement",
    ).distinct()


def _slugs(names: Sequence[str]) -> set[str]:
    return {name.partition("/")[2] for name in names}


#: What is asked for by name and held as a badge.
_AWARDED: Mapping[str, Callable[[Sequence[str]], QuerySet[Any, Any]]] = {
    "badge": _badges,
    "pathway": _pathways,
}


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
        rows = rows.filter(achievement__in=_recognised(slugs))
    return rows


def _keys(thing: Thing) -> list[tuple[str, tuple[int, ...]]]:
    columns = (
        ("skill", thing.skills),
        ("achievement", thing.badges),
        ("issuer", thing.issuers),
    )
    return [(column, keys) for column, keys in columns if keys]


def _saying(thing: Thing, people: QuerySet[FindablePerson]) -> QuerySet[FindablePerson]:
    for word in thing.said.split():
        people = people.filter(words__contains=f" {word}")
    return people


def _who_has(thing: Thing, rows: QuerySet[ProvenSkill]) -> QuerySet[Any, Any]:
    """The people who prove or say it, some of them more than once."""
    parts: list[QuerySet[Any, Any]] = [
        rows.filter(**{f"{column}__in": keys}).order_by().values("learner")
        for column, keys in _keys(thing)
    ]
    if thing.said:
        parts.append(_saying(thing, FindablePerson.objects.all()).values("pk"))
    return _joined(parts)


def _ranked(asked: Asked, sort: Sort) -> Ranked:
    if not asked.more:
        return rank(_best(asked.entries, sort, MOST_ROWS), sort)
    proofs = [each for each in asked.entries if not each.is_said]
    near = _best(proofs, sort, MOST_NEAR) if proofs and asked.in_order else None
    return rank(_all(asked.entries), sort, asked.more, near)


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
    narrow = rows
    for each in spoken:
        people = _saying(each, people)
    if spoken:
        narrow = narrow.filter(learner__in=people.values("pk"))
    entries = [Entry(each) for each in _proofs(first, narrow, is_alone=narrow is rows)]
    if first.said:
        who = people.filter(pk__in=AMONG) if others else people
        entries.append(Entry(_best_of(_saying(first, who), proofs), is_said=True))
    more = [_who_has(each, rows) for each in others]
    return Asked(entries, more, in_order=narrow is proofs)


def _proofs(
    thing: Thing, rows: QuerySet[ProvenSkill], *, is_alone: bool
) -> list[QuerySet[ProvenSkill]]:
    """Rows by what the thing can be, no row twice.

    Of a thing that stands alone each of its keys by itself, which comes in order.
    """
    found = []
    for column, keys in _keys(thing):
        parts = [(key,) for key in keys] if is_alone else [keys]
        found += [rows.filter(**{f"{column}__in": part}) for part in parts]
        rows = rows.exclude(**{f"{column}__in": keys})
    return found


def _best_of(
    people: QuerySet[FindablePerson], rows: QuerySet[ProvenSkill]
) -> QuerySet[ProvenSkill]:
    """The strongest of these rows of each person, of no more than are counted."""
    own = rows.filter(learner=OuterRef("pk")).order_by(*ProvenSkill.ORDER)
    some = people.filter(Exists(own))[: MOST_COUNTED + 1]
    best = some.values_list(Subquery(own.values("pk")[:1]))
    return ProvenSkill.objects.filter(pk__in=best)


def _best(
    entries: Sequence[Entry], sort: Sort, most: int
) -> QuerySet[ProvenSkill, Any]:
    """The best rows of these.

    Each entry in order by itself: the database merges what comes so from indexes.
    """
    order = ORDERS[sort]
    first, *rest = [
        entry.rows.order_by(*order).values_list(*entry.columns)[:most]
        for entry in entries
    ]
    if not rest:
        return first
    return first.union(*rest, all=True).order_by(*order)[:most]


def _all(entries: Sequence[Entry]) -> QuerySet[ProvenSkill, Any]:
    """The rows of these, in no order."""
    return _joined(
        [entry.rows.order_by().values_list(*entry.columns) for entry in entries]
    )


def _joined(
    parts: Sequence[QuerySet[Any, Any]],
) -> QuerySet[Any, Any]:
    first, *rest = parts
    return first.union(*rest, all=True) if rest else first
