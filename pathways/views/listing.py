"""All pathways that can be joined, and how far the viewer is on each."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from credentials.http import viewer_of
from pathways.outlines import offered


@require_safe
@login_not_required
@vary_on_cookie
def pathways(request: HttpRequest) -> HttpResponse:
    """Cards, those that the viewer is on first."""
    viewer = viewer_of(request)
    context = {"section": "pathways", "outlines": offered(viewer, timezone.now())}
    response = render(request, "pathways/pathways.html", context)
    response["Cache-Control"] = "private, no-cache" if viewer else "no-cache"
    return response
