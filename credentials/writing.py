"""Rules for text that people type: names, longer text and web addresses.

Every function takes what was typed and gives back what is kept, or raises
``django.core.exceptions.ValidationError`` with a sentence that can stand beside
the field. They serve as validators of forms and models too. None of them knows
HTML: escaping is the template's work.
"""

import re
import unicodedata
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

NAME_MAX_LENGTH = 200
WEB_ADDRESS_MAX_LENGTH = 2000

# Embeddings, overrides and isolates can make a name read as another one.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_SEPARATORS = frozenset("\u2028\u2029")
_INVISIBLE = frozenset({"Cf", "Mn", "Me", "Zs"})
_HOST = re.compile(r"[\w~-]+(\.[\w~-]+)*\.?")
_IPV6_HOST = re.compile(r"[0-9a-f:.]+")
# Never part of a written address; browsers drop or rewrite them.
_NOT_IN_ADDRESSES = re.compile(r"[\s\\<>\"`{}|^]")


def clean_name(text: str) -> str:
    """The name in *text* as it is kept: NFC, without blanks at its ends.

    Names have 1 to 200 characters after that. Control, direction-changing and
    other characters that nobody can see are refused; joiners are not, since
    Persian and Indic names need them.
    """
    _refuse_absurd_length(text, NAME_MAX_LENGTH)
    _refuse_hidden(text, allowed=frozenset(), refused=_LINE_SEPARATORS)
    name = unicodedata.normalize("NFC", text).strip()
    if all(unicodedata.category(char) in _INVISIBLE for char in name):
        raise ValidationError(_("Enter a name."), code="required")
    _refuse_length(name, NAME_MAX_LENGTH)
    return name


def clean_text(text: str, *, max_length: int) -> str:
    """Longer *text* as it is kept: line ends as ``\\n``, no blank lines around it.

    *max_length* counts characters after that. Tabs and line ends are welcome,
    other control characters and direction overrides are not. The result may be
    empty: whether the text is required is the form's question.
    """
    _refuse_absurd_length(text, max_length)
    cleaned = text.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_hidden(cleaned, allowed=frozenset("\n\t"))
    cleaned = cleaned.rstrip().lstrip("\n")
    _refuse_length(cleaned, max_length)
    return cleaned


def clean_web_address(text: str) -> str:
    """The ``https://`` or ``http://`` address in *text*, as it was typed.

    It has a host, no user name or password, nothing invisible, and at most
    2000 characters. Whether anything answers there is not looked at.
    """
    _refuse_absurd_length(text, WEB_ADDRESS_MAX_LENGTH)
    address = text.strip()
    _refuse_hidden(address, allowed=frozenset())
    _refuse_length(address, WEB_ADDRESS_MAX_LENGTH)
    if not _is_web_address(address):
        raise ValidationError(
            _("Enter a web address that begins with https:// or http://."),
            code="web_address",
        )
    return address


def is_hidden(char: str) -> bool:
    """Whether *char* is a control, half a surrogate pair, a direction override,
    or one of the code points that Unicode reserves as no character."""
    number = ord(char)
    return (
        unicodedata.category(char) in {"Cc", "Cs"}
        or char in _BIDI_CONTROLS
        or number & 0xFFFE == 0xFFFE
        or 0xFDD0 <= number <= 0xFDEF
    )


def _is_web_address(address: str) -> bool:
    if _NOT_IN_ADDRESSES.search(address):
        return False
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # an unclosed bracket, or a port that is no number
        return False
    return (
        parts.scheme in {"http", "https"}
        and "@" not in parts.netloc
        and port != 0
        and bool(_HOST.fullmatch(host) or _is_ipv6(parts.netloc, host))
    )


def _is_ipv6(netloc: str, host: str) -> bool:
    return netloc.startswith("[") and bool(_IPV6_HOST.fullmatch(host))


def _refuse_hidden(
    text: str, *, allowed: frozenset[str], refused: frozenset[str] = frozenset()
) -> None:
    for char in text:
        if char in refused or (is_hidden(char) and char not in allowed):
            raise ValidationError(
                _(
                    "The text contains a hidden character (%(code_point)s). "
                    "Type it again instead of pasting it."
                ),
                code="hidden_character",
                params={"code_point": f"U+{ord(char):04X}"},
            )


def _refuse_absurd_length(text: str, max_length: int) -> None:
    """Look at the raw length first: normalising long runs of marks is slow."""
    if len(text) > 4 * max_length + 100:
        raise _too_long(max_length)


def _refuse_length(text: str, max_length: int) -> None:
    if len(text) > max_length:
        raise _too_long(max_length)


def _too_long(max_length: int) -> ValidationError:
    return ValidationError(
        ngettext_lazy(
            "Use %(max)d character or fewer.",
            "Use %(max)d characters or fewer.",
            "max",
        ),
        code="max_length",
        params={"max": max_length},
    )
