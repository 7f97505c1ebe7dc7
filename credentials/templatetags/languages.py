"""Addresses that keep a reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.conf import settings

from credentials import languages

register = template.Library()

register.filter("in_this_language", languages.in_this_language)
register.filter("with_language", languages.with_language)


@register.simple_tag
def languages_on_offer() -> Sequence[tuple[str, str]]:
    """Return each language's tag and its own name; Django's tag translates names."""
    return settings.LANGUAGES
