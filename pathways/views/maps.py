"""The map of a pathway: where somebody stands, why, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from credentials.http import viewer_of
from credentials.languages import written_in
from credentials.views.artwork import link_picture
from pathways import finding, what_if
from pathways.models import Exit
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


@require_safe
@login_not_required
@never_cache
def pathway_draft(
    request: HttpRequest, issuer: str, slug: str, number: int
) -> HttpResponse:
    """What visitors will see of a draft, for its designers; 404 to everybody else."""
    viewer = viewer_of(request)
    if viewer is None:
        raise Http404
    version = finding.find_draft(issuer, slug, number, by=viewer)
    chosen = what_if.read(request.GET.getlist("also"))
    page = PathwayPage(version, None, timezone.now(), chosen)
    response = render(request, "pathways/pathway.html", _context(page))
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@login_not_required
def pathway_preview(request: HttpRequest, issuer: str, slug: str) -> HttpResponse:
    """The picture beside a link to a pathway: the artwork of what it ends in."""
    ending = get_object_or_404(
        Exit.objects.select_related("version", "outcome__achievement__issuer"),
        version__pathway__issuer__slug=issuer,
        version__pathway__slug=slug,
        version=F("version__pathway__current_version"),
        requirement__parent=None,
    )
    with written_in(ending.version.language):
        return link_picture(
            request,
            ending.outcome,
            kind_label=gettext("Pathway"),
            name=ending.version.name,
            language=ending.version.language,
        )


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
