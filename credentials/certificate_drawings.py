"""What is drawn on a certificate, as recorded drawings by their addresses.

Drawings are kept: frames for good (36 at most), medallions of the badges that are
asked for most. QR codes are each used once.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import Any

from . import pdf, qr
from .artwork import HUES, medallion, small
from .certificate_frame import boss, braid, oval, rule
from .pdf_pictures import Drawing, Photo

BADGE = "cairn:badge"
QR = "cairn:qr"
LOGO = "cairn:logo"
SIGNATURE = "cairn:signature"


@cache
def tint(hue: str, kind: str) -> Any:
    """The colours and the decoration of one hue and kind: 36 sheets at most."""
    bosses = ",".join([f"url(cairn:boss/{kind}/{hue})"] * 4)
    flat, upright = f"url(cairn:braid/{hue})", f"url(cairn:braid/upright/{hue})"
    return pdf.ground().sheet(
        f":root{{--deep:{HUES[hue].deep};--rule:{rule(hue)}}}\n"
        f".lines{{background-image:{flat},{flat},{upright},{upright}}}\n"
        f".frame{{background-image:{bosses},url(cairn:oval/{hue})}}\n"
    )


@cache
def decoration(hue: str, kind: str) -> dict[str, Drawing]:
    """Bosses, braids and oval: what the sheet of ``tint`` asks for."""
    drawings = {
        f"cairn:boss/{kind}/{hue}": boss(hue, kind),
        f"cairn:braid/{hue}": braid(hue),
        f"cairn:braid/upright/{hue}": braid(hue, upright=True),
        f"cairn:oval/{hue}": oval(hue),
    }
    return {address: Drawing.of(svg) for address, svg in drawings.items()}


@lru_cache(maxsize=128)
def badge_drawing(
    kind: str,
    level: int,
    hue: str,
    glyph: str,
    seed: str,
    *,
    version: int,
    stones: tuple[str, ...],
) -> Drawing:
    """The medallion. Raises ``ValueError`` for artwork that does not exist."""
    return Drawing.of(
        medallion(
            kind,
            level,
            hue,
            glyph,
            seed,
            version=version,
            components=stones,
            flat=True,
        )
    )


def part_address(kind: str, hue: str, glyph: str) -> str:
    """Where a page finds the small drawing of a component."""
    return f"cairn:part/{kind}/{hue}/{glyph}"


@lru_cache(maxsize=512)
def part_drawing(kind: str, hue: str, glyph: str) -> Drawing:
    """The small medallion of a component."""
    return Drawing.of(small(kind, hue, glyph, flat=True))


@lru_cache(maxsize=64)
def photo(image: bytes) -> Photo:
    """A logo or a signature. Raises ``OSError`` when it is no PNG."""
    return Photo(image)


def qr_drawing(address: str, level: qr.Level = "Q") -> Drawing:
    """The QR code as rectangles: sharp at any zoom, and no viewer can blur it."""
    rows = qr.modules(address, level)
    side = Drawing.SIDE / len(rows)
    runs = [
        f"{start * side:.3f} {y * side:.3f} {length * side:.3f} {side:.3f} re"
        for y, row in enumerate(rows)
        for start, length in _dark_runs(row)
    ]
    ground = f"1 1 1 rg 0 0 {Drawing.SIDE:g} {Drawing.SIDE:g} re f"
    return Drawing("\n".join([ground, "0 0 0 rg", *runs, "f"]).encode(), 1)


def _dark_runs(row: Sequence[bool]) -> list[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    runs = []
    place = 0
    for dark, group in groupby(row):
        length = len(list(group))
        if dark:
            runs.append((place, length))
        place += length
    return runs
