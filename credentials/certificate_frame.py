"""The decoration of a certificate: braid, bosses and the oval behind the text.

The same for all badges of a hue and kind; what is particular to a badge stays in its
medallion. Lengths in hundredths of a millimetre.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import cos, pi, radians

from .artwork.colours import HUES, WHITE, Hue, mix
from .artwork.shapes import Point, circ, hexpath, pair, pairs, polar, scallop

TILE = 500

_OUTLINES = {
    "skill": circ(150),
    "project": hexpath(140, 34),
    "pathway": scallop(140, 154),
}


def rule(hue: str) -> str:
    """The colour of the hairlines."""
    return mix(HUES[hue].deep, WHITE, 0.45)


def _line(colours: Hue) -> str:
    return mix(colours.deep, WHITE, 0.3)


def _base(colours: Hue) -> str:
    """The field, darker where it is too light for lines on white."""
    if colours.has_dark_ink:
        return mix(colours.deep, colours.field, 0.55)
    return colours.field


def braid(hue: str, *, upright: bool = False) -> str:
    """A tile of the braid as SVG; joins itself along x, or along y when upright."""
    colours = HUES[hue]
    inner = (_wave(95, radians(120 * k) + 0.5) for k in range(3))
    outer = (_wave(185, radians(90 * k)) for k in range(4))
    strands = "".join(
        f'<path stroke="{stroke}" stroke-width="{width}" '
        f'd="{"".join(_curve(_turned(w) if upright else w) for w in waves)}"/>'
        for stroke, width, waves in (
            (mix(_base(colours), WHITE, 0.35), 10, inner),
            (_line(colours), 8, outer),
        )
    )
    return _svg(f"0 0 {TILE} {TILE}", f'<g fill="none">{strands}</g>')


def _wave(amplitude: float, phase: float) -> list[Point]:
    """Controls of one strand of a tile, from the step before it to the one after."""
    samples, middle = 5, TILE / 2
    step, swing = TILE / samples, _swing(amplitude, samples)
    places = ((j + 0.5) * step for j in range(-1, samples + 1))
    return [(x, middle + swing * cos(2 * pi * x / TILE + phase)) for x in places]


def _turned(points: Sequence[Point]) -> list[Point]:
    return [(y, x) for x, y in points]


def boss(hue: str, kind: str) -> str:
    """The round ornament of a corner as SVG, with the outline of the kind in it."""
    colours, lobes, samples = HUES[hue], 12, 4
    line, swing = _line(colours), _swing(62, samples)

    def strand(phase: float) -> str:
        return _ring(
            lambda angle: 330 + swing * cos(lobes * angle + phase), lobes * samples
        )

    strands = "".join(strand(radians(120 * k)) for k in range(3))
    return _svg(
        "-450 -450 900 900",
        f'<circle r="435" fill="#fff" stroke="{rule(hue)}" stroke-width="20"/>'
        f'<path fill="none" stroke="{line}" stroke-width="10" d="{strands}"/>'
        f'<circle r="225" fill="#fff" stroke="{line}" stroke-width="12"/>'
        f'<path fill="{colours.deep}" d="{_OUTLINES[kind]}"/>',
    )


def oval(hue: str) -> str:
    """The large guilloche behind the text as SVG, 2600 by 1840, very light."""
    lobes, samples = 24, 4
    stroke = mix(_base(HUES[hue]), WHITE, 0.82)

    def strand(phase: float) -> str:
        def radius(angle: float) -> float:
            amplitude = _swing(150 * (1 + 0.22 * cos(12 * angle)), samples)
            return 712 + amplitude * cos(lobes * angle + phase)

        return _ring(radius, lobes * samples, stretch=1.42)

    strands = "".join(strand(radians(36 * k)) for k in range(10))
    return _svg(
        "-1300 -920 2600 1840",
        f'<path fill="none" stroke="{stroke}" stroke-width="2.6" d="{strands}"/>',
    )


def _ring(radius: Callable[[float], float], count: int, stretch: float = 1) -> str:
    """A closed strand around the centre, wider than high by ``stretch``."""
    step = 2 * pi / count
    controls = []
    for j in range(-1, count + 1):
        angle = (j + 0.5) * step
        x, y = polar(angle, radius(angle))
        controls.append((x * stretch, y))
    return _curve(controls)


def _swing(amplitude: float, samples: int) -> float:
    """The amplitude to ask for, since a quadratic spline stays inside its controls."""
    return amplitude / ((6 + 2 * cos(2 * pi / samples)) / 8)


def _curve(controls: Sequence[Point]) -> str:
    """Quadratic curves that end half way between neighbouring controls."""
    ends = [((a + c) / 2, (b + d) / 2) for (a, b), (c, d) in pairwise(controls)]
    inner = controls[1:-1]
    points = [p for both in zip(inner, ends[1:], strict=True) for p in both]
    return f"M{pair(*ends[0])}Q{pairs(points)}"


def _svg(view_box: str, body: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view_box}">{body}</svg>'
