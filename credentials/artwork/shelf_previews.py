"""The picture beside a link to several credentials: of a person, or of a collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import lettering
from .colours import HUES, WHITE, mix
from .pictures import PREVIEW_SIZE, draw_foot, ground, saved

if TYPE_CHECKING:
    from PIL import ImageDraw

#: So many medallions have room.
MOST = 4
_LEFT = 72
_WIDTH = PREVIEW_SIZE[0] - 2 * _LEFT
_NAME_SIZES = (68, 56, 46)
_MOST_LINES = 2
# Centre and side of a medallion, by how many there are.
_SIDES = {1: 210, 2: 210, 3: 200, 4: 196}
_GAP, _ART_MIDDLE = 28, 400
_ABOVE, _BLOCK_TOP, _BLOCK_MIDDLE = 24, 84, 300


def shelf_preview(
    *,
    above: str,
    name: str,
    below: str,
    medallions: Sequence[str],
    site_address: str,
    language: str = "",
    hue: str = "cobalt",
) -> bytes:
    """PNG, 1200 by 630: small words, a name, a sentence, up to four medallions.

    ``medallions`` are SVG texts of this package; ``language`` is that of the name and
    decides how Han is drawn. The same input gives the same bytes.
    """
    placed = "".join(_placed(medallions[:MOST]))
    picture, canvas, base = ground(HUES[hue], placed, mark_x=_LEFT, rings_x=1010)
    pale = mix(base, WHITE, 0.72)
    _draw_words(canvas, (above, name, below), pale, language, bool(medallions))
    draw_foot(canvas, site_address, pale, x=_LEFT + 50)
    return saved(picture)


def _placed(medallions: Sequence[str]) -> list[str]:
    side = _SIDES.get(len(medallions), 0)
    return [
        f'<g transform="translate({_LEFT + side / 2 + place * (side + _GAP)}'
        f' {_ART_MIDDLE}) scale({side / 512})">'
        f"{svg.partition('>')[2].removesuffix('</svg>')}</g>"
        for place, svg in enumerate(medallions)
    ]


def _draw_words(
    canvas: ImageDraw.ImageDraw,
    words: tuple[str, str, str],
    pale: str,
    language: str,
    has_art: bool,
) -> None:
    above, name, below = words
    size, lines = _name(name, language)
    y: float = _BLOCK_TOP if has_art else _BLOCK_MIDDLE - 40 - size * len(lines) / 2
    if above:
        lettering.fitted(above, lettering.SANS_400, _ABOVE, _WIDTH, language).draw(
            canvas, _LEFT, y, pale
        )
    y += size + 10
    for line in lines:
        line.draw(canvas, _LEFT - 2, y, WHITE)
        y += size * 1.14
    if below:
        y += 50 - size * 1.14
        _sentence(below, language).draw(canvas, _LEFT, y, WHITE)


def _sentence(text: str, language: str) -> lettering.Line:
    """One line, set smaller before it is cut."""
    font = lettering.SANS_600
    whole = (lettering.line(text, font, size, language) for size in (30, 26, 23))
    fitting = next((each for each in whole if each.width <= _WIDTH), None)
    return fitting or lettering.fitted(text, font, 23, _WIDTH, language)


def _name(name: str, language: str) -> tuple[int, list[lettering.Line]]:
    """The largest size in which a name has one line, else two lines of the smallest."""
    font = lettering.SERIF_600
    for size in _NAME_SIZES:
        if len(lettering.wrapped(name, font, size, _WIDTH, language)) <= 1:
            break
    texts = lettering.wrapped(name, font, size, _WIDTH, language)
    if len(texts) > _MOST_LINES:
        texts = [texts[0], texts[1] + lettering.ELLIPSIS]
    return size, [
        lettering.fitted(each, font, size, _WIDTH, language) for each in texts
    ]
