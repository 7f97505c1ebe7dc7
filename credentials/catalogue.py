"""Finding a badge: full text, filters, and how many badges each option has.

Inside a group of filters options are joined by *or*, across groups by *and*. Whatever
the length of the catalogue, the counts are one query and the page of badges another.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import (
    Case,
    Count,
    F,
    Q,
    QuerySet,
    TextChoices,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from credentials.models import AchievementSkill, AchievementVersion
from credentials.models.artwork import Glyph
from credentials.models.skills import Level

PAGE_SIZE = 24
MOST_WORDS = 100  # characters
MOST_CHOSEN = 40  # options of one group

_CONFIG = "cairn"
_DAY, _WEEK = 8, 40  # hours of work
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_PREFIX = re.compile(r"(?:^|.*\s)(\w+)$", re.DOTALL)


class Sort(TextChoices):
    MATCH = "match", _("Best match")
    NEWEST = "newest", _("Newest")
    SHORTEST = "shortest", _("Shortest")
    NAME = "name", _("Name")


class Effort(TextChoices):
    DAY = "day", _("Up to a day")
    WEEK = "week", _("Two to five days")
    MORE = "more", _("More than a week")


class Cost(TextChoices):
    FREE = "free", _("Free")
    PAID = "paid", _("Has a price")


_EFFORTS = {
    Effort.DAY: Q(effort_hours__lte=_DAY),
    Effort.WEEK: Q(effort_hours__gt=_DAY, effort_hours__lte=_WEEK),
    Effort.MORE: Q(effort_hours__gt=_WEEK),
}
_COSTS = {Cost.FREE: Q(cost_amount=0), Cost.PAID: Q(cost_amount__gt=0)}


def _one_of(column: str) -> Callable[[Sequence[str]], Q]:
    return lambda options: Q(**{f"{column}__in": options})


def _any_of(meanings: Mapping[Any, Q]) -> Callable[[Sequence[str]], Q]:
    def matches(options: Sequence[str]) -> Q:
        joined = Q()
        for option in options:
            joined |= meanings[option]
        return joined

    return matches


def _proves(skills: Sequence[str]) -> Q:
    """Versions that prove one of the skills, without a row for each of them."""
    proving = AchievementSkill.objects.filter(
        skill__in=[int(pk) for pk in skills]
    ).values("version")
    return Q(pk__in=proving)


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of filters.

    ``option`` is the value that a version has in the address, ``matches`` the
    condition for some of these values. ``names`` are given where the values are
    known beforehand; otherwise ``pattern`` says what can be one and ``label`` is
    the column with their names. ``is_repeated``: one version can meet the same option
    several times, and is counted once.
    """

    name: str
    option: Combinable
    matches: Callable[[Sequence[str]], Q]
    names: Mapping[str, Any] = field(default_factory=dict)
    pattern: str = ""
    label: Combinable = field(default_factory=lambda: Value("", TextField()))
    is_repeated: bool = False

    def accepts(self, value: str) -> bool:
        """Whether this can be an option at all."""
        if self.names:
            return value in self.names
        return re.fullmatch(self.pattern, value) is not None


def _banded(bands: Mapping[Any, Q]) -> Case:
    whens = [When(q, then=Value(str(band))) for band, q in bands.items()]
    return Case(*whens, output_field=TextField())


def _names(choices: Any) -> dict[str, Any]:
    return {str(value): label for value, label in choices.choices}


#: In the order of the page.
FACETS = [
    Facet("area", F("glyph"), _one_of("glyph"), _names(Glyph)),
    Facet("level", Cast("level", TextField()), _one_of("level"), _names(Level)),
    Facet("effort", _banded(_EFFORTS), _any_of(_EFFORTS), _names(Effort)),
    Facet(
        "skill",
        Cast("skill_levels__skill_id", TextField()),
        _proves,
        pattern=r"[0-9]{1,9}",
        label=F("skill_levels__skill__name"),
    ),
    Facet(
        "issuer",
        F("achievement__issuer__slug"),
        _one_of("achievement__issuer__slug"),
        pattern=r"[-a-zA-Z0-9_]{1,60}",
        label=F("achievement__issuer__name"),
    ),
    Facet("cost", _banded(_COSTS), _any_of(_COSTS), _names(Cost)),
    Facet(
        "delivery",
        F("delivery"),
        _one_of("delivery"),
        _names(AchievementVersion.Delivery),
    ),
    Facet(
        "language", F("language"), _one_of("language"), pattern=r"[a-zA-Z0-9-]{1,12}"
    ),
]


def also_by(facet: Facet) -> None:
    """Filter by something that an app above knows of badges, too.

    Called in its ``AppConfig.ready``; a name registers only once.
    """
    if all(known.name != facet.name for known in FACETS):
        FACETS.append(facet)


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for: words, options by facet name, and the order."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.MATCH

    @classmethod
    def read(cls, given: Mapping[str, Sequence[str]]) -> Search:
        """Read the lists of an address. What cannot be meant is left out."""
        words = " ".join(_CONTROLS.sub(" ", _last(given, "q")).split())[:MOST_WORDS]
        chosen = {}
        for facet in FACETS:
            options = dict.fromkeys(given.get(facet.name, ()))
            kept = tuple(filter(facet.accepts, options))[:MOST_CHOSEN]
            if kept:
                chosen[facet.name] = kept
        sort = _last(given, "sort")
        known = sort in Sort.values
        return cls(words, chosen, Sort(sort) if known else Sort.MATCH)

    def pairs(self) -> list[tuple[str, str]]:
        """The one way to write it as an address: in order, nothing empty."""
        written = [("q", self.words)] if self.words else []
        for facet in FACETS:
            options = sorted(self.chosen.get(facet.name, ()))
            written += [(facet.name, option) for option in options]
        if self.sort != Sort.MATCH:
            written.append(("sort", str(self.sort)))
        return written

    def without(self, name: str, option: str | None = None) -> Search:
        """The search without the words (``q``), a group, or one of its options."""
        if name == "q":
            return replace(self, words="")
        chosen = dict(self.chosen)
        rest = tuple(each for each in chosen.pop(name, ()) if each != option)
        if option is not None and rest:
            chosen[name] = rest
        return replace(self, chosen=chosen)

    @property
    def parts(self) -> list[str]:
        """Names of what narrows it: ``q`` and the facets with options."""
        return [*(["q"] if self.words else []), *self.chosen]

    def matches(self) -> Q:
        """The condition on versions."""
        condition = Q(search=_query(self.words)) if self.words else Q()
        for facet in FACETS:
            if options := self.chosen.get(facet.name):
                condition &= facet.matches(options)
        return condition


def _last(given: Mapping[str, Sequence[str]], name: str) -> str:
    values = given.get(name) or ("",)
    return values[-1]


def _query(words: str) -> Any:
    """Words as people type them; the last one may be only the beginning of a word."""
    whole: Any = SearchQuery(words, config=_CONFIG, search_type="websearch")
    unfinished = _PREFIX.match(words)
    if unfinished is None or words.count('"') % 2:
        return whole
    word = unfinished[1]
    begun: Any = SearchQuery(f"{word}:*", config=_CONFIG, search_type="raw")
    before = words[: -len(word)].strip()
    if before:
        begun = SearchQuery(before, config=_CONFIG, search_type="websearch") & begun
    return whole | begun


def offered() -> QuerySet[AchievementVersion]:
    """The newest published versions of badges that can be started today."""
    return AchievementVersion.objects.filter(
        achievement__current_version=F("pk"), achievement__retired_at=None
    )


def found(search: Search) -> QuerySet[AchievementVersion]:
    """The badges that match, in a stable order, with their issuers."""
    rows = offered().filter(search.matches()).select_related("achievement__issuer")
    order: dict[Sort, list[Any]] = {
        Sort.MATCH: ["-published_at"],
        Sort.NEWEST: ["-published_at"],
        Sort.SHORTEST: ["effort_hours"],
        Sort.NAME: [],
    }
    by = order[search.sort]
    if search.sort == Sort.MATCH and search.words:
        by = [SearchRank(F("search"), _query(search.words)).desc(), *by]
    return rows.order_by(*by, "name", "pk").defer("search", "skill_words")


@dataclass(frozen=True, slots=True)
class Option:
    """One filter: how many badges it would show now, and has in all."""

    value: str
    label: str
    found: int
    offered: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Options by facet name, how many badges match, and how many there are."""

    options: Mapping[str, list[Option]]
    found: int
    offered: int


def counts(search: Search) -> Counts:
    """Count every option under the choices of the other groups. One query."""
    with connection.cursor() as cursor:
        cursor.execute(*_counting(tuple(search.pairs())))
        rows = cursor.fetchall()
    options: dict[str, list[Option]] = {facet.name: [] for facet in FACETS}
    for name, value, label, found_now, in_all in rows:
        if value is not None:
            options[name].append(Option(value, label, found_now, in_all))
    # Every badge has exactly one level: its counts add up to the number of badges.
    levels, chosen = options["level"], search.chosen.get("level")
    shown = sum(o.found for o in levels if not chosen or o.value in chosen)
    return Counts(options, shown, sum(o.offered for o in levels))


# Writing this query takes several times as long as running it.
@lru_cache(maxsize=256)
def _counting(pairs: tuple[tuple[str, str], ...]) -> tuple[str, tuple[Any, ...]]:
    """The query of ``counts`` and its parameters, for a search as ``pairs`` has it."""
    given = defaultdict[str, list[str]](list)
    for name, value in pairs:
        given[name].append(value)
    search = Search.read(given)
    parts = [_counted(facet, search) for facet in FACETS]
    rows = parts[0].union(*parts[1:], all=True).order_by()
    return rows.query.sql_with_params()


def _counted(facet: Facet, search: Search) -> QuerySet[AchievementVersion, Any]:
    others = search.without(facet.name).matches()
    once = facet.is_repeated
    return (
        offered()
        .order_by()
        .values(
            facet_name=Value(facet.name, TextField()),
            option=facet.option,
            option_label=facet.label,
        )
        .annotate(
            found_now=Count("pk", filter=others or None, distinct=once),
            in_all=Count("pk", distinct=once),
        )
        .values_list("facet_name", "option", "option_label", "found_now", "in_all")
    )


def best_to_remove(search: Search) -> tuple[str, int] | None:
    """Name the one part (``q`` or a facet) whose removal finds most badges.

    Nothing when no single removal finds any. One query.
    """
    asked = {}
    for part in search.parts:
        rest = search.without(part).matches()
        asked[part] = Count("pk", filter=rest) if rest else Count("pk")
    if not asked:
        return None
    numbers = offered().aggregate(**{f"without_{p}": asked[p] for p in asked})
    best = max(asked, key=lambda part: numbers[f"without_{part}"])
    number = numbers[f"without_{best}"]
    return (best, number) if number else None
