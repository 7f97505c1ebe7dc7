"""Joining a pathway, leaving it, moving to its newer version. GET asks first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from credentials.http import Request
from pathways import enrolling, finding
from pathways.differences import differences
from pathways.pages import PathwayPage

CONFLICT = 409


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def pathway_join(request: Request, issuer: str, slug: str) -> HttpResponse:
    """What joining means, and the button; whoever is on it is led to the map."""
    version = finding.find(issuer, slug, learner=request.user)
    pathway = version.pathway
    if version.own_number is not None:
        return _to_map(pathway)
    if request.method == "POST":
        try:
            enrolling.enrol(pathway, learner=request.user)
        except enrolling.NotOffered:
            return _ask(request, version, "join", status=CONFLICT)
        except enrolling.AlreadyOn:  # by another tab
            return _to_map(pathway)
        messages.success(request, _("You are on this pathway now."))
        return _to_map(pathway)
    return _ask(request, version, "join")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def pathway_leave(request: Request, issuer: str, slug: str) -> HttpResponse:
    """What leaving means, and the button. Joining again undoes it."""
    version = finding.find(issuer, slug, learner=request.user)
    if request.method != "POST":
        _refuse_others(version)
        return _ask(request, version, "leave")
    try:
        enrolling.leave(version.pathway, learner=request.user)
    except enrolling.NotOn:  # left in another tab
        return _to_map(version.pathway)
    said = format_html(
        '{} <a href="{}">{}</a>',
        _("You left this pathway. Your badges stay yours."),
        reverse("pathway_join", args=[issuer, slug]),
        _("Join again"),
    )
    messages.success(request, said)
    return _to_map(version.pathway)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def pathway_move(request: Request, issuer: str, slug: str) -> HttpResponse:
    """The newer version beside the learner's own, and the button that moves."""
    version = finding.find(issuer, slug, learner=request.user)
    if version.own_number == version.newest:
        return _to_map(version.pathway)
    if request.method != "POST":
        _refuse_others(version)
        return _compare(request, version)
    try:
        enrolling.move(version.pathway, learner=request.user)
    except (enrolling.NotOn, enrolling.NothingNewer):  # done in another tab
        return _to_map(version.pathway)
    except (enrolling.NotOffered, enrolling.AlreadyCompleted):
        return _compare(request, version, status=CONFLICT)
    messages.success(
        request,
        _("You are on version %(number)d now.") % {"number": version.newest},
    )
    return _to_map(version.pathway)


def _refuse_others(version: Any) -> None:
    """Raise Http404 for whoever is not on the pathway: there is nothing to ask."""
    if version.own_number is None:
        raise Http404


def _to_map(pathway: Any) -> HttpResponse:
    return HttpResponseRedirect(pathway.get_absolute_url(), status=303)


def _ask(request: Request, version: Any, what: str, status: int = 200) -> HttpResponse:
    context = _context(version) | {"what": what}
    return render(request, "pathways/confirm.html", context, status=status)


def _compare(request: Request, version: Any, status: int = 200) -> HttpResponse:
    number, now = version.newest, timezone.now()
    pathway = version.pathway
    newer = finding.find(
        pathway.issuer.slug, pathway.slug, number=number, learner=request.user
    )
    own = PathwayPage(version, request.user, now)
    new = own.beside(newer)
    context = _context(version) | {
        "own": own,
        "new": new,
        "differences": differences(own.tree, new.tree),
        "is_completed": own.completion is not None,
    }
    return render(request, "pathways/move.html", context, status=status)


def _context(version: Any) -> dict[str, Any]:
    return {
        "section": "pathways",
        "version": version,
        "pathway": version.pathway,
        "issuer": version.pathway.issuer,
    }
