"""Which characters our fonts and Noto's can draw, and which they cannot."""

import shutil
import subprocess
import unicodedata
from bisect import bisect_right
from functools import cache

from .pdf import FACES, FONTS


def uncovered_characters(text: str) -> str:
    """The characters of ``text`` that no font here can draw, each once, in order.

    Private-use characters count as uncovered whatever a font has there, because they
    mean nothing outside it.
    """
    return "".join(char for char in dict.fromkeys(text) if not _is_covered(char))


def _is_covered(char: str) -> bool:
    category = unicodedata.category(char)
    if char.isspace() or category == "Cf" or _selects_a_variant(char):
        return True
    if category in {"Co", "Cs", "Cc"}:
        return False
    starts, ends = covered_ranges()
    place = bisect_right(starts, ord(char)) - 1
    return place >= 0 and ord(char) <= ends[place]


def _selects_a_variant(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


@cache
def covered_ranges() -> tuple[list[int], list[int]]:
    """First and last code points of what our fonts and Noto's can draw, sorted."""
    starts: list[int] = []
    ends: list[int] = []
    for first, last in sorted(_bundled_ranges() | _noto_ranges()):
        if ends and first <= ends[-1] + 1:
            ends[-1] = max(ends[-1], last)
        else:
            starts.append(first)
            ends.append(last)
    return starts, ends


def _bundled_ranges() -> set[tuple[int, int]]:
    from fontTools.ttLib import TTFont  # comes with WeasyPrint, as slow to load

    points: set[int] = set()
    for name in FACES:
        with TTFont(FONTS / f"{name}.ttf", lazy=True) as font:
            points.update(font.getBestCmap())
    return {(point, point) for point in points}


def _noto_ranges() -> set[tuple[int, int]]:
    """What the Noto fonts of this machine can draw, as fontconfig has recorded it.

    Asked of fontconfig and not of the files: it has read all of them already, the
    26 MB collections too. Only Noto counts, since a "last resort" font claims every
    character and draws boxes. The colour font is left out: its glyphs are pictures,
    which a certificate cannot keep for good.
    """
    lister = shutil.which("fc-list")
    if lister is None:
        raise RuntimeError("fc-list is missing: install fontconfig")
    listing = subprocess.run(  # noqa: S603 - fixed words, nothing from outside
        [lister, "--format", "%{family}|%{charset}\n"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    lines = (line.partition("|") for line in listing.splitlines())
    return {
        _range(item)
        for family, _, charset in lines
        if family.startswith("Noto ") and "Color" not in family
        for item in charset.split()
    }


def _range(item: str) -> tuple[int, int]:
    first, _, last = item.partition("-")
    return int(first, 16), int(last or first, 16)
