"""Our own SVG as PNG, and the pictures that networks show beside a link.

A link preview never carries the holder's name: networks keep copies long after a
credential is withdrawn or erased.
"""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from math import cos, pi
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from . import lettering
from .colours import HUES, WHITE, Hue, mix
from .guilloche import KEPT_OF_6, SAMPLES_6
from .shapes import spline

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

PREVIEW_SIZE = (1200, 630)
PREVIEW_MOST_BYTES = 150_000

_TEXT_X, _TEXT_WIDTH = 578, 562
_NAME_X = 576  # large letters stand further in
# Between baselines: kind to name, lines of a name (by its size), name to issuer.
_KIND_GAP, _LINE_GAP, _ISSUER_GAP = {66: 82, 56: 74}, {66: 76, 56: 65}, 72
_BLOCK_MIDDLE, _FOOT_X, _FOOT_BASELINE = 296, 626, 561
_MOST_PER_LINE, _MOST_LINES = 18, 2
_ALPHA_STEP = 17
_COLOURS = 200
# Shades between ground and lines of the rings: more would double the file unseen.
_RING_COLOURS = 6

# The cairn of the site, in a box of 24.
_MARK = (
    (
        1,
        "M1 19.6C1 16.4 5 15.4 10.2 15.4C18.6 15.4 23 16.2 23 19.5C23 21.7 19.9 22.4"
        " 14.2 22.4H7.6C3.2 22.4 1 21.7 1 19.6Z",
    ),
    (
        0.85,
        "M20 11.8C20 9.2 17 8.4 13 8.4C6.7 8.4 3.4 9.1 3.4 11.6C3.4 13.4 5.7 14 10"
        " 14H15C18.3 14 20 13.4 20 11.8Z",
    ),
    (
        0.6,
        "M7.6 5C7.6 2.8 9.5 2 12 2C15.9 2 18 2.6 18 4.9C18 6.5 16.5 7 13.8 7H10.7C8.6"
        " 7 7.6 6.5 7.6 5Z",
    ),
)


def to_png(svg: str, *, size: int) -> bytes:
    """A square SVG of ours as PNG with transparent ground, ``size`` pixels wide.

    At most 200 colours, so that 1,024 pixels stay under 200 KB. Same bytes for
    the same input. Only for SVG that this package made: nothing in it is checked.
    """
    saved = BytesIO()
    picture, alphas = _reduced(_rasterised(svg, size, size))
    picture.save(saved, "PNG", optimize=True, transparency=alphas)
    return saved.getvalue()


def link_preview(
    *,
    name: str,
    kind_label: str,
    issuer_name: str,
    medallion_svg: str,
    hue: str,
    site_address: str,
    language: str = "",
) -> bytes:
    """The picture of a badge or credential for networks: PNG, 1200 by 630.

    ``name`` is the badge's, ``kind_label`` what it is in words, ``medallion_svg``
    its artwork in full form, ``hue`` one of HUES, ``site_address`` the address to
    check it at as it is typed, and ``language`` that of the name.
    """
    art = medallion_svg.partition(">")[2].removesuffix("</svg>")
    placed = f'<g transform="translate(300 315) scale({420 / 512})">{art}</g>'
    picture, canvas, base = ground(HUES[hue], placed)
    size, lines = _name_lines(name, language)
    span = _KIND_GAP[size] + _LINE_GAP[size] * (len(lines) - 1) + _ISSUER_GAP
    y = _BLOCK_MIDDLE - span / 2
    kind = lettering.fitted(kind_label, lettering.SANS_400, 24, _TEXT_WIDTH, language)
    kind.draw(canvas, _TEXT_X, y, mix(base, WHITE, 0.72))
    y += _KIND_GAP[size]
    for line in lines:
        line.draw(canvas, _NAME_X, y, WHITE)
        y += _LINE_GAP[size]
    y += _ISSUER_GAP - _LINE_GAP[size]
    issuer = lettering.fitted(
        issuer_name, lettering.SANS_600, 29, _TEXT_WIDTH, language
    )
    issuer.draw(canvas, _TEXT_X, y, WHITE)
    draw_foot(canvas, site_address, mix(base, WHITE, 0.72))
    return saved(picture)


def plain_preview(*, issuer_name: str, site_address: str, language: str = "") -> bytes:
    """The picture of an issuer alone, for a credential that is withdrawn.

    PNG, 1200 by 630; ``language`` is that of the issuer's name.
    """
    placed = _mark(150, 165, 300)
    picture, canvas, base = ground(HUES["slate"], placed)
    size, lines = _name_lines(issuer_name, language)
    y = 315 + size / 3 - _LINE_GAP[size] * (len(lines) - 1) / 2
    for line in lines:
        line.draw(canvas, _NAME_X, y, WHITE)
        y += _LINE_GAP[size]
    draw_foot(canvas, site_address, mix(base, WHITE, 0.72))
    return saved(picture)


def ground(
    hue: Hue, placed: str, *, mark_x: int = 576, rings_x: int = 300
) -> "tuple[Image.Image, ImageDraw.ImageDraw, str]":
    """The picture without its words, something to draw on, and its base colour.

    ``placed`` is SVG over the ground; the site's mark stands at ``mark_x`` in its foot.
    """
    from PIL import ImageDraw

    base = mix(hue.deep, hue.field, 0.6) if hue.has_dark_ink else hue.field
    picture = _rings(mix(hue.deep, "#0E1116", 0.52), base, rings_x).convert("RGBA")
    picture.alpha_composite(_canvas(placed + _mark(mark_x, 534, 36)))
    picture = picture.convert("RGB")
    return picture, ImageDraw.Draw(picture), base


@cache
def _rings(ground: str, base: str, x: int) -> "Image.Image":
    """Two rings of fine lines, the same for all badges of a hue: 0.7 MB each."""
    rings = _canvas(
        f'<path fill="{ground}" d="M0 0H1200V630H0Z"/>'
        f'<g fill="none" stroke="{mix(ground, base, 0.42)}" stroke-width="1.2"'
        f' transform="translate({x} 315)">'
        f'<path d="{_ring(330, 78, 0.25, 30, 8)}"/>'
        f'<path stroke-opacity=".6" d="{_ring(560, 90, 0.2, 42, 6)}"/></g>'
    )
    return _with_colours(rings, _RING_COLOURS)


def _canvas(drawn: str) -> "Image.Image":
    width, height = PREVIEW_SIZE
    return _rasterised(
        '<svg xmlns="http://www.w3.org/2000/svg"'
        f' viewBox="0 0 {width} {height}">{drawn}</svg>',
        width,
        height,
    )


def _ring(middle: float, height: float, swing: float, lobes: int, strands: int) -> str:
    """Fine lines around the whole medallion."""

    def strand(k: int) -> Callable[[float], float]:
        shift = 2 * pi * k / strands

        def radius(at: float) -> float:
            amplitude = height * (1 + swing * cos(12 * at)) / KEPT_OF_6
            return middle + amplitude * cos(lobes * at + shift)

        return radius

    return "".join(spline(strand(k), lobes * SAMPLES_6, 2 * pi) for k in range(strands))


def _mark(x: float, y: float, size: float) -> str:
    stones = "".join(
        f'<path fill-opacity="{strength}" d="{path}"/>' for strength, path in _MARK
    )
    place = f"translate({x} {y}) scale({size / 24})"
    return f'<g fill="{WHITE}" transform="{place}">{stones}</g>'


def _name_lines(name: str, language: str) -> tuple[int, list[lettering.Line]]:
    """The size in pixels that suits a name, and its one or two lines."""
    font, size = lettering.SERIF_600, 66
    texts = lettering.wrapped(name, font, size, _TEXT_WIDTH, language)
    longest = max(map(len, texts), default=0)
    if longest > _MOST_PER_LINE or len(texts) > _MOST_LINES:
        size = 56
        texts = lettering.wrapped(name, font, size, _TEXT_WIDTH, language)
    if len(texts) > _MOST_LINES:
        texts = [texts[0], texts[1] + lettering.ELLIPSIS]
    return size, [
        lettering.fitted(text, font, size, _TEXT_WIDTH, language) for text in texts
    ]


def draw_foot(
    canvas: "ImageDraw.ImageDraw", address: str, pale: str, x: float = _FOOT_X
) -> None:
    """Where to check it. The address is what protects readers: it is never cut."""
    # Translators: the address is drawn bold.
    words = gettext("Check it at %(address)s")
    before, _, after = words.partition("%(address)s")
    parts = (
        (before, lettering.SANS_400, pale),
        (address, lettering.SANS_600, WHITE),
        (after, lettering.SANS_400, pale),
    )
    size, room = 22, PREVIEW_SIZE[0] - x - 24
    while size > 12 and sum(_width(text, font, size) for text, font, _ in parts) > room:
        size -= 1
    for text, font, fill in parts:
        x = lettering.line(text, font, size).draw(canvas, x, _FOOT_BASELINE, fill)


def _width(text: str, font: str, size: int) -> float:
    return lettering.line(text, font, size).width


def _rasterised(svg: str, width: int, height: int) -> "Image.Image":
    import resvg_py  # loads slowly, as does Pillow
    from PIL import Image

    png = resvg_py.svg_to_bytes(
        svg_string=svg, width=width, height=height, skip_system_fonts=True
    )
    return Image.open(BytesIO(png))


def saved(picture: "Image.Image") -> bytes:
    """PNG with as many colours as the networks' patience allows."""
    for count in (_COLOURS, 128, 64):
        saved = BytesIO()
        _with_colours(picture, count).save(saved, "PNG", optimize=True)
        if saved.tell() <= PREVIEW_MOST_BYTES:
            break
    return saved.getvalue()


def _with_colours(picture: "Image.Image", count: int) -> "Image.Image":
    from PIL import Image

    return picture.convert("RGB").quantize(
        count, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
    )


def _reduced(picture: "Image.Image") -> "tuple[Image.Image, bytes]":
    """A picture with a palette, and how opaque each colour in it is.

    Only the outline is half transparent there, so each step of opacity gets two
    colours: the commonest dark and the commonest light one of its pixels.
    """
    reduced = _with_colours(picture, _COLOURS)
    palette: list[Any] = list(reduced.getpalette() or ())[: 3 * _COLOURS]
    opaque = len(palette) // 3
    alphas = [255] * opaque
    original = reduced.copy()
    for low in range(0, 255, _ALPHA_STEP):
        for mask in _masks(picture, low):
            counts = original.histogram(mask)[:opaque]
            if not any(counts):
                continue
            common = counts.index(max(counts))
            reduced.paste(len(alphas), (0, 0), mask)
            palette += palette[3 * common : 3 * common + 3]
            alphas.append(low + _ALPHA_STEP // 2 if low else 0)
    reduced.putpalette(palette)
    return reduced, bytes(alphas)


def _masks(picture: "Image.Image", low: int) -> "list[Image.Image]":
    """Where the opacity is this step's: the dark pixels, the light ones."""
    from PIL import ImageChops

    step = [255 if low <= alpha < low + _ALPHA_STEP else 0 for alpha in range(256)]
    here = picture.getchannel("A").point(step)
    light = picture.convert("RGB").convert("L").point([0] * 160 + [255] * 96)
    return [
        ImageChops.multiply(here, ImageChops.invert(light)),
        ImageChops.multiply(here, light),
    ]
