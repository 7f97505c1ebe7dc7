"""All pathways that can be joined, and how far the viewer is on each."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from credentials.catalogue import PAGE_SIZE
from credentials.http import viewer_of
from pathways.outlines import offered, outlines_of


@require_safe
@login_not_required
@vary_on_cookie
def pathways(request: HttpRequest) -> HttpResponse:
    """Cards, those that the viewer is on first; a page of them at a time."""
    viewer = viewer_of(request)
    paginator = Paginator(offered(viewer), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page", ""))
    context = {
        "section": "pathways",
        "page": page,
        "pages": paginator.get_elided_page_range(page.number, on_each_side=2),
        "ellipsis": Paginator.ELLIPSIS,
        "outlines": outlines_of(page.object_list, viewer, timezone.now()),
    }
    response = render(request, "pathways/pathways.html", context)
    response["Cache-Control"] = "private, no-cache" if viewer else "no-cache"
    return response
