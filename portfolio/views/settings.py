"""Settings: who may find one's page, what it says, and the account behind it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from credentials.http import Request
from portfolio.accounts import handles
from portfolio.models import Profile
from portfolio.profile import switching
from portfolio.profile.profile_forms import PARTS
from portfolio.views.leading_back import address_before, see_other

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: Request) -> HttpResponse:
    """Show the settings; turn one switch on or off, which acts at once."""
    profile = handles.profile_of(request.user)
    profile.user = request.user
    if request.method != "POST":
        return _page(request, profile)
    problem = _turned(request, profile)
    if problem:
        profile.refresh_from_db()
        profile.user = request.user
        return _page(request, profile, problem)
    return see_other(address_before(request, reverse("settings") + "#page"))


def _turned(request: Request, profile: Profile) -> str:
    """Turn the switch that was pressed; return what stands against it, or nothing."""
    switch = switching.SWITCHES.get(request.POST.get("switch", ""))
    wanted = request.POST.get("wanted", "")
    if switch is None or wanted not in {"on", "off"}:
        return _("Choose a switch, and whether it is on or off.")
    try:
        if wanted == "off":
            changed = switching.turn_off(profile, switch)
        else:
            changed = switching.turn_on(profile, switch, now=timezone.now())
    except switching.PageIsOff:
        return _("Turn on your public page first.")
    if changed:
        said = switch.turned_on if wanted == "on" else switch.turned_off
        messages.success(request, str(said))
    return ""


def _page(request: Request, profile: Profile, problem: str = "") -> HttpResponse:
    context = {
        "profile": profile,
        "switches": switching.positions(profile),
        "parts": [(name, title) for name, (title, _form) in PARTS.items()],
        "page_address": reverse("profile", args=[profile.handle]),
        "problem": problem,
        "section": "me",
        "here": "",
    }
    status = UNPROCESSABLE if problem else 200
    return render(request, "portfolio/settings.html", context, status=status)
