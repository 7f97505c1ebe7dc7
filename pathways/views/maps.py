"""The map of a pathway: where somebody stands, why, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from credentials.http import viewer_of
from pathways import finding, what_if
from pathways.pages import PathwayPage

if TYPE_CHECKING:
    from pathways.models import PathwayVersion


@require_safe
@login_not_required
@vary_on_cookie
def pathway(request: HttpRequest, issuer: str, slug: str) -> HttpResponse:
    """The version that the viewer is on; else the one that can be joined today."""
    version = finding.find(issuer, slug, learner=viewer_of(request))
    return _page(request, version)


@require_safe
@login_not_required
@vary_on_cookie
def pathway_version(
    request: HttpRequest, issuer: str, slug: str, number: int
) -> HttpResponse:
    """One version for good: what its learners and its credentials go by."""
    viewer = viewer_of(request)
    version = finding.find(issuer, slug, number=number, learner=viewer)
    return _page(request, version)


def _page(request: HttpRequest, version: PathwayVersion) -> HttpResponse:
    viewer = viewer_of(request)
    chosen = what_if.read(request.GET.getlist("also"))
    page = PathwayPage(version, viewer, timezone.now(), chosen)
    response = render(request, "pathways/pathway.html", _context(page))
    response["Cache-Control"] = "private, no-cache" if viewer else "no-cache"
    return response


def _context(page: PathwayPage) -> dict[str, Any]:
    return {
        "section": "pathways",
        "page": page,
        "version": page.version,
        "pathway": page.version.pathway,
        "issuer": page.version.pathway.issuer,
    }
