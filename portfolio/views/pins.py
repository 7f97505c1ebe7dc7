"""Pins: choosing what stands large at the top of one's page, and in which order."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from credentials.http import Request
from credentials.models import Credential
from credentials.models.holdings import TOKEN_LENGTH
from credentials.views import refusals
from portfolio.models import Pin, Profile
from portfolio.models.profiles import PINS
from portfolio.profile import pinning
from portfolio.profile.pins_page import gather
from portfolio.views.leading_back import address_before, see_other

UNPROCESSABLE = 422
CONFLICT = 409
STEPS = {"up": -1, "down": 1}
#: More than any order of six is long; what stands beyond is not looked at.
_LONGEST = 2 * PINS * (TOKEN_LENGTH + 1)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def pins(request: Request) -> HttpResponse:
    """The pins in order, and what else could be one; POST moves one.

    ``order`` is what dragging leaves: tokens with commas. ``up`` and ``down`` name
    the pin of the button that was pressed.
    """
    if request.method != "POST":
        return _page(request)
    if order := request.POST.get("order", ""):
        pinning.arrange(order[:_LONGEST].split(","), by=request.user)
        return _moved(request, _("The order is saved."), "")
    for direction, step in STEPS.items():
        if token := request.POST.get(direction, ""):
            place = pinning.move(token, step, by=request.user)
            return _moved(request, _placed(place), token if place else "")
    return _page(request, problem=_("Choose a pin to move."), status=UNPROCESSABLE)


# A form that comes after the session ended leads to the log-in and then back to the
# page, not to this address alone.
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required
def pin(request: Request, token: str) -> HttpResponse:
    """Pin a credential, or take the pin away (``wanted``: on, off).

    One that not everybody may see is first asked about, by GET: pressing there makes
    it public (``visibility``) and pins it.
    """
    if not request.user.is_authenticated:
        is_form = request.method == "POST"
        return redirect_to_login(reverse("pins") if is_form else request.path)
    credential = get_object_or_404(Credential.objects.of(request.user).named(token))
    if request.method != "POST":
        return _question(request, credential)
    wanted = request.POST.get("wanted", "")
    if wanted == "off":
        if pinning.unpin(credential, by=request.user):
            messages.success(request, _("It is no longer pinned."))
        return _back(request)
    if wanted != "on":
        return _question(request, credential, status=UNPROCESSABLE)
    return _pinned(request, credential)


def _pinned(request: Request, credential: Credential) -> HttpResponse:
    make_public = request.POST.get("visibility") == Credential.Visibility.PUBLIC
    try:
        is_new = pinning.pin(
            credential, by=request.user, now=timezone.now(), make_public=make_public
        )
    except pinning.NotPublic:
        return _leads_to(request, _asks(request, credential))
    except pinning.TooManyPins:
        return _refused(request, _too_many())
    except pinning.NotInForce:
        return _refused(request, _("Only what is in force can be pinned."))
    if is_new:
        messages.success(request, _said(request))
    return _back(request)


def _question(
    request: Request, credential: Credential, status: int = 200
) -> HttpResponse:
    profile = Profile.objects.filter(user=request.user).first()
    pinned = Pin.objects.filter(owner=request.user).values_list("credential", flat=True)
    held = [*pinned]
    context = {
        "credential": credential,
        "profile": profile,
        "is_pinned": credential.pk in held,
        "is_full": len(held) >= PINS,
        "is_public": credential.visibility == Credential.Visibility.PUBLIC,
        "back": address_before(request, reverse("pins")),
        "section": "me",
    }
    return render(request, "portfolio/pin.html", context, status=status)


def _page(
    request: Request, *, status: int = 200, piece: str = "", **context: Any
) -> HttpResponse:
    number = request.GET.get("page", "")
    # More digits than any page has: Python refuses to read very long numbers.
    number = number if number.isascii() and number.isdecimal() else ""
    context |= {
        "page": gather(request.user, number=number[:6], now=timezone.now()),
        "profile": Profile.objects.filter(user=request.user).first(),
        "most": PINS,
        "section": "me",
    }
    return render(request, f"portfolio/pins.html{piece}", context, status=status)


def _moved(request: Request, said: str, token: str) -> HttpResponse:
    """The list anew for htmx; for others the page, at the pin that was moved."""
    if request.htmx:
        return _page(request, piece="#moved", said=said)
    messages.success(request, said)
    return see_other(reverse("pins") + (f"#pin-{token}" if token else ""))


def _placed(place: int) -> str:
    if not place:
        return _("It is no longer pinned.")
    return _("It is now at place %(place)d.") % {"place": place}


def _said(request: Request) -> str | SafeString:
    """What was done; that the holder's page is off, when that matters."""
    sentence = _("Pinned. It stands at the top of your page.")
    if Profile.objects.public().filter(user=request.user).exists():
        return sentence
    return format_html(
        '{} {} <a href="{}">{}</a>',
        sentence,
        _("Your public page is off."),
        reverse("settings"),
        _("Turn it on in the settings"),
    )


def _too_many() -> SafeString:
    return format_html(
        '{} <a href="{}">{}</a>',
        _("You have six pins. Take one away first."),
        reverse("pins"),
        _("Your pins"),
    )


def _refused(request: Request, sentence: str) -> HttpResponse:
    """409: a notice for htmx, otherwise the page of pins with the sentence on top."""
    if request.htmx:
        return refusals.conflict(request, sentence)
    return _page(request, problem=sentence, status=CONFLICT)


def _asks(request: Request, credential: Credential) -> str:
    address = reverse("pin", args=[credential.token])
    before = address_before(request, "")
    if not before:
        return address
    return f"{address}?{urlencode({'next': before})}"


def _leads_to(request: Request, address: str) -> HttpResponse:
    """Another page, as a whole page for htmx too."""
    if not request.htmx:
        return see_other(address)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response


def _back(request: Request) -> HttpResponse:
    """The page on which the button stood; htmx draws it anew where it is."""
    if not request.htmx:
        return see_other(address_before(request, reverse("pins")))
    response = HttpResponse(status=204)
    response["HX-Refresh"] = "true"
    return response
