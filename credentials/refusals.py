"""Answers for requests that are not served: each says what happened and what to do.

Shared by the views of every app; ``portfolio.views.errors`` has Django's own handlers.
Requests of htmx get the same words as a notice, which alerts.js puts into the page.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers


def answer(
    request: HttpRequest, name: str, status: int, **context: object
) -> HttpResponse:
    """Render one of ``templates/errors/`` as a page, or as a notice for htmx."""
    response = render(
        request,
        f"errors/{name}.html",
        {"shape": shape(request), **context},
        status=status,
    )
    add_never_cache_headers(response)
    return response


def shape(request: HttpRequest) -> str:
    is_fragment = bool(request.headers.get("HX-Request"))
    return "errors/notice.html" if is_fragment else "errors/page.html"


def conflict(request: HttpRequest, sentence: str) -> HttpResponse:
    """409: somebody was faster; *sentence* says who did what, and what to do."""
    return answer(request, "409", 409, sentence=sentence)


def too_large(request: HttpRequest, sentence: str = "") -> HttpResponse:
    """413; *sentence* says what size is accepted (default: the site's file size)."""
    megabytes = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
    return answer(request, "413", 413, sentence=sentence, megabytes=megabytes)


def too_many(request: HttpRequest, seconds: int = 60) -> HttpResponse:
    """429: the visitor may try again in *seconds*."""
    response = answer(request, "429", 429, seconds=seconds)
    response["Retry-After"] = str(seconds)
    return response
