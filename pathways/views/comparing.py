"""Two pathways side by side, with what the viewer holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from credentials.http import viewer_of
from pathways.outlines import Outline, offered
from pathways.side_by_side import side_by_side

UNPROCESSABLE = 422


@require_safe
@login_not_required
@vary_on_cookie
def pathways_compare(request: HttpRequest) -> HttpResponse:
    """``?a=<issuer>/<slug>&b=…``: what each asks for; asks when one is missing."""
    viewer, now = viewer_of(request), timezone.now()
    outlines = offered(viewer, now)
    chosen = [_chosen(outlines, request.GET.get(name, "")) for name in ("a", "b")]
    pair = [outline for outline in chosen if outline is not None]
    is_asked = "b" in request.GET
    is_wrong = is_asked and (len(pair) < 2 or pair[0] is pair[1])
    context = {
        "section": "pathways",
        "outlines": outlines,
        "chosen": [one.value if one else "" for one in chosen],
        "is_wrong": is_wrong,
    }
    if is_asked and not is_wrong:
        context["pair"] = pair
        context["lines"] = side_by_side([one.standing for one in pair])
    status = UNPROCESSABLE if is_wrong else 200
    response = render(request, "pathways/compare.html", context, status=status)
    response["Cache-Control"] = "private, no-cache" if viewer else "no-cache"
    return response


def _chosen(outlines: Sequence[Outline], value: str) -> Any:
    return next((one for one in outlines if one.value == value), None)
