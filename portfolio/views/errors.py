"""What people read when a request is not answered as they hoped.

Every answer says what happened and one next step, without a number in the heading.
Requests of htmx get the same words as a notice, which alerts.js puts into the page.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from credentials.http import parts_of
from credentials.views.refusals import answer, conflict, shape, too_large, too_many
from portfolio.site.logs import REQUEST_ID

__all__ = [
    "bad_request",
    "conflict",
    "csrf_failure",
    "page_not_found",
    "permission_denied",
    "server_error",
    "too_large",
    "too_many",
]


def bad_request(request: HttpRequest, exception: object = None) -> HttpResponse:
    """400 for what could not be read; 413 when the form was too large."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    if isinstance(exception, TooManyFilesSent):
        sentence = _("Send %(count)d files or fewer at a time.") % {
            "count": settings.DATA_UPLOAD_MAX_NUMBER_FILES
        }
        return too_large(request, sentence)
    if isinstance(exception, TooManyFieldsSent):
        return too_large(
            request, _("The form had more answers than this page asks for.")
        )
    return answer(request, "400", 400)


def permission_denied(request: HttpRequest, exception: object = None) -> HttpResponse:
    """403: the visitor knows that the page exists, and may not use it."""
    return answer(request, "403", 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form came without the sign that this site sent it."""
    return answer(request, "csrf", 403)


def page_not_found(request: HttpRequest, exception: object = None) -> HttpResponse:
    """404, in the same words for what is absent and what is private."""
    return answer(request, "404", 404, results=_results_before(request))


def _results_before(request: HttpRequest) -> str:
    """The talent search that somebody comes from: its people can vanish meanwhile."""
    before = parts_of(request.headers.get("Referer", ""))
    is_search = before.netloc == request.get_host() and before.path == reverse("talent")
    return f"{before.path}?{before.query}" if is_search else ""


def server_error(request: HttpRequest) -> HttpResponse:
    """500, drawn without a query: the database may be what is broken.

    The reference is the request's id in the logs, where the operator finds the trace.
    """
    reference = REQUEST_ID.get()
    context = {
        "shape": shape(request),
        "SITE_NAME": settings.SITE_NAME,
        "reference": reference,
        "was_sending": request.method not in {"GET", "HEAD", "OPTIONS"},
    }
    try:
        page = str(render_to_string("errors/500.html", context))
    except Exception:  # whatever broke the page may break this one as well
        page = _("There is a problem with this site. Reference %s") % reference
    response = HttpResponse(page, status=500)
    add_never_cache_headers(response)
    return response
