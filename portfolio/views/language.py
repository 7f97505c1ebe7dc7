"""Choosing the language of the site."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from credentials.http import parts_of, viewer_of
from credentials.languages import with_language
from portfolio import languages
from portfolio.views import errors


# Public pages carry no sign of a session, so the buttons in their footer have none to
# send. A browser says where a form came from; one of another site changes nothing.
@csrf_exempt
@require_POST
@login_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language of the pressed button and go back to the page."""
    language = request.POST.get("language", "")
    came_from = request.headers.get("Origin", "")
    if came_from and parts_of(came_from).netloc != request.get_host():
        return errors.csrf_failure(request)
    if language not in dict(settings.LANGUAGES):
        return errors.bad_request(request)
    languages.choose(request, language, viewer_of(request))
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
    if urlsplit(address).path.startswith(languages.SHARED):
        return with_language(address, language)
    return address
