"""The artwork of a badge from elsewhere that brought no picture of its own.

It has neither engraving nor level dots, so that nobody takes it for a badge of this
site: a ring with a gap at its top, and an arrow that comes in through it.
"""

from .colours import HUES, PAPER, mix
from .shapes import circ

_SLATE = HUES["slate"]
_RIM = mix(_SLATE.deep, PAPER, 0.35)
_GROUND = mix(_SLATE.field, PAPER, 0.86)


def plain() -> str:
    """The drawing as SVG text, for any size. It is the same for every such badge."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-256 -256 512 512">'
        f'<path fill="{_RIM}" d="{circ(244)}"/>'
        f'<path fill="{_GROUND}" d="{circ(222)}"/>'
        f'<g fill="none" stroke="{_SLATE.deep}" stroke-width="26"'
        ' stroke-linecap="round" stroke-linejoin="round">'
        '<path d="M-62-96A114 114 0 1 0 62-96"/>'
        '<path d="M0-150V38M-54-16 0 38 54-16"/></g></svg>'
    )
