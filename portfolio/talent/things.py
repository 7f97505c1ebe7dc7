"""What a search asks for: things that somebody has to have, by primary key.

Words name some of them, chosen options the others. Who only asks which organisation
issued or recognises something asks for that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet, Value

from credentials.models import Achievement, Issuer
from pathways.models import Exit
from portfolio.models.endorsements import Endorsement
from portfolio.talent.asking import Search
from portfolio.talent.naming import Thing, things_named, things_named_by

#: Badges of one organisation that a search for nothing else begins with.
MOST_RECOGNISED = 50


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
        return [Thing(badges=tuple(recognised(slugs)[:MOST_RECOGNISED]))]
    return []


def recognised(slugs: Sequence[str]) -> QuerySet[Endorsement, int]:
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
    first, *rest = [
        _AWARDED[kind](chosen[kind]) for kind in _AWARDED if chosen.get(kind)
    ]
    for kind, issuer, slug, badge in first.union(*rest, all=True) if rest else first:
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
