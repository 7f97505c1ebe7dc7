"""The cairn of a completed pathway: one stone per part, the first at the bottom."""

from collections.abc import Sequence
from dataclasses import dataclass

from .colours import GREY, HUES, WHITE, Hue, mix
from .shapes import Point, pair, pairs

FEWEST, MOST = 3, 7

_FOOT, _TOP, _GAP = 108, -118, 3
_WIDER = (0, -8, 9, -7, 5, -3, 0)
_ASIDE = (0, 6, -8, 6, -5, 3, -1)

# In widths and heights of the stone, from its middle.
_START: Point = (-0.5, 0.08)
_TOP_EDGE: tuple[tuple[Point, Point, Point], ...] = (
    ((-0.48, -0.34), (-0.3, -0.5), (-0.02, -0.5)),
    ((0.24, -0.5), (0.47, -0.36), (0.5, 0.02)),
)
_BODY: tuple[tuple[Point, Point, Point], ...] = (
    ((0.51, 0.34), (0.3, 0.5), (0.02, 0.5)),
    ((-0.3, 0.5), (-0.5, 0.4), _START),
)
_LIT: tuple[tuple[Point, Point, Point], ...] = (((0.24, -0.26), (-0.12, 0.16), _START),)


@dataclass(frozen=True, slots=True)
class _Stone:
    x: float
    y: float
    width: float
    height: float
    mirrored: bool

    def face(self, curves: tuple[tuple[Point, Point, Point], ...]) -> str:
        """Path text of a face that begins at the left end of the top edge."""
        drawn = "".join("C" + pairs(map(self._placed, curve)) for curve in curves)
        return f"M{pair(*self._placed(_START))}{drawn}Z"

    def _placed(self, point: Point) -> Point:
        across = -point[0] if self.mirrored else point[0]
        return self.x + across * self.width, self.y + point[1] * self.height


def cairn(colours: Sequence[str]) -> str:
    """SVG paths of a stack of stones in these colours, bottom first; none, no text."""
    if not colours:
        return ""
    return "".join(
        f'<path fill="{colour}" d="{stone.face(_TOP_EDGE + _BODY)}"/>'
        f'<path fill="{mix(colour, WHITE, 0.2)}" d="{stone.face(_TOP_EDGE + _LIT)}"/>'
        for stone, colour in zip(_stack(len(colours)), colours, strict=True)
    )


def _stack(count: int) -> list[_Stone]:
    weights = [1 - 0.46 * i / (count - 1) for i in range(count)]
    share = (_FOOT - _TOP - _GAP * (count - 1)) / sum(weights)
    stones, foot = [], float(_FOOT)
    for i, weight in enumerate(weights):
        height = weight * share
        width = 208 * (1 - 0.62 * i / (count - 1)) + _WIDER[i]
        stones.append(_Stone(_ASIDE[i], foot - height / 2, width, height, i % 2 == 1))
        foot -= height + _GAP
    return stones


def stone_colours(components: Sequence[str]) -> list[str]:
    """One colour per part; of two equal neighbours the upper one is darker."""
    colours: list[str] = []
    for name in components:
        hue = HUES[name]
        colour = stone_colour(hue)
        if colours and colours[-1] == colour:
            colour = mix(colour, hue.deep, 0.6)
        colours.append(colour)
    return colours


def stone_colour(hue: Hue) -> str:
    """What a stone of this hue looks like; light hues darker, to stand on paper."""
    return mix(hue.deep, hue.field, 0.28 if hue.has_dark_ink else 0.72)


def grey_stone_colours(count: int) -> list[str]:
    """Two greys in turn, for a withdrawn credential."""
    dark = mix(GREY.deep, GREY.field, 0.35)
    return [mix(dark, WHITE, 0.3) if i % 2 else dark for i in range(count)]
