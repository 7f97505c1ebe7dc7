"""The cairn of a pathway page: one stone per step, the first at the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: More steps than this are drawn in proportion.
MOST = 9
WIDTH = 160

_GAP = 4
_LOWEST, _HIGHEST = (150, 30), (62, 18)  # width and height of a stone
_ASIDE = (0, 5, -6, 4, -3, 5, -2)  # pixels from the middle, so that no wall stands
# Start, then the curves; in widths and heights of the stone from its corner.
_OUTLINE = (
    "M{0:.1f} {6:.1f}"
    "C{0:.1f} {5:.1f} {1:.1f} {4:.1f} {2:.1f} {4:.1f}"
    "C{8:.1f} {4:.1f} {9:.1f} {11:.1f} {9:.1f} {12:.1f}"
    "C{9:.1f} {7:.1f} {10:.1f} {13:.1f} {14:.1f} {13:.1f}"
    "H{3:.1f}"
    "C{15:.1f} {13:.1f} {0:.1f} {7:.1f} {0:.1f} {6:.1f}Z"
)


@dataclass(frozen=True, slots=True)
class Stone:
    """A path of SVG, and how it looks: ``laid``, ``next``, or neither."""

    outline: str
    look: str


@dataclass(frozen=True, slots=True)
class Cairn:
    """Stones from the bottom to the top, in a picture so many pixels high."""

    stones: Sequence[Stone]
    height: int


def cairn(done: int, total: int) -> Cairn:
    """Draw ``total`` stones, ``done`` of them laid; none for a path without steps."""
    count = min(total, MOST)
    laid = done if total <= MOST else done * MOST // total
    sizes = [_size(place, count) for place in range(count)]
    height = round(sum(size[1] + _GAP for size in sizes)) if sizes else 0
    foot, stones = float(height), []
    for place, (wide, high) in enumerate(sizes):
        outline = _outline(place, foot - high, wide, high)
        stones.append(Stone(outline, _look(place, laid)))
        foot -= high + _GAP
    return Cairn(stones, height)


def _look(place: int, laid: int) -> str:
    if place < laid:
        return "laid"
    return "next" if place == laid else ""


def _size(place: int, count: int) -> tuple[float, float]:
    share = place / (count - 1) if count > 1 else 0
    wide, high = (
        low + (top - low) * share for low, top in zip(_LOWEST, _HIGHEST, strict=True)
    )
    return wide, high


def _outline(place: int, top: float, wide: float, high: float) -> str:
    start = (WIDTH - wide) / 2 + (_ASIDE[place % len(_ASIDE)] if place else 0)
    mirrored = place % 2 == 1

    def across(share: float) -> float:
        return start + wide * (1 - share if mirrored else share)

    return _OUTLINE.format(
        across(0),
        across(0.18),
        across(0.42),
        across(0.3),
        top,
        top + high * 0.15,
        top + high * 0.6,
        top + high * 0.9,
        across(0.8),
        across(1),
        across(0.86),
        top + high * 0.12,
        top + high * 0.58,
        top + high,
        across(0.6),
        across(0.1),
    )
