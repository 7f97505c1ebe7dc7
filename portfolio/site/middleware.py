"""Small steps that every request takes."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import OperationalError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirectBase
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers

from credentials import limiting
from credentials.admin.texts import CHANGED
from credentials.http import parts_of
from credentials.views.refusals import unavailable

Answer = Callable[[HttpRequest], HttpResponseBase]

PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
UNTOUCHED = ("/livez", "/readyz")
BUSY = {"55P03", "57014", "40P01"}
"""SQLSTATE of a lock that did not come, a query that took too long, a deadlock."""
LOOKING = ("/verify/", "/language/")  # forms that keep nothing of importance


def canonical_host(get_response: Answer) -> Answer:
    """Send 127.0.0.1 to the demo's own name: signed ids and cookies know one host.

    Probes of a machine's health come by its address; what they are answered does not
    mind the host, so theirs is not held against them.
    """
    site = urlsplit(settings.SITE_URL)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path in UNTOUCHED:
            request.META["HTTP_HOST"] = site.netloc
        elif settings.DEMO and request.get_host() != site.netloc:
            response = HttpResponse(status=308)
            response["Location"] = settings.SITE_URL + request.get_full_path()
            return response
        return get_response(request)

    return middleware


def extra_headers(get_response: Answer) -> Answer:
    """Add the headers that Django has no setting for.

    What somebody with a session is answered is theirs: no cache between keeps it,
    whether or not it minds ``Vary``. Views that know better say so themselves.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def read_only(get_response: Answer) -> Answer:
    """Refuse writing while ``READ_ONLY_UNTIL`` is set; looking and checking go on."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        writes = request.method not in {"GET", "HEAD", "OPTIONS"}
        if not settings.READ_ONLY_UNTIL or not writes or request.path in LOOKING:
            return get_response(request)
        response = render(request, "errors/read_only.html", status=503)
        response["Retry-After"] = "600"
        return response

    return middleware


def htmx_log_in(get_response: Answer) -> Answer:
    """Vary by HX-Request; send an expired session to the log-in page as a whole page.

    A redirect that htmx follows by itself would swap the log-in form into a fragment.
    """
    log_in = "/accounts/login/"

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        if not request.headers.get("HX-Request"):
            return response
        if isinstance(response, HttpResponseRedirectBase) and response.url.startswith(
            log_in
        ):
            page = parts_of(request.headers.get("HX-Current-URL", ""))
            here = f"{page.path}?{page.query}" if page.query else page.path
            back = urlencode({"next": here or request.path})
            answer = HttpResponse(status=204)
            answer["HX-Redirect"] = f"{log_in}?{back}"
            return answer
        return response

    return middleware


class Busy:
    """Answer 503 when the database had no time, as it does when many press at once.

    Nothing of what was sent is stored then: the transaction was rolled back. A class,
    since Django tells only those of an exception before it becomes a 500.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        is_theirs = isinstance(exception, OperationalError)
        if is_theirs and getattr(exception.__cause__, "sqlstate", "") in BUSY:
            return unavailable(request, "busy", seconds=5)
        return None


class FormStatus:
    """Answer 422 with a form that has mistakes, 429 with one that came too often.

    For the forms of the admin and of accounts: other people's code, which shows them
    again with every answer and calls that a success. Ours say so themselves. A class,
    since Django asks only those what they make of a page before it is drawn.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_template_response(
        self, request: HttpRequest, response: TemplateResponse
    ) -> TemplateResponse:
        context = response.context_data or {}
        if request.method != "POST" or response.status_code != HTTPStatus.OK:
            return response
        form = context.get("form")
        if isinstance(form, BaseForm) and form.is_bound and form.errors:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
            if wait := limiting.wait_of(form):
                response.status_code = HTTPStatus.TOO_MANY_REQUESTS
                response["Retry-After"] = str(wait)
        elif context.get("errors") and "adminform" in context:
            response.status_code = (
                HTTPStatus.CONFLICT
                if CHANGED in _codes(context)
                else HTTPStatus.UNPROCESSABLE_ENTITY
            )
        return response


def _codes(context: dict[str, Any]) -> set[str]:
    """Return the codes of all mistakes on a page of the admin."""
    rows = [row for part in context["inline_admin_formsets"] for row in part.formset]
    return {
        error.code
        for form in [context["adminform"].form, *rows]
        for errors in form.errors.as_data().values()
        for error in errors
        if error.code
    }
