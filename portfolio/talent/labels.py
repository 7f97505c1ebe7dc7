"""Names of the options that a search chose, by group and value in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat

from credentials.models import Achievement, Issuer, Skill
from pathways.models import PathwayVersion
from portfolio.talent.counting import Option

Rows = QuerySet[Any, Any]
Labels = dict[tuple[str, str], str]

_TEXT = CharField()


def labels(
    chosen: Mapping[str, Sequence[str]], options: Mapping[str, Sequence[Option]]
) -> Labels:
    """Return a label for each option and each chosen value, the value itself at worst.

    One query for chosen values that nobody found has, none when there are none.
    """
    known = {
        (name, option.value): option.label
        for name, group in options.items()
        for option in group
    }
    wanted = {
        name: [value for value in values if (name, value) not in known]
        for name, values in chosen.items()
    }
    asked = [
        _NAMED[name](values).order_by().values_list(Value(name, _TEXT), *_COLUMNS[name])
        for name, values in wanted.items()
        if values and name in _NAMED
    ]
    if asked:
        first, *rest = asked
        # A union takes the order of the first one's model, which the columns lack.
        both = first.union(*rest, all=True).order_by() if rest else first
        for name, value, label in both:
            known[name, value] = label
    for name, values in wanted.items():
        for value in values:
            known.setdefault((name, value), value)
    return known


def _slugs(values: Sequence[str]) -> list[str]:
    return [value.partition("/")[2] for value in values]


_NAMED: Mapping[str, Callable[[Sequence[str]], Rows]] = {
    "skill": lambda values: Skill.objects.filter(pk__in=map(int, values)),
    "issuer": lambda values: Issuer.objects.filter(slug__in=values),
    "endorsed": lambda values: Issuer.objects.filter(slug__in=values),
    "badge": lambda values: Achievement.objects.filter(
        slug__in=_slugs(values), current_version__isnull=False
    ),
    "pathway": lambda values: PathwayVersion.objects.filter(
        pathway__slug__in=_slugs(values), published_at__isnull=False
    ),
}
#: Value and label of each.
_COLUMNS: Mapping[str, tuple[Any, Any]] = {
    "skill": (Cast("pk", _TEXT), F("name")),
    "issuer": (F("slug"), F("name")),
    "endorsed": (F("slug"), F("name")),
    "badge": (
        Concat("issuer__slug", Value("/"), "slug", output_field=_TEXT),
        F("current_version__name"),
    ),
    "pathway": (
        Concat(
            "pathway__issuer__slug", Value("/"), "pathway__slug", output_field=_TEXT
        ),
        F("name"),
    ),
}
