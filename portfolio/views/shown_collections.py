"""The page of one collection, for everybody who may see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from credentials import markdown
from credentials.http import viewer_of
from credentials.models import Credential
from portfolio.collections.collection_page import items_of, seen_by_visitors
from portfolio.models import Collection, Profile

Visibility = Credential.Visibility


@require_safe
@login_not_required
@vary_on_cookie
def collection(request: HttpRequest, token: str) -> HttpResponse:
    """What its owner lets whoever looks see of it; its owner sees all of it.

    Private, unknown and a deactivated owner's are the same to everybody else. With
    ``?as=visitor`` its owner sees what visitors see.
    """
    viewer = viewer_of(request)
    found = Collection.objects.select_related("owner__profile").named(token).first()
    is_owner = found is not None and viewer is not None and found.owner_id == viewer.pk
    if found is None or not (is_owner or is_open(found)):
        raise Http404
    as_visitor = request.GET.get("as") == "visitor"
    context = _page(found, timezone.now(), is_whole=is_owner and not as_visitor)
    context |= {"is_owner": is_owner}
    response = render(request, "portfolio/collections/page.html", context)
    response["Cache-Control"] = "private, no-cache" if viewer else "no-cache"
    return response


def is_open(collection: Collection) -> bool:
    """Whether anybody but its owner may see its page. Needs its owner."""
    return collection.visibility != Visibility.PRIVATE and collection.owner.is_active


def _page(collection: Collection, now: datetime, *, is_whole: bool) -> dict[str, Any]:
    """``is_whole``: with what visitors do not see, and why they do not."""
    items = items_of(collection, now)
    shown = seen_by_visitors(items)
    profile: Profile | None = getattr(collection.owner, "profile", None)
    checked = sum(not item.credential.is_imported for item in shown)
    is_public = collection.visibility == Visibility.PUBLIC
    return {
        "collection": collection,
        "description": markdown.to_html(collection.description),
        "profile": profile if profile and profile.public_at else None,
        # It names a person, so the switch of their own page counts for it too.
        "is_listable": bool(is_public and profile and profile.is_listable),
        "is_whole": is_whole,
        "items": items if is_whole else shown,
        "count": len(shown),
        # What another site issued was checked at another time, which it says itself.
        "checked": checked,
        "elsewhere": len(shown) - checked,
        "left_out": len(items) - len(shown),
        "checked_at": now,
        "checked_words": date_format(localtime(now), "TIME_FORMAT"),
    }
