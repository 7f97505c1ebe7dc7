"""Asking the site: every route, as every person, each request taken back afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.permissions.marks import MARK

GAP = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
#: Counts of tries, sessions and caches are written whoever asks.
NOT_CONTENT = re.compile(
    r"\b(django_session|django_cache|credentials_ratecount|usersessions_usersession)\b"
)
#: What differs from answer to answer: form tokens, and the number of the request.
TOKENS = re.compile(
    r'(?<=csrfmiddlewaretoken" value=")[^"]+|(?<=csrf" content=")[^"]+'
    r'|(?<=X-CSRFToken": ")[^"]+|\b[0-9A-F]{10}\b'
)
UNLIKE = frozenset({"set-cookie", "content-length", "x-request-id", "expires"})
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b|.*procrastinate_defer", re.DOTALL)


def routes() -> dict[str, str]:
    """Return every address of the site as a pattern, by its name.

    What has no name is called by its pattern.
    """
    return dict(_walk(get_resolver()))


def _walk(resolver: URLResolver, before: str = "", space: str = "") -> Iterator[Any]:
    for each in resolver.url_patterns:
        written = before + re.sub(r"^\^|\$$|\\Z", "", str(each.pattern))
        if isinstance(each, URLPattern):
            yield space + each.name if each.name else f"/{written}", written
        else:
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _walk(each, written, inner)


def address(pattern: str, values: dict[str, Any]) -> str:
    """Fill the gaps of a pattern. Raises KeyError when a value is missing."""
    return "/" + GAP.sub(lambda gap: str(values[gap[1] or gap[2]]), pattern)


@dataclass(frozen=True)
class Answer:
    """What came back: a code as the table has it, the marks in it, what it wrote."""

    code: str
    marks: frozenset[str]
    writes: tuple[str, ...]
    text: bytes
    headers: dict[str, str]


def ask(client: Client, method: str, path: str, form: Any = None) -> Answer:
    """Make one request in a savepoint that is rolled back."""
    writes: list[str] = []

    def watch(execute: Any, sql: Any, given: Any, many: bool, context: Any) -> Any:
        done = execute(sql, given, many, context)
        is_write = WRITES.match(str(sql)) and not NOT_CONTENT.search(str(sql))
        if is_write and context["cursor"].rowcount:  # a lost comparison wrote nothing
            writes.append(str(sql)[:150])
        return done

    cookies = SimpleCookie()  # a log-out takes the session with it
    cookies.update(client.cookies)
    with transaction.atomic():
        with connection.execute_wrapper(watch):
            call = client.post if method == "POST" else client.get
            response = call(path, form or {}, secure=True)
            streamed = getattr(response, "streaming", False)
            text = b"".join(response) if streamed else response.content
        transaction.set_rollback(True)
    client.cookies = cookies
    headers = dict(response.headers.items())
    told = text + "\n".join(headers.values()).encode()
    # A random token may happen to look like a mark.
    told_words = told.decode("latin-1")
    found = MARK.findall(TOKENS.sub("", told_words)) if MARK.search(told_words) else []
    marks = frozenset(each.lower() for each in found)
    code = _code(response) + ("+" if writes else "")
    return Answer(code, marks, tuple(writes), text, headers)


def _code(response: Any) -> str:
    """Status as a word: ``in`` for the log-in, ``gone`` as if absent, or ``go``."""
    if response.status_code in {301, 302, 303}:
        target = response.headers["Location"]
        if "/login/" in target:
            return "in"
        return "gone" if target == "/admin/" else "go"
    return str(response.status_code)


def plain(answer: Answer, *own: str) -> str:
    """Return what an answer says, without tokens and the words of its own address."""
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name.lower() not in UNLIKE
    }
    told = f"{answer.code} {sorted(headers.items())}\n{answer.text.decode()}"
    told = TOKENS.sub("", told)
    for word in sorted(own, key=len, reverse=True):
        told = told.replace(word, "…")
    return told
