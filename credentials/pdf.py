"""The ground that every PDF stands on: fonts, a closed fetcher, drawings, writing.

WeasyPrint is imported inside functions: it loads Pango and fontTools and takes most
of a second, which a page or a command that makes no PDF should not pay.
"""

import atexit
import base64
import binascii
import logging
import re
import shutil
import subprocess
import threading
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol, Self

FONTS = Path(__file__).parent / "fonts"
FACES = {
    "inter-400": ("Cairn Sans", 400, "normal"),
    "inter-600": ("Cairn Sans", 600, "normal"),
    "source-serif-400": ("Cairn Serif", 400, "normal"),
    "source-serif-400-italic": ("Cairn Serif", 400, "italic"),
    "source-serif-600": ("Cairn Serif", 600, "normal"),
}

# Pango's font map and WeasyPrint's caches belong to one thread at a time.
_ONE_AT_A_TIME = threading.RLock()


class RefusedAddress(ValueError):
    """A document asked for something that is neither inline nor one of our fonts."""


class OnlyOurs:
    """Answers for ``data:`` addresses and our fonts, and refuses everything else.

    It can reach nothing else, since it has no way to open a file by address or a
    connection.
    """

    # WeasyPrint reads this: a refusal ends the document, and is not just logged.
    _fail_on_errors = True

    def __call__(self, url: str) -> Any:
        """The response for ``url``; raises ``RefusedAddress`` when it is not ours."""
        from weasyprint.urls import URLFetcherResponse

        kind, body = _inline(url) if url.startswith("data:") else _font(url)
        return URLFetcherResponse(url, body, {"Content-Type": kind})


def _inline(url: str) -> tuple[str, bytes]:
    head, _, body = url.removeprefix("data:").partition(",")
    if not head.endswith(";base64"):
        raise RefusedAddress(url[:80])
    try:
        return head.removesuffix(";base64"), base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise RefusedAddress(url[:80]) from error


def _font(url: str) -> tuple[str, bytes]:
    name = url.removeprefix("cairn:font/")
    if name == url or name not in FACES:
        raise RefusedAddress(url[:80])
    return "font/ttf", (FONTS / f"{name}.ttf").read_bytes()


@dataclass(frozen=True, slots=True)
class Ground:
    """What all documents share. Made anew for each, it costs 20 to 70 ms."""

    fonts: Any
    fetcher: OnlyOurs

    def sheet(self, text: str) -> Any:
        """A style sheet, read once and used for many documents."""
        from weasyprint import CSS

        return CSS(string=text, font_config=self.fonts, url_fetcher=self.fetcher)


@cache
def ground() -> Ground:
    """The one font configuration and the one fetcher, with our fonts declared."""
    from weasyprint.text.fonts import FontConfiguration

    # Copies of the fonts lie in a temporary folder until it goes, and at the very end
    # of a process it can no longer remove them.
    atexit.register(ground.cache_clear)
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
    made = Ground(FontConfiguration(), OnlyOurs())
    made.sheet("".join(_font_face(name) for name in FACES))
    return made


def _font_face(name: str) -> str:
    family, weight, style = FACES[name]
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};'
        f'src:url("cairn:font/{name}")}}\n'
    )


class Picture(Protocol):
    """What WeasyPrint keeps for the address of an image."""

    def get_intrinsic_size(
        self, resolution: float, font_size: float
    ) -> tuple[float | None, float | None, float]:
        """Width and height in px, where known, and their ratio."""

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Draw into a box of this size."""


class Drawing:
    """A flat drawing as PDF operators, made once and replayed in many documents.

    WeasyPrint walks an SVG curve by curve (about 15 µs each, a medallion has 2,000).
    What it writes for solid colours needs no resources of the page, so the bytes can
    be kept. This leans on what its image cache holds and on ``stream.stream``, which
    it does not promise: hence the pinned version, and a test that compares pixels.
    """

    SIDE = 1000.0

    def __init__(self, ops: bytes, ratio: float) -> None:
        """``ops`` draw into ``SIDE`` by ``SIDE / ratio`` units, y downwards."""
        self.ops = ops
        self.ratio = ratio

    @classmethod
    def of(cls, svg: str) -> Self:
        """Record an SVG whose viewBox gives the ratio.

        Raises ``ValueError`` when it holds what cannot be replayed: transparency,
        gradients, pictures or text.
        """
        from defusedxml.ElementTree import fromstring
        from weasyprint.pdf.stream import Stream
        from weasyprint.svg import SVG

        resources: dict[str, dict[str, Any]] = {
            kind: {}
            for kind in ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace")
        }
        stream = Stream({}, (0, 0, 1, 1), resources, {}, None, {}, None)
        image = SVG(fromstring(svg), None, None, ground().fetcher)
        _, _, width, height = image.tree.get_viewbox()
        ratio = width / height
        image.draw(stream, cls.SIDE, cls.SIDE / ratio, None, None)
        return cls(_operators(stream.stream), ratio)

    def get_intrinsic_size(
        self, resolution: float, font_size: float
    ) -> tuple[float | None, float | None, float]:
        """No size of its own, only the ratio: the style sheet gives the size."""
        return None, None, self.ratio

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Replay into a box of this size."""
        with stream.stacked():
            stream.transform(a=width / self.SIDE, d=height * self.ratio / self.SIDE)
            stream.stream.append(self.ops)


def _operators(parts: Sequence[Any]) -> bytes:
    raw = b"\n".join(p if isinstance(p, bytes) else str(p).encode() for p in parts)
    # "Opacity 1" needs a resource of the page and means nothing.
    raw = re.sub(rb"/[aA]1(\.0)? gs\n", b"", raw)
    foreign = (b" gs", b" Do", b" sh", b" scn", b" SCN", b" Tj", b" TJ")
    if any(line.endswith(foreign) for line in raw.split(b"\n")):
        raise ValueError("only solid colours can be replayed")
    return raw


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file inside a PDF."""

    name: str
    content: bytes
    description: str
    dated: datetime


def write(
    html: str,
    sheets: Sequence[Any],
    pictures: Mapping[str, Picture],
    enclosed: Enclosed,
) -> bytes:
    """A tagged PDF/A-3a of ``html``, with a file in it as its source.

    ``pictures`` are the drawings by the addresses that ``html`` and ``sheets`` use.
    The same input gives the same bytes: no date comes from the clock. Raises
    ``RefusedAddress`` when the document asks for anything else.
    """
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    with _ONE_AT_A_TIME:
        shared = ground()
        document = HTML(string=html, url_fetcher=shared.fetcher)
        try:
            pdf: bytes = document.write_pdf(
                stylesheets=list(sheets),
                font_config=shared.fonts,
                pdf_variant="pdf/a-3a",
                attachments=[_attachment(enclosed)],
                cache=dict(pictures),
            )
        except FatalURLFetchingError as error:
            # It is no Exception and would pass every handler on its way up.
            raise RefusedAddress(str(error)) from error
    return pdf


def _attachment(enclosed: Enclosed) -> Any:
    from weasyprint import Attachment

    dated = enclosed.dated.astimezone(UTC)
    return Attachment(
        string=enclosed.content,
        name=enclosed.name,
        description=enclosed.description,
        created=dated,
        modified=dated,
        relationship="Source",
        url_fetcher=ground().fetcher,
    )


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
    starts, ends = _covered_ranges()
    place = bisect_right(starts, ord(char)) - 1
    return place >= 0 and ord(char) <= ends[place]


def _selects_a_variant(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


@cache
def _covered_ranges() -> tuple[list[int], list[int]]:
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
    character and draws boxes.
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
        if family.startswith("Noto ")
        for item in charset.split()
    }


def _range(item: str) -> tuple[int, int]:
    first, _, last = item.partition("-")
    return int(first, 16), int(last or first, 16)
