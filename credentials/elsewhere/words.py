"""Texts, dates and addresses out of a file that anybody may have written.

Nothing is refused here: what cannot be shown is left out, what is too long is cut. The
results are plain text; escaping is the template's work.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import ValidationError

from credentials.http import parts_of
from credentials.writing import clean_web_address, is_hidden

#: Languages that a text may be given in; the first is taken where ours is not there.
_LANGUAGE_MAPS = ("en", "@value", "value")
_HOST = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,8}")
#: Dates beyond are no dates of badges, and some of them no dates for programs either.
_FIRST_YEAR, _LAST_YEAR = 1970, 9000


def line(value: object, *, max_length: int) -> str:
    """A text as one line, without hidden characters, cut with an ellipsis."""
    return _cut(" ".join(_visible(_text(value), max_length).split()), max_length)


def text(value: object, *, max_length: int) -> str:
    """A longer text: lines stay, runs of empty ones become one."""
    seen = _visible(_text(value), max_length, keep="\n\t")
    lines = [" ".join(each.split()) for each in seen.replace("\r", "\n").split("\n")]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return _cut(joined, max_length)


def web_address(value: object) -> str:
    """The ``https://`` address in a value that is one; else nothing."""
    if not isinstance(value, str) or not value.startswith("https://"):
        return ""
    try:
        return clean_web_address(value)
    except ValidationError:
        return ""


def host_of(identifier: object) -> str:
    """The host that an address or a did:web names, if it reads like one."""
    if not isinstance(identifier, str):
        return ""
    if identifier.startswith("did:web:"):
        host = unquote(identifier.split(":")[2]).partition(":")[0]
    else:
        parts = parts_of(identifier)
        host = (parts.hostname or "") if parts.scheme in {"http", "https"} else ""
    host = host.lower()
    return host if len(host) <= 253 and _HOST.fullmatch(host) else ""


def moment(value: object) -> datetime | None:
    """A date or time of ISO 8601, or seconds since 1970 as Open Badges 1 wrote them.

    Without a zone it is read as UTC. None for what is no date of our times.
    """
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            found = datetime.fromtimestamp(value, UTC)
        elif isinstance(value, str) and len(value) <= 40:
            found = datetime.fromisoformat(value.strip())
        else:
            return None
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        found = found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None


def first(value: object) -> Any:
    """The only or first of what may be one thing or a list of them."""
    if isinstance(value, list):
        return value[0] if value else None
    return value


def several(value: object) -> Iterator[Any]:
    """Each of what may be one thing or a list of them."""
    yield from value if isinstance(value, list) else [value]


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is an object (or the first of a list of them), else an empty one.

    Open Badges 2.0 allows an address wherever it allows an object.
    """
    value = first(value)
    return value if isinstance(value, dict) else {}


def identifier_of(value: object) -> str:
    """The id of an object, or the address that stands for it."""
    value = first(value)
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) else ""


def _text(value: object) -> str:
    """A text that may be given as a list or by language."""
    value = first(value)
    if isinstance(value, dict):
        value = next((value[key] for key in _LANGUAGE_MAPS if key in value), "")
    return value if isinstance(value, str) else ""


def _visible(value: str, max_length: int, keep: str = "") -> str:
    # The raw length first: normalising long runs of marks is slow.
    short = value[: 4 * max_length + 100]
    shown = (c if c in keep or not is_hidden(c) else " " for c in short)
    return unicodedata.normalize("NFC", "".join(shown))


def _cut(value: str, max_length: int) -> str:
    if len(value) <= max_length:
        return value
    return value[: max_length - 1].rstrip() + "…"
