"""Choosing the language of the site."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from credentials.http import parts_of, viewer_of
from credentials.languages import with_language
from portfolio.site import languages
from portfolio.views import errors

#: Addresses that answer no GET, and the page on which their form stands.
PAGES = {
    "submission_add_file": ("submission_evidence", ("pk", "position")),
    "submission_add_link": ("submission_evidence", ("pk", "position")),
    "submission_remove_item": ("submission", ("pk",)),
    "markdown_preview": ("me", ()),
    "check_again": ("credential", ("token",)),
    "set_visibility": ("me", ()),
    "choose_language": ("home", ()),
}


# Public pages carry no sign of a session, so the buttons in their footer have none to
# send. Every browser of today says where a form came from; one that does not changes
# this browser's language at most, not what an account keeps for its mails.
@csrf_exempt
@require_POST
@login_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language of the pressed button and go back to the page."""
    language = request.POST.get("language", "")
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    if origin and parts_of(origin).netloc != request.get_host():
        return errors.csrf_failure(request)
    if language not in dict(settings.LANGUAGES):
        return errors.bad_request(request)
    languages.choose(request, language, viewer_of(request) if origin else None)
    return HttpResponseRedirect(_back(request, language), status=303)


def _back(request: HttpRequest, language: str) -> str:
    """The page where the button stood, if it is one of ours.

    Pages that tell of a refusal do not repeat their address: then the browser names it.
    """
    came_from = parts_of(request.headers.get("Referer", ""))
    address = request.POST.get("next", "")
    if not address and came_from.netloc == request.get_host():
        address = urlunsplit(came_from._replace(scheme="", netloc=""))
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    if not is_ours:
        return reverse("home")
    address = _page_of(address)
    if urlsplit(address).path.startswith(languages.SHARED):
        return with_language(address, language)
    return address


def _page_of(address: str) -> str:
    """The page to open for an address where a form may have been refused."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return address
    if match.url_name not in PAGES:
        return address
    page, names = PAGES[match.url_name]
    return reverse(page, kwargs={name: match.kwargs[name] for name in names})
