"""Reading JSON that came from outside.

What Python's parser lets through and later steps cannot bear is refused here
once: duplicate keys (two readers would see two documents), numbers that are not
numbers, depth and digits without end, text that cannot be written as UTF-8.
"""

import json
import math
import re
from enum import StrEnum
from typing import Any, Never

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_DIGITS = 15
_MAX_FLOAT_CHARACTERS = 40

# Possessive, so that a hostile string cannot make the search go back and forth.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


class Reason(StrEnum):
    """Why a text was not read."""

    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    TOO_DEEP = "too_deep"
    MALFORMED = "malformed"
    DUPLICATE_KEY = "duplicate_key"
    NOT_A_NUMBER = "not_a_number"
    TOO_MANY_DIGITS = "too_many_digits"
    LONE_SURROGATE = "lone_surrogate"
    NOT_AN_OBJECT = "not_an_object"


class UnreadableJson(ValueError):
    """The text is not JSON that we read; `reason` says why, nothing quotes it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def loads(data: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """The JSON value in `data`. Raises UnreadableJson and nothing else.

    At most `max_bytes` bytes of UTF-8 without a byte order mark, 32 levels
    (counted before the parser runs), integers of 15 digits.
    """
    text = _text(data, max_bytes)
    if _depth(text) > MAX_DEPTH:
        raise UnreadableJson(Reason.TOO_DEEP)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_constant,
        )
    except json.JSONDecodeError:
        raise UnreadableJson(Reason.MALFORMED) from None
    _refuse_lone_surrogates(value)
    return value


def load_object(data: bytes, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Like `loads`, and refuses everything but an object at the top."""
    value = loads(data, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise UnreadableJson(Reason.NOT_AN_OBJECT)
    return value


def _text(data: bytes, max_bytes: int) -> str:
    if len(data) > max_bytes:
        raise UnreadableJson(Reason.TOO_LARGE)
    try:
        text = bytes(data).decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableJson(Reason.NOT_UTF8) from None
    if text.startswith("\ufeff"):
        raise UnreadableJson(Reason.MALFORMED)
    return text


def _depth(text: str) -> int:
    """The deepest nesting of brackets outside strings."""
    deepest = level = 0
    for bracket in _BRACKET.finditer(_STRING.sub("", text)):
        level += 1 if bracket.group() in "[{" else -1
        deepest = max(deepest, level)
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableJson(Reason.DUPLICATE_KEY)
    return found


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise UnreadableJson(Reason.TOO_MANY_DIGITS)
    return int(digits)


def _float(digits: str) -> float:
    if len(digits) > _MAX_FLOAT_CHARACTERS:
        raise UnreadableJson(Reason.TOO_MANY_DIGITS)
    number = float(digits)
    if not math.isfinite(number):  # 1e999
        raise UnreadableJson(Reason.NOT_A_NUMBER)
    return number


def _constant(name: str) -> Never:
    raise UnreadableJson(Reason.NOT_A_NUMBER)


def _refuse_lone_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise UnreadableJson(Reason.LONE_SURROGATE) from None
