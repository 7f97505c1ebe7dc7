"""Outlines and curves as SVG path text, exact to a tenth of a unit.

Angles run from 12 o'clock clockwise, in radians. Coordinates are rounded to nine
digits before they become tenths: libraries of mathematics differ in the last bit,
and the same badge has the same bytes on every machine.
"""

from collections.abc import Callable, Iterable
from math import atan2, cos, floor, pi, radians, sin, sqrt, tan

type Point = tuple[float, float]

_COS30 = cos(pi / 6)
_SIN30 = 0.5
_TURN60 = pi / 3


def tenths(value: float) -> int:
    """The value in whole tenths, halves upwards."""
    return floor(round(value, 9) * 10 + 0.5)


def number(value: float) -> str:
    """A coordinate as text: at most one decimal, no leading zero, no ``.0``."""
    return _text(tenths(value))


def _text(count: int) -> str:
    whole, rest = divmod(abs(count), 10)
    sign = "-" if count < 0 else ""
    if not rest:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{rest}"


def pair(x: float, y: float) -> str:
    """Two coordinates with nothing between them that SVG can do without."""
    return pairs([(x, y)])


def pairs(points: Iterable[Point]) -> str:
    """All points of one curve, with as little between the numbers as SVG allows."""
    return _compact([tenths(value) for point in points for value in point])


def _compact(counts: Iterable[int]) -> str:
    text = before = ""
    for count in counts:
        after = _text(count)
        joined = after[0] == "-" or (after[0] == "." and "." in before)
        text += after if joined or not before else f" {after}"
        before = after
    return text


def polar(angle: float, radius: float) -> Point:
    """The point at this angle from 12 o'clock and this distance from the centre."""
    return radius * sin(angle), -radius * cos(angle)


def circ(radius: float) -> str:
    """A circle around the centre, as a path."""
    half = f"A{number(radius)} {number(radius)} 0 1 1 "
    foot, top = pair(0, radius), pair(0, -radius)
    return f"M{top}{half}{foot}{half}{top}Z"


def hexpath(inradius: float, corner: float) -> str:
    """A hexagon with its point up; its corners are arcs of radius ``corner``."""
    reach = inradius / _COS30
    cut = corner * tan(pi / 6) / reach
    tips = [polar(i * _TURN60, reach) for i in range(6)]
    arc = f"A{number(corner)} {number(corner)} 0 0 1 "
    sides = []
    for i, tip in enumerate(tips):
        start = _towards(tip, tips[i - 1], cut)
        end = _towards(tip, tips[(i + 1) % 6], cut)
        sides.append(f"{pair(*start)}{arc}{pair(*end)}")
    return "M" + "L".join(sides) + "Z"


def _towards(start: Point, end: Point, share: float) -> Point:
    return (
        start[0] + (end[0] - start[0]) * share,
        start[1] + (end[1] - start[1]) * share,
    )


def scallop(cusp: float, top: float) -> str:
    """Twelve lobes that reach ``top`` and meet at radius ``cusp``."""
    half = cusp * sin(radians(15))
    rise = top - cusp * cos(radians(15))
    radius = number((half * half + rise * rise) / (2 * rise))
    meetings = [pair(*polar(radians(15 * (2 * i - 1)), cusp)) for i in range(13)]
    return f"M{f'A{radius} {radius} 0 0 1 '.join(meetings)}Z"


def hexr(angle: float, inradius: float, corner: float) -> float:
    """The distance of the outline of ``hexpath`` from the centre at this angle."""
    off = abs((angle + pi / 6) % _TURN60 - pi / 6)
    middle = inradius / _COS30 - corner / _COS30
    if off <= atan2(corner * _SIN30, middle + corner * _COS30):
        return middle * cos(off) + sqrt(corner**2 - (middle * sin(off)) ** 2)
    return inradius / cos(pi / 6 - off)


def octagon(centre: Point, radius: float) -> str:
    """A stop sign: eight corners, flat at the top."""
    x, y = centre
    corners = (polar(radians(157.5 - 45 * i), radius) for i in range(8))
    return "M" + "L".join(pair(x + dx, y + dy) for dx, dy in corners) + "Z"


def spline(radius: Callable[[float], float], count: int, span: float) -> str:
    """A smooth line through ``span`` radians, as quadratic curves.

    ``radius`` tells the distance at an angle and is asked ``count`` times, in the
    middle of each step. These points are controls; the ends are half way between
    neighbours, so lines of neighbouring spans meet without a seam.
    """
    step = span / count
    controls = []
    for j in range(-1, count + 1):
        angle = (j + 0.5) * step
        controls.append(polar(angle, radius(angle)))
    ends = [
        _towards(controls[j], controls[j + 1], 0.5) for j in range(len(controls) - 1)
    ]
    return _quadratics(controls[1:-1], ends)


def _quadratics(controls: list[Point], ends: list[Point]) -> str:
    """Relative to where the rounded curve before has ended, so nothing drifts."""
    x, y = _rounded(ends[0])
    text = f"M{_compact((x, y))}q"
    for i, (control, end) in enumerate(zip(controls, ends[1:], strict=True)):
        (cx, cy), (ex, ey) = _rounded(control), _rounded(end)
        curve = _compact((cx - x, cy - y, ex - x, ey - y))
        text += curve if not i or curve[0] == "-" else f" {curve}"
        x, y = ex, ey
    return text


def _rounded(point: Point) -> tuple[int, int]:
    return tenths(point[0]), tenths(point[1])
