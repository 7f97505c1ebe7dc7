"""Middleware that tells the logs about each request and about slow queries."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portfolio.site.logs import REQUEST_ID, route_of

Answer = Callable[[HttpRequest], HttpResponseBase]

_ID = re.compile(r"[A-Za-z0-9-]{8,64}")

requests = logging.getLogger("cairn.requests")
queries = logging.getLogger("cairn.queries")


def request_log(get_response: Answer) -> Answer:
    """Name each request, write one line about it, and give the name to the answer.

    A proxy of ours may have named the request before (``X-Request-ID``); names by
    anybody else are not taken over. Static files get no line.
    """
    static = f"/{settings.STATIC_URL.strip('/')}/"

    def middleware(request: HttpRequest) -> HttpResponseBase:
        name = REQUEST_ID.set(_name(request))
        started = time.perf_counter()
        try:
            response = get_response(request)
            response["X-Request-ID"] = REQUEST_ID.get()
            if not request.path.startswith(static):
                _tell(request, response, started)
            return response
        finally:
            REQUEST_ID.reset(name)

    return middleware


def slow_query_log(get_response: Answer) -> Answer:
    """Write a line for each query that takes ``SLOW_QUERY_MS`` or longer.

    The line has the statement with its placeholders, never the values. For
    development: 0, the default elsewhere, switches it off.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not settings.SLOW_QUERY_MS:
            return get_response(request)
        with connection.execute_wrapper(_timed):
            return get_response(request)

    return middleware


def _name(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "")
    if settings.ALLAUTH_TRUSTED_PROXY_COUNT and _ID.fullmatch(given):
        return given
    return secrets.token_hex(5).upper()


def _tell(request: HttpRequest, response: HttpResponseBase, started: float) -> None:
    requests.info(
        "answered",
        extra={
            "method": request.method,
            "route": route_of(request),
            "status": response.status_code,
            "milliseconds": round((time.perf_counter() - started) * 1000, 1),
        },
    )


def _timed(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
) -> Any:
    started = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = (time.perf_counter() - started) * 1000
        if took >= settings.SLOW_QUERY_MS:
            queries.warning(
                "slow query", extra={"sql": sql, "milliseconds": round(took, 1)}
            )
