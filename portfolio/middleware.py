"""Small steps that every request takes."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirectBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from credentials.http import parts_of

Answer = Callable[[HttpRequest], HttpResponseBase]

PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
UNTOUCHED = ("/livez", "/readyz")


def canonical_host(get_response: Answer) -> Answer:
    """Send 127.0.0.1 to the demo's own name: signed ids and cookies know one host."""
    site = urlsplit(settings.SITE_URL)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        is_page = settings.DEMO and request.path not in UNTOUCHED
        if is_page and request.get_host() != site.netloc:
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
        if not settings.READ_ONLY_UNTIL or not writes or request.path == "/verify/":
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
            back = urlencode({"next": page.path or request.path})
            answer = HttpResponse(status=204)
            answer["HX-Redirect"] = f"{log_in}?{back}"
            return answer
        return response

    return middleware
