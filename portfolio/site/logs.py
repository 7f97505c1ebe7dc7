"""What the site writes into its logs: one event a line, and never who.

Each line carries the id of its request, which the answer carries too
(``X-Request-ID``) and the page of a failure shows as its reference. Addresses are
written as routes (``c/<str:token>/``), since a path can be a secret or name a person.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")

FIELDS = ("method", "route", "status", "milliseconds", "sql")
"""What a line may say besides its message; other extras are left out."""

_SCRUBBED = (
    # What the database quotes in its details are the values of a row.
    (re.compile(r"\n?\b(?:DETAIL|CONTEXT|HINT): .*"), ""),
    (re.compile(r"[^\s@<>'\"(]+@[^\s@<>'\")]+"), "<e-mail>"),
    (re.compile(r"\?[^\s'\"]*=[^\s'\"]*"), "?<query>"),
    (re.compile(r"/(c|s|p|me|evidence|submissions)/(?!<)[^\s'\"]+"), r"/\1/<private>"),
    # A digit in it tells a token from a long name.
    (re.compile(r"\b(?=[A-Za-z-]*\d)[A-Za-z0-9-]{20,}\b"), "<token>"),
)


def route_of(request: HttpRequest) -> str:
    """The pattern that an address matched: ``/`` for the first page, ``-`` for none."""
    match = getattr(request, "resolver_match", None)
    return "-" if match is None else match.route or "/"


def scrubbed(text: str) -> str:
    """A text without e-mail addresses, tokens, private paths and values of rows."""
    for pattern, instead in _SCRUBBED:
        text = pattern.sub(instead, text)
    return text


class WithoutPeople(logging.Filter):
    """Lets every record pass, having taken out whom it is about.

    Django names the path of a refused request, procrastinate the arguments of a job.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(request := getattr(record, "request", None), HttpRequest):
            hidden = {request.path, request.get_full_path()}
            arguments = record.args if isinstance(record.args, tuple) else ()
            record.args = tuple(
                route_of(request) if argument in hidden else argument
                for argument in arguments
            )
        if isinstance(job := getattr(record, "job", None), dict):
            action = getattr(record, "action", "job")
            record.msg = f"{action}: {job.get('task_name')} {job.get('id')}"
            record.args = ()
        return True


class Line(logging.Formatter):
    """One line for people who look at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        about = _about(record)
        words = [about.pop("time"), about.pop("level"), about.pop("logger")]
        error = about.pop("error", None)
        words.append(about.pop("message"))
        words += [f"{name}={value}" for name, value in about.items()]
        line = " ".join(words)
        if error is not None:
            line += f"\n{error['type']}: {error['message']}\n" + "\n".join(
                f"  {place}" for place in error["trace"]
            )
        return line


class JsonLine(logging.Formatter):
    """One JSON object, for programs that gather logs."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_about(record), ensure_ascii=False)


def _about(record: logging.LogRecord) -> dict[str, Any]:
    about: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat("T", "seconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": scrubbed(record.getMessage()),
    }
    if request_id := REQUEST_ID.get():
        about["request"] = request_id
    about |= {name: vars(record)[name] for name in FIELDS if name in vars(record)}
    if record.exc_info and record.exc_info[1] is not None:
        about["error"] = _error(record.exc_info[1])
    return about


def _error(error: BaseException) -> dict[str, Any]:
    """Type, words and places of an error; no values of variables, no source lines."""
    frames = traceback.extract_tb(error.__traceback__)
    told: dict[str, Any] = {
        "type": type(error).__qualname__,
        "message": scrubbed(str(error)),
        "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if error.__cause__ is not None:
        told["cause"] = _error(error.__cause__)
    return told
