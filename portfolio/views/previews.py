"""The pictures that networks show beside a link to a page of somebody's."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from credentials.http import viewer_of
from portfolio.collections.collection_page import items_of, seen_by_visitors
from portfolio.papers import previews
from portfolio.profile.profile_page import ProfilePage
from portfolio.views.portfolios import shown_collection, shown_profile


@require_safe
@login_not_required
@vary_on_cookie
def profile_preview(request: HttpRequest, handle: str) -> HttpResponse:
    """Name, headline and medallions, while the page is public; its owner's always."""
    profile = shown_profile(request, handle)
    page = ProfilePage(profile, "", timezone.now())
    return _answer(request, previews.of_profile(page), profile.is_listable)


@require_safe
@login_not_required
@vary_on_cookie
def collection_preview(request: HttpRequest, token: str) -> HttpResponse:
    """Name, number and medallions of what visitors see of a collection."""
    found = shown_collection(request, token)
    items = seen_by_visitors(items_of(found, timezone.now()))
    return _answer(request, previews.of_collection(found, items), is_listable=False)


def _answer(
    request: HttpRequest, preview: previews.Preview, is_listable: bool
) -> HttpResponse:
    """The picture, or 304. It is asked for anew each time: a switch counts at once."""
    tag = quote_etag(preview.digest)
    response = get_conditional_response(request, etag=tag)
    if response is None:
        response = HttpResponse(preview.png(), "image/png")
        response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = tag
    viewer = viewer_of(request)
    response["Cache-Control"] = "private, no-cache" if viewer else "no-cache"
    if not is_listable:
        response["X-Robots-Tag"] = "noindex"
    return response
