"""How large the words of a certificate are, where they break, how full the page is.

WeasyPrint cuts what does not fit without a word, so sizes follow from the text. All
widths are in characters, an East Asian wide one counted twice.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

# A line of a name in 23 pt, of a badge in 17 pt; longer ones are set smaller.
_NAME_SIZES = ((22, "n1"), (34, "n2"), (52, "n3"), (104, "n4"), (150, "n5"))
_BADGE_SIZES = ((48, "b1"), (124, "b2"))
_NAME_LINE = 52
_BADGE_LINE = 62
_LONG_PROMISE = 150
_SKILLS_ROOM = 130
_MOST_COMPONENTS = 7

# Marks that turn the direction of what follows. In a name they can only mislead.
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def plain(text: str) -> str:
    """``text`` on one line, without marks that override its direction."""
    return " ".join(text.translate(_TURNING).split())


def width(text: str) -> int:
    """1 per character, 2 for an East Asian wide one, 0 for a combining one."""
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def direction(text: str) -> str:
    """``rtl`` when the first letter with a direction runs right to left."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


@dataclass(frozen=True, slots=True)
class Heading:
    """A name in lines, with the class that sizes it."""

    lines: tuple[str, ...]
    size: str


def name_heading(name: str) -> Heading:
    """The holder's name: one line up to 52, above that two."""
    return _heading(name, _NAME_SIZES, "n6", _NAME_LINE)


def badge_heading(name: str) -> Heading:
    """The badge's name: one line up to 62, above that two."""
    return _heading(name, _BADGE_SIZES, "b3", _BADGE_LINE)


def _heading(
    text: str, sizes: Sequence[tuple[int, str]], smallest: str, line: int
) -> Heading:
    wide = width(text)
    size = next((size for most, size in sizes if wide <= most), smallest)
    return Heading(_two_lines(text) if wide > line else (text,), size)


def _two_lines(text: str) -> tuple[str, ...]:
    """Broken at the space that makes the longer line shortest."""
    words = text.split(" ")
    breaks = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    if not breaks:
        return (text,)
    return min(breaks, key=lambda lines: max(width(line) for line in lines))


def bound(promise: str) -> str:
    """The last three short words held together, so that none ends up alone."""
    words = promise.rsplit(" ", 3)
    if len(words) < 4 or width(" ".join(words[1:])) > 24:
        return promise
    return f"{words[0]} {NO_BREAK_SPACE.join(words[1:])}"


def is_long(promise: str) -> bool:
    """Whether a promise takes the wider measure."""
    return width(promise) > _LONG_PROMISE


def shown_skills(skills: Sequence[str]) -> tuple[list[str], int]:
    """The first skills that fit in the row, and how many are left over."""
    shown: list[str] = []
    for skill in skills:
        if shown and _row([*shown, skill]) > _SKILLS_ROOM:
            break
        shown.append(skill)
    return shown, len(skills) - len(shown)


def _row(skills: Sequence[str]) -> int:
    return sum(width(skill) + 3 for skill in skills)


def shown_components[T](components: Sequence[T]) -> tuple[Sequence[T], int]:
    """Up to seven components, or the first six and how many are left over."""
    if len(components) <= _MOST_COMPONENTS:
        return components, 0
    return components[:6], len(components) - 6


def density(
    name: Heading, badge: Heading, promise: str, skills: Sequence[str], parts: int
) -> str:
    """How full the page is: ``roomy``, ``normal`` or ``tight``.

    ``skills`` are those shown, ``parts`` the number of components.
    """
    lines = len(name.lines) + len(badge.lines)
    lines += ceil(width(promise) / (84 if is_long(promise) else 70))
    lines += 2 if parts else ceil(_row(skills) / 110)
    if lines <= 3:
        return "roomy"
    return "tight" if lines >= 7 else "normal"
