"""Text on pictures: which font draws which characters, how wide, in which lines.

Inter and Source Serif 4 are ours. Scripts that they lack are drawn with the Noto
fonts of the machine. A character that no font has is left out: a box says nothing.
"""

import shutil
import subprocess
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageDraw
    from PIL.ImageFont import FreeTypeFont

FONTS = Path(__file__).parent.parent / "fonts"
SERIF_600 = "source-serif-600"
SANS_400 = "inter-400"
SANS_600 = "inter-600"
ELLIPSIS = "…"

# fc-list's code points of a face, and the names of faces that fit beside ours.
_LISTING = "%{file}|%{index}|%{family[0]}|%{style[0]}|%{charset}\n"
_STYLES = ("SemiBold", "Bold", "Regular")
# Chinese, Japanese and Korean draw the same characters differently.
_HAN_FACES = {"ja": "JP", "ko": "KR", "zh-hant": "TC", "zh-tw": "TC", "zh-hk": "HK"}


@dataclass(frozen=True, slots=True)
class _Face:
    """A font file and the code points that it can draw."""

    path: str
    index: int = 0
    family: str = ""
    style: str = ""
    starts: list[int] = field(default_factory=list, hash=False, compare=False)
    ends: list[int] = field(default_factory=list, hash=False, compare=False)

    def draws(self, char: str) -> bool:
        place = bisect_right(self.starts, ord(char)) - 1
        return place >= 0 and ord(char) <= self.ends[place]


@dataclass(frozen=True, slots=True)
class Line:
    """A text in one size, cut into runs that one font can draw."""

    runs: tuple[tuple[str, "FreeTypeFont"], ...]

    @property
    def width(self) -> float:
        """In pixels."""
        return sum(font.getlength(text) for text, font in self.runs)

    def draw(
        self, canvas: "ImageDraw.ImageDraw", x: float, baseline: float, fill: str
    ) -> float:
        """Draw from ``x`` on; returns where the line ends."""
        for text, font in self.runs:
            canvas.text((x, baseline), text, fill, font, anchor="ls")
            x += font.getlength(text)
        return x


def line(text: str, name: str, size: int, language: str = "") -> Line:
    """The text in one of our fonts, Noto where that lacks a script.

    ``language`` decides how Han characters look. Runs of a text that reads from
    right to left stand in that order.
    """
    parts = list(_runs(text, name, language))
    if _reads_from_right(text):
        parts.reverse()
    return Line(tuple((part, _font(face, size)) for part, face in parts))


def fitted(text: str, name: str, size: int, width: float, language: str = "") -> Line:
    """One line of at most ``width`` pixels; what does not fit becomes an ellipsis."""
    whole = line(text, name, size, language)
    kept = text
    while kept and whole.width > width:
        kept = kept[:-1].rstrip()
        whole = line(kept + ELLIPSIS, name, size, language)
    return whole


def wrapped(
    text: str, name: str, size: int, width: float, language: str = ""
) -> list[str]:
    """The text in lines of at most ``width`` pixels, broken between words.

    A word wider than a line, and text without spaces, break between characters.
    """
    lines = [""]
    for piece in _pieces(text):
        longer = lines[-1] + piece
        if line(longer.rstrip(), name, size, language).width <= width:
            lines[-1] = longer
        elif line(piece.rstrip(), name, size, language).width <= width:
            lines.append(piece)
        else:
            lines += _cut(piece, name, size, width, language)
    return [kept for drawn in lines if (kept := drawn.strip())]


def _cut(piece: str, name: str, size: int, width: float, language: str) -> list[str]:
    lines = [""]
    for char in piece:
        if line(lines[-1] + char, name, size, language).width > width:
            lines.append("")
        lines[-1] += char
    return lines


def _pieces(text: str) -> Iterator[str]:
    """Words with the space after them; each wide character by itself."""
    piece = ""
    for char in text:
        wide = unicodedata.east_asian_width(char) in "WF"
        if piece and (wide or piece[-1] == " " != char):
            yield piece
            piece = ""
        piece += char
        if wide:
            yield piece
            piece = ""
    if piece:
        yield piece


def _runs(text: str, name: str, language: str) -> Iterator[tuple[str, _Face]]:
    own = _own_face(name)
    run, face = "", own
    for char in text:
        better = _face_for(char, face, own, language)
        if better is None:
            continue
        if better != face and run:
            yield run, face
            run = ""
        run, face = run + char, better
    if run:
        yield run, face


def _face_for(char: str, last: _Face, own: _Face, language: str) -> _Face | None:
    """Spaces, marks and joiners stay in the font of what they follow."""
    if char == " " or unicodedata.category(char) in {"Mn", "Me", "Mc", "Cf"}:
        return last if last.draws(char) or char == " " else None
    return own if own.draws(char) else _noto_face(char, language.lower())


def _reads_from_right(text: str) -> bool:
    kinds = (unicodedata.bidirectional(char) for char in text)
    return next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L") != "L"


@cache
def _own_face(name: str) -> _Face:
    from fontTools.ttLib import TTFont  # loads slowly

    path = FONTS / f"{name}.ttf"
    with TTFont(path, lazy=True) as font:
        points = sorted(font.getBestCmap())
    return _Face(str(path), starts=points, ends=points)


@cache
def _noto_face(char: str, language: str) -> _Face | None:
    """The Noto font that suits the character best, or None."""
    faces = [face for face in _noto_faces() if face.draws(char)]
    han = _HAN_FACES.get(language, _HAN_FACES.get(language[:2], "SC"))

    def worse(face: _Face) -> tuple[bool, bool, int, str, str]:
        serif = face.family.startswith(("Noto Serif", "Noto Naskh"))
        other_han = " CJK " in face.family and not face.family.endswith(han)
        style = _STYLES.index(face.style)
        return not serif, other_han, style, face.family, face.path

    return min(faces, key=worse, default=None)


@cache
def _noto_faces() -> tuple[_Face, ...]:
    """What fontconfig has recorded: it has read all files already."""
    program = shutil.which("fc-list")
    if program is None:
        return ()
    listing = subprocess.run(  # noqa: S603 - no input of anybody
        [program, "--format", _LISTING], capture_output=True, check=True, text=True
    ).stdout
    return tuple(
        _listed_face(path, int(index), family, style, charset.split())
        for path, index, family, style, charset in (
            row.split("|") for row in listing.splitlines() if row.count("|") == 4
        )
        if family.startswith("Noto ") and "Emoji" not in family and style in _STYLES
    )


def _listed_face(
    path: str, index: int, family: str, style: str, ranges: list[str]
) -> _Face:
    bounds = sorted(
        (int(first, 16), int(last or first, 16))
        for first, _, last in (item.partition("-") for item in ranges)
    )
    starts, ends = [low for low, _ in bounds], [high for _, high in bounds]
    return _Face(path, index, family, style, starts, ends)


@cache
def _font(face: _Face, size: int) -> "FreeTypeFont":
    from PIL import ImageFont, features  # loads slowly

    # Without raqm, letters of scripts that join stand apart, but nothing is lost.
    raqm = features.check("raqm")
    layout = ImageFont.Layout.RAQM if raqm else ImageFont.Layout.BASIC
    return ImageFont.truetype(face.path, size, face.index, layout_engine=layout)
