"""The artwork of badges: medallions as SVG, pictures and link previews as PNG."""

from .colours import HUES, Hue, mix
from .glyphs import AREAS, GLYPHS
from .medallion import KINDS, LEVELS, medallion, small, withdrawn

__all__ = [
    "AREAS",
    "GLYPHS",
    "HUES",
    "KINDS",
    "LEVELS",
    "Hue",
    "medallion",
    "mix",
    "small",
    "withdrawn",
]
