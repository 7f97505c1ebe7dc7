"""The artwork of badges: medallions as SVG, pictures and link previews as PNG."""

from .colours import HUES, Hue, mix
from .glyphs import AREAS, GLYPHS
from .medallion import KINDS, LEVELS, medallion, small, withdrawn
from .plain import plain

__all__ = [
    "AREAS",
    "GLYPHS",
    "HUES",
    "KINDS",
    "LEVELS",
    "Hue",
    "medallion",
    "mix",
    "plain",
    "small",
    "withdrawn",
]
