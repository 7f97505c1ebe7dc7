"""Which language words are written in: the reader's, or that of what they tell of."""

from __future__ import annotations

from contextlib import AbstractContextManager
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.utils import translation


def offered(tag: str) -> str:
    """Return the interface's language for a tag such as ``es-MX``, else the site's."""
    languages = dict(settings.LANGUAGES)
    for candidate in (tag.lower(), tag.lower().partition("-")[0]):
        if candidate in languages:
            return candidate
    return settings.LANGUAGE_CODE


def written_in(tag: str) -> AbstractContextManager[None]:
    """Write words in the language of a tag, as far as the site speaks it.

    For what many readers get from one writer, such as documents and certificates, and
    for mails: whoever causes them may read another language than who receives them.
    """
    return translation.override(offered(tag))


def with_language(address: str, language: str) -> str:
    """Return a local address that asks for a language by ``?lang=``.

    Pages of credentials know a reader's language by their address alone, so that a
    cache never shows one reader's language to another.
    """
    parts = urlsplit(address)
    query = [pair for pair in parse_qsl(parts.query, True) if pair[0] != "lang"]
    if language != settings.LANGUAGE_CODE:
        query.append(("lang", language))
    return parts._replace(query=urlencode(query)).geturl()


def in_this_language(address: str) -> str:
    """Return a local address that asks for the language which is being written now."""
    return with_language(address, translation.get_language() or settings.LANGUAGE_CODE)
