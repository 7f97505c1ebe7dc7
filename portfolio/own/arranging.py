"""Which credentials a look shows, in which order, and under which headings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from credentials.models import Credential
from credentials.verifying import ENDS_SOON
from portfolio.folding import folded
from portfolio.own.looking import FACETS, Grouping, Look, Origin, Sort, Standing
from portfolio.own.outlining import About, Outline

State = Credential.State

#: Of repeats in a fold; the rest is one link away.
MOST_REPEATS = 6

_NEVER = datetime.max.replace(tzinfo=UTC)


class Pile(NamedTuple):
    """A credential, and others of the same badge that lie under it."""

    head: Outline
    others: Sequence[Outline] = ()

    @property
    def size(self) -> int:
        return 1 + len(self.others)

    @property
    def words(self) -> str:
        """``×4, latest March 2026``."""
        latest = max(each.issued_at for each in (self.head, *self.others))
        return _("×%(count)d, latest %(month)s") % {
            "count": self.size,
            "month": date_format(localtime(latest), "YEAR_MONTH_FORMAT"),
        }

    @property
    def shown(self) -> Sequence[Outline]:
        """The first of the others."""
        return self.others[:MOST_REPEATS]

    @property
    def all_of_them(self) -> str:
        """Where all stand one by one; empty when the fold has them all."""
        if len(self.others) <= MOST_REPEATS:
            return ""
        return Look(words=self.head.title).address


class Entry(NamedTuple):
    """A pile under the heading of its group; ``heading`` is empty without groups.

    ``total`` counts the credentials of the group on all pages.
    """

    pile: Pile
    heading: str = ""
    total: int = 0


def about(look: Look) -> About:
    """What the outlines have to know for a look."""
    needed = About.NOTHING
    if look.words or look.grouping == Grouping.SKILL:
        needed |= About.SKILLS
    if look.grouping == Grouping.STACK:
        needed |= About.STACKS
    if "state" in look.chosen:
        needed |= About.SOUND
    return needed


def found(outlines: Iterable[Outline], look: Look, now: datetime) -> list[Outline]:
    """The outlines that a look leaves, in its order."""
    if not look.parts:
        return _sorted(list(outlines), look.sort)
    asked = folded(look.words).split()
    options = {
        name: frozenset(map(folded, chosen)) for name, chosen in look.chosen.items()
    }
    kept = [
        each
        for each in outlines
        if (not asked or _has(each, asked)) and _is_among(each, options, now)
    ]
    return _sorted(kept, look.sort)


def entries(kept: Sequence[Outline], look: Look) -> list[Entry]:
    """What a look with groups shows from top to bottom: piles under headings.

    A credential that proves several skills stands under each of them.
    """
    groups: dict[str, list[Outline]] = {}
    for each in kept:
        for heading in _headings(each, look.grouping) or ("",):
            groups.setdefault(heading, []).append(each)
    return [
        Entry(pile, heading or _without(look.grouping), len(groups[heading]))
        for heading in sorted(groups, key=lambda name: (not name, folded(name)))
        for pile in _piles(groups[heading])
    ]


def standings(outline: Outline, now: datetime) -> frozenset[str]:
    """The filters of states that a credential belongs to.

    What another site issued is in force by nobody's word here, but its end is known.
    """
    if origin_of(outline.source) == Origin.ELSEWHERE and outline.state == State.ACTIVE:
        is_over = outline.valid_until is not None and outline.valid_until <= now
        return frozenset({Standing.ENDED.value} if is_over else ())
    if outline.state != State.ACTIVE or not outline.is_sound:
        return frozenset({Standing.OFF.value})
    end = outline.valid_until
    if end is not None and end <= now:
        return frozenset({Standing.ENDED.value})
    if end is not None and end - now <= ENDS_SOON:
        return frozenset({Standing.GOOD.value, Standing.SOON.value})
    return frozenset({Standing.GOOD.value})


def origin_of(source: str) -> Origin:
    """Whether what came from there was earned here."""
    is_imported = source == Credential.Source.IMPORTED
    return Origin.ELSEWHERE if is_imported else Origin.HERE


def _has(outline: Outline, asked: Iterable[str]) -> bool:
    """Whether every word is somewhere in what the credential says or is called."""
    texts = (outline.title, outline.issuer_name, *outline.tags, *outline.skills)
    said = "\n".join(map(folded, texts))
    return all(word in said for word in asked)


def _is_among(
    outline: Outline, options: Mapping[str, frozenset[str]], now: datetime
) -> bool:
    """Options of one group are joined by *or*, groups by *and*."""
    return all(
        not chosen.isdisjoint(_VALUES[name](outline, now))
        for name, chosen in options.items()
    )


_VALUES: Mapping[str, Callable[[Outline, datetime], Iterable[str]]] = {
    "state": standings,
    "visibility": lambda outline, _now: (outline.visibility,),
    "tag": lambda outline, _now: map(folded, outline.tags),
    "issuer": lambda outline, _now: (folded(outline.issuer_name),),
    "origin": lambda outline, _now: (origin_of(outline.source).value,),
}
assert _VALUES.keys() == FACETS.keys()  # noqa: S101 - a filter that nobody reads


def _sorted(outlines: list[Outline], sort: Sort) -> list[Outline]:
    if sort == Sort.ISSUER:
        return sorted(outlines, key=lambda each: folded(each.issuer_name))
    if sort == Sort.NAME:
        return sorted(outlines, key=lambda each: folded(each.title))
    if sort == Sort.ENDS:
        return sorted(outlines, key=lambda each: each.valid_until or _NEVER)
    return outlines


def _headings(outline: Outline, grouping: Grouping) -> Iterable[str]:
    if grouping == Grouping.ISSUER:
        return (outline.issuer_name,)
    names = outline.skills if grouping == Grouping.SKILL else outline.stacks
    return dict.fromkeys(names)


def _without(grouping: Grouping) -> str:
    """The heading of those that belong to no group."""
    if grouping == Grouping.STACK:
        return _("On no pathway")
    return pgettext("group of credentials", "No skill named")


def _piles(outlines: Iterable[Outline]) -> Iterable[Pile]:
    """Repeats of one badge under the first of them, the rest one by one."""
    piles: dict[object, list[Outline]] = {}
    for each in outlines:
        piles.setdefault(each.achievement_id or each.pk, []).append(each)
    return [Pile(head, others) for head, *others in piles.values()]
