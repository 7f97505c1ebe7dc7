"""The values of one object of a document, each looked at before it is used."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from credentials import writing
from pathways.models.pathways import Expired

type Obj = dict[str, Any]
type Sentence = str | Promise

#: Longer is no address of ours, nor an identifier that fits a column.
MAX_LINK = 300
MAX_CREDITS = Decimal("9999.99")


class Values:
    """Reads one object; what is wrong becomes a sentence in ``problems``.

    Every method returns a value of the right kind, or what stands for nothing.
    """

    def __init__(self, obj: Obj, who: str, language: str) -> None:
        self.obj, self.who, self.language = obj, who, language
        self.problems: list[Sentence] = []

    def add(self, problem: Sentence) -> None:
        """Say what is wrong with this object."""
        said = {"where": self.who, "problem": problem}
        self.problems.append(_("%(where)s: %(problem)s") % said)

    def wrong(self, name: str) -> None:
        """Say that a value is not of the kind that its name promises."""
        self.add(_("The value of %s cannot be read.") % name)

    def text(
        self,
        name: str,
        most: int,
        *,
        is_required: bool = False,
        has_lines: bool = False,
    ) -> str:
        """Text, or of several languages the pathway's own, else the first."""
        value = self.obj.get(name)
        if isinstance(value, dict):
            value = value.get(self.language, next(iter(value.values()), None))
        if value is None:
            value = ""
        if not isinstance(value, str):
            self.wrong(name)
            return ""
        try:
            text = writing.clean_text(value, max_length=most)
        except ValidationError as error:
            said = {"name": name, "problem": error.messages[0]}
            self.add(_("%(name)s: %(problem)s") % said)
            return ""
        if not has_lines:
            text = text.replace("\n", " ").replace("\t", " ").strip()
        if is_required and not text:
            self.add(_("%s is missing.") % name)
        return text

    def link(self, name: str) -> str:
        """An address or identifier."""
        found = self.links(name)
        if len(found) != 1:
            self.wrong(name)
        return found[0] if found else ""

    def links(self, name: str) -> list[str]:
        """Addresses or identifiers, each once, in their order."""
        value = self.obj.get(name, [])
        value = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) and 0 < len(one) <= MAX_LINK for one in value):
            self.wrong(name)
            return []
        if any(writing.is_hidden(char) for one in value for char in one):
            self.wrong(name)
            return []
        return list(dict.fromkeys(value))

    def objects(self, name: str) -> list[Obj]:
        """Objects within this one."""
        value = self.obj.get(name, [])
        value = value if isinstance(value, list) else [value]
        if not all(isinstance(one, dict) for one in value):
            self.wrong(name)
            return []
        return value

    def whole(self, name: str, low: int, high: int) -> int | None:
        """A whole number from ``low`` to ``high``; None: it is not there, or wrong."""
        value = self.obj.get(name)
        if value is None:
            return None
        # True is a number in Python, and none in JSON.
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(name)
        elif low <= value <= high:
            return value
        else:
            said = {"name": name, "low": low, "high": high}
            self.add(_("%(name)s is not from %(low)d to %(high)d.") % said)
        return None

    def decimal(self, name: str) -> Decimal | None:
        """Credits: a number above zero with two places at most."""
        value = self.obj.get(name)
        if value is None:
            return None
        try:
            number = Decimal(str(value)) if _is_number(value) else Decimal("NaN")
            fits = 0 < number <= MAX_CREDITS and number == round(number, 2)
        except InvalidOperation:
            fits = False
        if fits:
            return round(number, 2)
        self.wrong(name)
        return None

    def choice(self, name: str, choices: Collection[str]) -> str:
        """One of these words; empty when it is not there."""
        value = self.obj.get(name, "")
        if value == "" or (isinstance(value, str) and value in choices):
            return str(value)
        self.wrong(name)
        return ""

    def flag(self, name: str) -> bool:
        """True or false; false when it is not there."""
        value = self.obj.get(name, False)
        if not isinstance(value, bool):
            self.wrong(name)
        return value is True

    def lasting(self, default: str) -> tuple[str, int | None]:
        """Whether what has ended counts, and for how many days."""
        expired = self.choice("cairn:expired", Expired.values) or default
        days = self.whole("cairn:graceDays", 1, 3650)
        if (expired == Expired.GRACE) != (days is not None):
            self.wrong("cairn:graceDays")
            return default, None
        return expired, days


def _is_number(value: object) -> bool:
    """Whether credits are written as a short text or a number."""
    if isinstance(value, str):
        return len(value) <= 10 and value.replace(".", "", 1).isdecimal()
    return isinstance(value, int | float) and not isinstance(value, bool)
