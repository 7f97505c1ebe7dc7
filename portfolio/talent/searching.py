"""From a search to people, the best proof first.

Every thing that is asked for must be there. One of them, the rarest, says where to
begin: its rows are read in the order of the result from an index, at most a few hundred
of them, and each is kept only if the person has all the other things too. So the cost
grows with what is shown and not with how many people there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)

from credentials.models import Achievement, Issuer
from pathways.models import Exit
from portfolio.models.endorsements import Endorsement
from portfolio.models.talent import FindablePerson, ProvenSkill, Strength
from portfolio.talent.asking import MOST_PEOPLE, Search, Sort
from portfolio.talent.folding import fold
from portfolio.talent.naming import Thing, things_named, things_named_by

#: The best rows that are read; several of them can be one person's.
MOST_ROWS = 2_000
#: Counting stops here: "more than 1,000 people".
MOST_COUNTED = 1_000
#: Rows that are counted to see which thing is the rarest.
MOST_COMPARED = 1_000

#: Badges of one organisation that a search for nothing else begins with.
MOST_RECOGNISED = 50

LASTS = timedelta(days=182)


class Match(NamedTuple):
    """A person and the strongest row that matches, as it is ranked."""

    learner: int
    strength: int
    level: int
    earned_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """People in order, at most ``MOST_PEOPLE``; how many there are in all.

    ``total`` stops at ``MOST_COUNTED``; ``is_more`` says that it did.
    """

    learners: Sequence[int]
    total: int
    is_more: bool
    things: Sequence[Thing]


def find(search: Search, now: datetime) -> Found:
    """Find the people of a search. Nobody when it names nothing.

    At most six queries, whatever is asked for and whatever is in the tables.
    """
    things = things_of(search) if search.names_something else []
    if not things or not all(thing.is_proven or thing.said for thing in things):
        return Found([], 0, is_more=False, things=things)
    entries = _entries(*_rarest_first(things, _rows(search, now)))
    best = _begin(entries, search.sort)
    matches = rank(best, search.sort)
    is_all = len(best) < MOST_ROWS or len(matches) > MOST_COUNTED
    total = len(matches) if is_all else _count(entries)
    return Found(
        [match.learner for match in matches[:MOST_PEOPLE]],
        min(total, MOST_COUNTED),
        is_more=total > MOST_COUNTED,
        things=things,
    )


def how_many(
    asked: Sequence[tuple[Search, Sequence[Thing]]], now: datetime
) -> list[int]:
    """How many people have the things of each search under its filters. One query."""
    counted = []
    for at, (search, things) in enumerate(asked):
        if not things or not all(thing.is_proven or thing.said for thing in things):
            continue
        counted += [
            people.values_list(Value(at, IntegerField()), "learner")[: MOST_COUNTED + 1]
            for people in _people(_entries(things[0], things[1:], _rows(search, now)))
        ]
    found = set(_joined(counted)) if counted else set()
    sizes = Counter(at for at, _learner in found)
    return [min(sizes[at], MOST_COUNTED) for at in range(len(asked))]


def rank(rows: Iterable[Match], sort: Sort = Sort.MATCH) -> list[Match]:
    """Put people in order, each once with their best row.

    Watched and identity-checked proofs before assessed ones before attended ones; then
    the higher level; then the newer; then the lower number, so that pages are stable.
    """
    best: dict[int, Match] = {}
    for row in sorted(rows, key=_newest if sort == Sort.NEWEST else _strongest):
        best.setdefault(row.learner, row)
    return list(best.values())


def _strongest(row: Match) -> tuple[int, int, float, int]:
    return -row.strength, -row.level, -row.earned_at.timestamp(), row.learner


def _newest(row: Match) -> tuple[float, int, int, int]:
    return -row.earned_at.timestamp(), -row.strength, -row.level, row.learner


def things_of(search: Search) -> list[Thing]:
    """What the words and the chosen options ask for. Unknown options match nobody.

    Three queries at most.
    """
    asked = things_named(search.words)
    asked += [Thing(skills=(int(each),)) for each in search.chosen.get("skill", ())]
    asked += _badges(search.chosen.get("badge", ()))
    asked += _pathways(search.chosen.get("pathway", ()))
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


def _badges(names: Sequence[str]) -> list[Thing]:
    if not names:
        return []
    slugs = {name.partition("/")[2] for name in names}
    found = Achievement.objects.filter(slug__in=slugs).values_list(
        "issuer__slug", "slug", "pk"
    )
    keys = {f"{issuer}/{slug}": key for issuer, slug, key in found}
    return [Thing(badges=(keys[each],)) if each in keys else Thing() for each in names]


def _pathways(names: Sequence[str]) -> list[Thing]:
    """The badges that stand at the end of a whole pathway, in any of its versions."""
    if not names:
        return []
    ends = Exit.objects.filter(
        version__pathway__slug__in={name.partition("/")[2] for name in names},
        version__published_at__isnull=False,
        requirement__parent=None,
    ).values_list(
        "version__pathway__issuer__slug",
        "version__pathway__slug",
        "outcome__achievement",
    )
    badges = defaultdict[str, list[int]](list)
    for issuer, slug, badge in ends.order_by().distinct():
        badges[f"{issuer}/{slug}"].append(badge)
    return [Thing(badges=tuple(badges[each])) for each in names]


def _rows(search: Search, now: datetime) -> QuerySet[ProvenSkill]:
    """Rows that are as every proof has to be. What has ended proves nothing."""
    until = now + LASTS if search.lasts else now
    rows = ProvenSkill.objects.filter(Q(valid_until=None) | Q(valid_until__gt=until))
    if search.level > 1:
        rows = rows.filter(level__gte=search.level)
    if search.assessed:
        rows = rows.filter(strength__gte=Strength.ASSESSED)
    if search.since:
        rows = rows.filter(earned_at__gte=datetime(search.since, 1, 1, tzinfo=UTC))
    if search.is_open:
        rows = rows.filter(is_open_to_work=True)
    if search.place:
        rows = rows.filter(place__contains=fold(search.place))
    if languages := search.chosen.get("language"):
        rows = rows.filter(languages__contains=[fold(each) for each in languages])
    return _vouched_for(rows, search)


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


def _has(thing: Thing, rows: QuerySet[ProvenSkill], person: str) -> Q:
    """That somebody has this thing too, in whichever of their rows.

    In: ``person`` is the column with their number, of the query that this narrows.
    """
    own = rows.filter(learner=OuterRef(person))
    has = Q()
    for column, keys in _keys(thing):
        has |= Q(Exists(own.filter(**{f"{column}__in": keys})))
    if thing.said:
        same = FindablePerson.objects.filter(pk=OuterRef(person))
        has |= Q(Exists(_saying(thing, same)))
    return has


def _rarest_first(
    things: Sequence[Thing], rows: QuerySet[ProvenSkill]
) -> tuple[Thing, Sequence[Thing], QuerySet[ProvenSkill]]:
    """The thing with the fewest rows, the others, the rows. One query, none for one
    thing.

    Rows of proofs and people who say it are counted as far as it takes to compare.
    """
    if len(things) == 1:
        return things[0], [], rows
    counted = []
    for at, thing in enumerate(things):
        parts: list[QuerySet[Any, Any]] = [*_proofs(thing, rows)]
        if thing.said:
            parts.append(_saying(thing, FindablePerson.objects.all()))
        number = Value(at, IntegerField())
        numbered = [part.order_by().values_list(number) for part in parts]
        counted.append(_joined(numbered)[:MOST_COMPARED])
    sizes = Counter(at for (at,) in _joined(counted))
    first = min(range(len(things)), key=lambda at: (sizes[at], at))
    others = [each for at, each in enumerate(things) if at != first]
    return things[first], others, rows


def _entries(
    thing: Thing, others: Sequence[Thing], rows: QuerySet[ProvenSkill]
) -> list[QuerySet[ProvenSkill]]:
    """Rows of a thing, of people who have the others too.

    A query for each that the thing can be, to be read from an index of its own.
    """
    narrow = rows.filter(*(_has(each, rows, "learner") for each in others))
    entries = _proofs(thing, narrow)
    if thing.said:
        # Asked of each person once, and not of each of their rows.
        people = FindablePerson.objects.filter(
            *(_has(each, rows, "pk") for each in others)
        )
        said = _saying(thing, people).values("pk")[:MOST_COUNTED]
        # They are ranked by what proves the other things, if anything does.
        entries.append(rows.filter(_is_any(others), learner__in=said))
    return entries


def _proofs(thing: Thing, rows: QuerySet[ProvenSkill]) -> list[QuerySet[ProvenSkill]]:
    """Rows by what the thing can be, no row twice."""
    found = []
    for column, keys in _keys(thing):
        found += [rows.filter(**{column: key}) for key in keys]
        rows = rows.exclude(**{f"{column}__in": keys})
    return found


def _is_any(things: Sequence[Thing]) -> Q:
    """Rows that prove one of these; any row when none of them can be proven."""
    either = Q()
    for thing in things:
        for column, keys in _keys(thing):
            either |= Q(**{f"{column}__in": keys})
    return either


def _begin(entries: Sequence[QuerySet[ProvenSkill]], sort: Sort) -> Sequence[Match]:
    """The best of these rows. One query."""
    order = ProvenSkill.ORDER
    if sort == Sort.NEWEST:
        order = ("-earned_at", "-strength", "-level", "learner")
    first, *rest = [
        entry.order_by(*order).values_list(*Match._fields)[:MOST_ROWS]
        for entry in entries
    ]
    if rest:
        first = first.union(*rest, all=True).order_by(*order)[:MOST_ROWS]
    return [Match(*row) for row in first]


def _count(entries: Sequence[QuerySet[ProvenSkill]]) -> int:
    """How many people there are, counted to one more than is ever said."""
    first, *rest = _people(entries)
    return (first.union(*rest) if rest else first)[: MOST_COUNTED + 1].count()


def _people(
    entries: Sequence[QuerySet[ProvenSkill]],
) -> list[QuerySet[ProvenSkill, Any]]:
    """The people of each entry's rows, each once in it."""
    return [entry.order_by().values("learner").distinct() for entry in entries]


def _joined(
    parts: Sequence[QuerySet[Any, Any]],
) -> QuerySet[Any, Any]:
    first, *rest = parts
    return first.union(*rest, all=True) if rest else first
