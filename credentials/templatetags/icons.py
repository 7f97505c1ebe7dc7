"""Icons between the words of a page, drawn once in a process."""

from __future__ import annotations

from functools import lru_cache

from django import template
from lucide.templatetags import lucide as library

register = template.Library()


# The library copies and writes an XML tree each time: a third of what a page with many
# rows took. The same few drawings stand on every page.
@register.simple_tag
@lru_cache(maxsize=512)
def lucide(name: str, *, size: int | None = 24, **attributes: str) -> str:
    """Return an icon of the lucide set as inline SVG; attributes as the library's."""
    return str(library.lucide(name, size=size, **attributes))
