"""Medallions: the artwork of a badge as SVG, from a few words.

Pure functions: the same input gives the same bytes on every machine. There are no
words, numbers or faces in the art; the name stands beside it in HTML. Ids inside
repeat when a page shows a badge twice, so place it as a picture, never inline.
Version 1 never changes: badges store the version that they were made with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import pi

from .colours import GREY, GREY_PAPER, HUES, PAPER, WHITE, Hue, mix
from .glyphs import GLYPHS, Part
from .guilloche import Radius, Weave, braid, rosette, weave
from .shapes import circ, hexpath, hexr, number, octagon, pair, polar, scallop
from .stones import FEWEST, MOST, cairn, grey_stone_colours, stone_colours

VERSIONS = (1,)
LEVELS = (1, 2, 3, 4)

_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-256 -256 512 512">{}</svg>'
_FADE = (
    '<radialGradient id="{}f" cx=".5" cy=".42" r=".62">'
    '<stop offset=".4" stop-color="{}"/><stop offset="1" stop-color="{}"/>'
    "</radialGradient>"
)
_FLAT_STEPS = 6
_FADE_DEPTH = 0.8


@dataclass(frozen=True, slots=True)
class _Outline:
    """The measures of one kind of badge."""

    silhouette: Callable[[float], str]
    small_field: str
    braid: Radius
    rosette: Radius
    dots: float
    symmetry: int | None
    field: Callable[[int], str]


_OUTLINES: dict[str, _Outline] = {
    "skill": _Outline(
        silhouette=lambda inset: circ(244 - inset),
        small_field=circ(206),
        braid=lambda _: 210,
        rosette=lambda _: 145,
        dots=210,
        symmetry=None,
        field=lambda i: circ(184 - 11 * i),
    ),
    "project": _Outline(
        silhouette=lambda inset: hexpath(224 - inset, 64 - inset),
        small_field=hexpath(186, 44),
        braid=lambda angle: hexr(angle, 197, 50),
        rosette=lambda angle: hexr(angle, 131, 34),
        dots=197,
        symmetry=6,
        field=lambda i: hexpath(172 - 10 * i, 44 - 4 * i),
    ),
    "pathway": _Outline(
        silhouette=lambda inset: scallop(230 - inset, 250 - inset),
        small_field=circ(200),
        braid=lambda _: 201,
        rosette=lambda _: 141,
        dots=199,
        symmetry=12,
        field=lambda i: circ(180 - 11 * i),
    ),
}
KINDS: tuple[str, ...] = tuple(_OUTLINES)


def medallion(
    kind: str,
    level: int,
    hue: str,
    glyph: str,
    seed: str,
    *,
    version: int = 1,
    components: Sequence[str] = (),
    flat: bool = False,
) -> str:
    """The artwork of a badge as SVG text, for 40 pixels and more.

    ``kind`` is skill, project or pathway; ``level`` 1 to 4; ``hue`` one of HUES;
    ``glyph`` one of GLYPHS, ignored when ``components`` is given; ``seed`` the uuid
    of the achievement version, which decides the fine lines only. ``components``
    are the hues of the 3 to 7 parts of a pathway, drawn as a cairn. ``flat`` gives
    solid colours alone, for paper. Raises ValueError for anything else.
    """
    if version not in VERSIONS or level not in LEVELS:
        raise ValueError(f"no medallion of version {version} with level {level}")
    outline, colours = _checked(kind, hue, glyph, components)
    woven = weave(seed)
    ground = _ground(colours, cairned=bool(components))
    lines = _lines(outline, woven, colours, cairned=bool(components), flat=flat)
    fade = "" if flat else _FADE.format(woven.key, *ground)
    return _HEAD.format(
        f'<defs>{fade}<g id="{woven.key}g">{lines}</g></defs>'
        + _rim(outline, colours.deep, flat=flat)
        + (
            _stepped_field(outline, ground, colours.lite)
            if flat
            else _field(outline, f"url(#{woven.key}f)", colours.lite)
        )
        + _turned(woven.key)
        + _pill(outline.dots, level, colours)
        + (
            cairn(stone_colours(components))
            if components
            else _drawing(glyph, colours.ink, colours.half, "2.05")
        )
    )


def small(
    kind: str,
    hue: str,
    glyph: str,
    *,
    components: Sequence[str] = (),
    flat: bool = False,
) -> str:
    """The artwork for places under 40 pixels: no lines, no dots, flat colours.

    Takes what ``medallion`` takes, and raises the same.
    """
    outline, colours = _checked(kind, hue, glyph, components)
    return _HEAD.format(
        f'<path fill="{colours.deep}" d="{outline.silhouette(0)}"/>'
        f'<path fill="none" {_keyline(colours.deep, flat=flat)} stroke-width="12"'
        f' d="{outline.silhouette(6)}"/>'
        + _small_field(outline, PAPER if components else colours.field)
        + (
            _small_cairn(stone_colours(components))
            if components
            else _drawing(glyph, colours.ink, colours.half, "3")
        )
    )


def withdrawn(
    kind: str,
    glyph: str,
    *,
    components: Sequence[str] = (),
    small: bool = False,
) -> str:
    """The artwork of a withdrawn credential: grey, with a stop sign on it.

    Shape and bar say it without colour. Of ``components`` only the number counts.
    ``small`` is for places under 40 pixels. Raises ValueError as ``medallion`` does.
    """
    outline, _ = _checked(kind, "slate", glyph, components)
    ground = GREY_PAPER if components else GREY.field
    stones = grey_stone_colours(len(components))
    half = mix(GREY.field, GREY.ink, 0.5)
    if small:
        return _HEAD.format(
            f'<path fill="{GREY.deep}" d="{outline.silhouette(0)}"/>'
            + _small_field(outline, ground)
            + (_small_cairn(stones) or _drawing(glyph, GREY.ink, half, "3"))
            + _stop_sign(132, (132, 110), (84, 180), 34)
        )
    return _HEAD.format(
        _rim(outline, GREY.deep, flat=False)
        + _field(outline, ground, mix(GREY.field, WHITE, 0.6))
        + (cairn(stones) or _drawing(glyph, GREY.ink, half, "2.05"))
        + _stop_sign(152, (98, 86), (112, 192), 22)
    )


def _checked(
    kind: str, hue: str, glyph: str, components: Sequence[str]
) -> tuple[_Outline, Hue]:
    unknown = [name for name in (hue, *components) if name not in HUES]
    if kind not in _OUTLINES or unknown or not (components or glyph in GLYPHS):
        raise ValueError(f"no artwork for {kind}, {hue}, {glyph}, {components}")
    if components and not FEWEST <= len(components) <= MOST:
        raise ValueError(f"a cairn has {FEWEST} to {MOST} stones: {components}")
    return _OUTLINES[kind], HUES[hue]


def _ground(colours: Hue, *, cairned: bool) -> tuple[str, str]:
    """The colours of the field: in the middle, at the edge."""
    if cairned:
        return PAPER, mix(PAPER, colours.field, 0.16)
    return colours.field, colours.low


def _lines(
    outline: _Outline, woven: Weave, colours: Hue, *, cairned: bool, flat: bool
) -> str:
    symmetry = outline.symmetry or woven.symmetry
    around = braid(woven, outline.braid)
    within = rosette(woven, outline.rosette, symmetry=symmetry, around_cairn=cairned)
    ring, rose = _line_colours(colours, cairned=cairned, flat=flat)
    return f'<path d="{around}" {ring} stroke-width="1.7"/><path d="{within}" {rose}/>'


def _line_colours(colours: Hue, *, cairned: bool, flat: bool) -> tuple[str, str]:
    """Stroke attributes of braid and rosette."""
    line, strength = (colours.deep, 0.3) if cairned else (colours.lite, 0.34)
    if not flat:
        opacity = f"{strength:g}".removeprefix("0")
        return (
            f'stroke="{colours.lite}" stroke-opacity=".6"',
            f'stroke="{line}" stroke-opacity="{opacity}"',
        )
    ground = mix(*_ground(colours, cairned=cairned), 0.35)
    return (
        f'stroke="{mix(colours.deep, colours.lite, 0.6)}"',
        f'stroke="{mix(ground, line, strength)}"',
    )


def _rim(outline: _Outline, deep: str, *, flat: bool) -> str:
    keyline = f'{_keyline(deep, flat=flat)} stroke-width="4"'
    return (
        f'<path fill="{deep}" d="{outline.silhouette(0)}"/>'
        f'<path fill="none" {keyline} d="{outline.silhouette(9)}"/>'
    )


def _keyline(deep: str, *, flat: bool) -> str:
    """The line that keeps dark badges apart from a dark page."""
    if flat:
        return f'stroke="{mix(deep, WHITE, 0.55)}"'
    return 'stroke="#FFF" stroke-opacity=".55"'


def _field(outline: _Outline, fill: str, edge: str) -> str:
    return (
        f'<path fill="{fill}" stroke="{edge}" stroke-width="3" d="{outline.field(0)}"/>'
    )


def _stepped_field(outline: _Outline, ground: tuple[str, str], edge: str) -> str:
    """The gradient as seven flat shapes: printers and PDF need no shading then."""
    steps = [_field(outline, mix(*ground, _FADE_DEPTH), edge)]
    for i in range(1, _FLAT_STEPS + 1):
        depth = _FADE_DEPTH * (1 - i / _FLAT_STEPS)
        steps.append(f'<path fill="{mix(*ground, depth)}" d="{outline.field(i)}"/>')
    return "".join(steps)


def _small_field(outline: _Outline, fill: str) -> str:
    return f'<path fill="{fill}" d="{outline.small_field}"/>'


def _turned(key: str) -> str:
    uses = f'<use href="#{key}g"/>' + "".join(
        f'<use href="#{key}g" transform="rotate({turn})"/>'
        for turn in range(60, 360, 60)
    )
    return f'<g fill="none" stroke-width="1.3">{uses}</g>'


def _pill(radius: float, level: int, colours: Hue) -> str:
    """The dots of the level in a capsule at 6 o'clock."""
    half = ((level - 1) / 2 * 26 + 15) / radius
    size = number(radius)
    start, end = (pair(*polar(pi + side * half, radius)) for side in (1, -1))
    arc = f'd="M{start}A{size} {size} 0 0 0 {end}"'
    angles = ((i - (level - 1) / 2) * 26 / radius for i in range(level))
    places = (polar(pi - angle, radius) for angle in angles)
    dots = "".join(
        f'<circle cx="{number(x)}" cy="{number(y)}" r="8"/>' for x, y in places
    )
    rim = mix(colours.deep, colours.lite, 0.6)
    return (
        '<g fill="none" stroke-linecap="round">'
        f'<path stroke="{rim}" stroke-width="33" {arc}/>'
        f'<path stroke="{colours.deep}" stroke-width="29" {arc}/></g>'
        f'<g fill="{colours.lite}">{dots}</g>'
    )


def _small_cairn(colours: Sequence[str]) -> str:
    """The lowest three stones: more cannot be told apart at this size."""
    drawn = cairn(colours[:3])
    return f'<g transform="scale(1.34)">{drawn}</g>' if drawn else ""


def _drawing(glyph: str, ink: str, half: str, scale: str) -> str:
    parts = "".join(_painted(part, ink, half) for part in GLYPHS[glyph])
    return f'<g fill="{ink}" transform="scale({scale})">{parts}</g>'


def _painted(part: Part, ink: str, half: str) -> str:
    if part.width:
        return (
            f'<path fill="none" stroke="{ink if part.tone == "a" else half}"'
            f' stroke-width="{part.width}" stroke-linecap="round"'
            f' stroke-linejoin="round" d="{part.path}"/>'
        )
    fill = "" if part.tone == "a" else f' fill="{half}"'
    return f'<path{fill} fill-rule="evenodd" d="{part.path}"/>'


def _stop_sign(
    middle: int, radii: tuple[int, int], bar: tuple[int, int], width: int
) -> str:
    """A red octagon with a white rim and a white bar, at the lower right."""
    rim, sign = (octagon((middle, middle), radius) for radius in radii)
    return (
        f'<path fill="#FFF" d="{rim}"/><path fill="#A8201A" d="{sign}"/>'
        f'<path stroke="#FFF" stroke-width="{width}" stroke-linecap="round"'
        f' d="M{bar[0]} {middle}H{bar[1]}"/>'
    )
