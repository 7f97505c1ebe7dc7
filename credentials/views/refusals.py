"""What is answered when a request cannot be done as asked.

The words stand in ``templates/errors/``. Requests of htmx get them as a notice, which
alerts.js puts into the page. Shared by the views of every app; Django's own handlers
are in ``portfolio.views.errors``.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise


def answer(
    request: HttpRequest, name: str, status: int, **context: object
) -> HttpResponse:
    """Render one of ``templates/errors/`` as a page, or as a notice for htmx."""
    context = {"shape": shape(request), **context}
    response = render(request, f"errors/{name}.html", context, status=status)
    add_never_cache_headers(response)
    return response


def shape(request: HttpRequest) -> str:
    """Return the template that an error is poured into: a page, or a notice."""
    is_fragment = bool(request.headers.get("HX-Request"))
    return "errors/notice.html" if is_fragment else "errors/page.html"


def conflict(request: HttpRequest, sentence: str | Promise) -> HttpResponse:
    """409: something changed in the meantime; *sentence* says what, and what to do.

    htmx swaps 409 into its target, so the notice is sent to the page's alerts.
    """
    response = answer(request, "409", 409, sentence=sentence)
    if request.headers.get("HX-Request"):
        response["HX-Retarget"] = "#alerts"
        response["HX-Reswap"] = "innerHTML"
    return response


def too_large(request: HttpRequest, sentence: str | Promise = "") -> HttpResponse:
    """413; *sentence* says what size is accepted (default: the site's file size)."""
    megabytes = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
    return answer(request, "413", 413, sentence=str(sentence), megabytes=megabytes)


def too_many(request: HttpRequest, seconds: int = 60) -> HttpResponse:
    """429: it may be tried again in *seconds*."""
    response = answer(request, "429", 429, seconds=seconds)
    response["Retry-After"] = str(seconds)
    return response


def unavailable(request: HttpRequest, name: str, *, seconds: int) -> HttpResponse:
    """503: ``templates/errors/<name>.html`` says what does not work for now."""
    response = answer(request, name, 503)
    response["Retry-After"] = str(seconds)
    return response
