"""What whoever has a time-limited link sees: what was chosen for it, until it ends.

No address of these pages is told to anybody: they send no referrer, no cache keeps
them, and search engines are told to list none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from credentials.http import viewer_of
from credentials.views import evidence_files
from portfolio.models import ShareLink
from portfolio.sharing import share_linking
from portfolio.sharing.shared_page import entries, shown_file
from portfolio.views import errors

GONE = 410

# Programs that fetch a link to draw a preview where it was pasted, or to index it: most
# name themselves a bot; these others do not. A Cubot is a telephone.
_ROBOTS = re.compile(
    r"(?<!cu)bot|crawl|spider|preview|facebookexternalhit|whatsapp"
    r"|slack-imgproxy|mastodon|embedly",
    re.IGNORECASE,
)

type View = Callable[..., HttpResponseBase]


def _kept_to_itself(view: View) -> View:
    """Answer only safe methods of anybody, with the headers of a secret address."""

    @require_safe
    @login_not_required
    @wraps(view)
    def answer(request: HttpRequest, **named: Any) -> HttpResponseBase:
        try:
            response = view(request, **named)
        except Http404:
            response = errors.page_not_found(request)
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return answer


@_kept_to_itself
def share_link(request: HttpRequest, token: str) -> HttpResponse:
    """The chosen credentials with the chosen evidence; 410 once the link has ended."""
    link, now = _find(token), timezone.now()
    shown = entries(link, now) if _is_open(link) else []
    if not shown:
        return _ended(request)
    if _counts(request, link):
        share_linking.count_opening(link)
    context = {"link": link, "entries": shown, "is_owners": _is_owners(request, link)}
    return render(request, "portfolio/sharing/shared.html", context)


@_kept_to_itself
def share_link_file(request: HttpRequest, token: str, pk: UUID) -> HttpResponseBase:
    """A file that was chosen for the link; its page alone counts as opening it."""
    link = _find(token)
    if not _is_open(link):
        return _ended(request)
    item = shown_file(link, pk, timezone.now())
    if item is None:
        raise Http404
    return evidence_files.file_response(request, item)


def _find(token: str) -> ShareLink:
    found = ShareLink.objects.named(token).select_related("owner").first()
    if found is None:
        raise Http404
    return found


def _is_open(link: ShareLink) -> bool:
    return ShareLink.objects.open(timezone.now()).filter(pk=link.pk).exists()


def _is_owners(request: HttpRequest, link: ShareLink) -> bool:
    viewer = viewer_of(request)
    return viewer is not None and viewer.pk == link.owner_id


def _counts(request: HttpRequest, link: ShareLink) -> bool:
    """Whether somebody opened it: not its owner, no browser or robot that looks ahead.

    A robot that says it is a browser is counted; nothing tells it apart.
    """
    if request.method != "GET" or settings.READ_ONLY_UNTIL:
        return False
    if request.headers.get("Sec-Purpose", "").startswith("prefetch"):
        return False
    if _ROBOTS.search(request.headers.get("User-Agent", "")):
        return False
    return not _is_owners(request, link)


def _ended(request: HttpRequest) -> HttpResponse:
    """410 in words that name nobody, whatever was behind the link."""
    return render(request, "portfolio/sharing/ended.html", status=GONE)
