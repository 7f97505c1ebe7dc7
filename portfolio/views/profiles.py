"""A person's public page: what they say of themselves, and what stands behind it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from credentials.http import viewer_of
from portfolio import contacting
from portfolio.employers import shortlist
from portfolio.models import Profile
from portfolio.profile import linked_person
from portfolio.profile.profile_page import ProfilePage


@require_safe
@login_not_required
@vary_on_cookie
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """The page, while its owner has it switched on; its owner sees it always.

    Switched off, unknown and deactivated are the same to everybody else. With
    ``?as=visitor`` its owner sees what visitors see. A former address leads to the
    page only for now: within its year its owner can take it back, or let it go.
    """
    now = timezone.now()
    viewer = viewer_of(request)
    shown = _find(handle, now)
    is_owner = shown is not None and viewer is not None and shown.user_id == viewer.pk
    if shown is None or not (is_owner or _is_public(shown)):
        raise Http404
    response: HttpResponse
    if handle != shown.handle:
        response = HttpResponseRedirect(shown.get_absolute_url())
    else:
        response = _page(request, shown, now, is_owner=is_owner)
    response["Cache-Control"] = "private, no-cache" if viewer else "no-cache"
    return response


def _page(
    request: HttpRequest, shown: Profile, now: datetime, *, is_owner: bool
) -> HttpResponse:
    page = ProfilePage(shown, request.GET.get("page", ""), now)
    as_visitor = request.GET.get("as") == "visitor"
    context = {
        "profile": shown,
        "page": page,
        "linked": linked_person.script_of(page) if page.is_first else "",
        "is_owner": is_owner,
        "is_editing": is_owner and not as_visitor,
        "can_be_asked": contacting.can_be_asked(shown) and (as_visitor or not is_owner),
        "query": "?as=visitor&page=" if is_owner and as_visitor else "?page=",
    }
    viewer = viewer_of(request)
    if viewer is not None and not is_owner and shown.talent_search_at is not None:
        # Members of an organisation can keep them; nobody else sees a button.
        context["kept"] = shortlist.is_kept(shown.user_id, viewer)
    return render(request, "portfolio/profile.html", context)


def _find(handle: str, now: datetime) -> Profile | None:
    """The page at an address, or the one that had it; two queries at most."""
    pages = Profile.objects.select_related("user")
    return pages.at([handle]).first() or pages.formerly_at(handle, now).first()


def _is_public(shown: Profile) -> bool:
    return shown.public_at is not None and shown.user.is_active
