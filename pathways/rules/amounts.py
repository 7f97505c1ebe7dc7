"""Credits, levels and steps as people read them."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

_LEVELS = {
    1: _("Foundation"),
    2: _("Intermediate"),
    3: _("Advanced"),
    4: _("Expert"),
}

#: A number in the plural that languages use for fractions, as far as they have one.
_SOME = 100


def amount(value: int | Decimal) -> str:
    """A number of credits without needless zeros, in the language's own writing."""
    return number_format(Decimal(value).normalize())


def plural(value: int | Decimal) -> int:
    """The number by which a sentence chooses its plural: 1.5 is no singular."""
    return int(value) if value == int(value) else _SOME


def level_name(level: int) -> str:
    """The name of a level of the one scale, or its number."""
    return str(_LEVELS.get(level, level))


def steps(done: int, total: int) -> str:
    """How many steps of all are done."""
    words = ngettext("%(done)d of %(total)d step", "%(done)d of %(total)d steps", total)
    return words % {"done": done, "total": total}
