"""The photo on somebody's page, for whoever may open the page."""

from __future__ import annotations

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from credentials.http import viewer_of
from credentials.views.evidence_files import POLICY_WHEN_SHOWN
from portfolio.models import Profile
from portfolio.profile import photos


@require_safe
@login_not_required
@vary_on_cookie
def profile_photo(request: HttpRequest, handle: str) -> HttpResponseBase:
    """The photo while the page is public; its owner sees it always.

    Absent, switched off and without a photo are the same 404. It is asked for anew
    each time: what is taken away is gone at once.
    """
    viewer = viewer_of(request)
    named = Profile.objects.select_related("user").exclude(photo="")
    shown = named.filter(handle=handle.replace("\0", "")).first()
    is_owner = shown is not None and viewer is not None and shown.user_id == viewer.pk
    if shown is None or not (is_owner or _is_public(shown)):
        raise Http404
    response = _answer(request, shown)
    response["Cache-Control"] = "private, no-cache" if viewer else "no-cache"
    if not shown.is_listable:
        response["X-Robots-Tag"] = "noindex"
    return response


def _answer(request: HttpRequest, shown: Profile) -> HttpResponseBase:
    """The file, or 304 to whoever has it. Raises Http404 when it is lost."""
    tag = quote_etag(hashlib.sha256(str(shown.photo.name).encode()).hexdigest()[:32])
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        return unchanged
    try:
        response = FileResponse(shown.photo.open("rb"))
    except FileNotFoundError as error:
        raise Http404 from error
    response["Content-Type"] = photos.CONTENT_TYPE
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY_WHEN_SHOWN
    response["ETag"] = tag
    return response


def _is_public(shown: Profile) -> bool:
    return shown.public_at is not None and shown.user.is_active
