"""Two pathways side by side, with what the viewer holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.core.validators import slug_re
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from credentials.http import viewer_of
from pathways.outlines import Outline, names_of, offered, outlines_of
from pathways.side_by_side import side_by_side

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

UNPROCESSABLE = 422


@require_safe
@login_not_required
@vary_on_cookie
def pathways_compare(request: HttpRequest) -> HttpResponse:
    """``?a=<issuer>/<slug>&b=…``: what each asks for; asks when one is missing."""
    viewer = viewer_of(request)
    versions = offered(viewer)
    chosen = [request.GET.get(name, "") for name in ("a", "b")]
    context: dict[str, Any] = {
        "section": "pathways",
        "names": names_of(versions),
        "chosen": chosen,
    }
    is_wrong = False
    if "b" in request.GET:
        pair = _pair(versions, chosen, viewer)
        is_wrong = len(pair) < 2
        context["is_wrong"] = is_wrong
        if not is_wrong:
            context["pair"] = pair
            context["lines"] = side_by_side([one.standing for one in pair])
    status = UNPROCESSABLE if is_wrong else 200
    response = render(request, "pathways/compare.html", context, status=status)
    response["Cache-Control"] = "private, no-cache" if viewer else "no-cache"
    return response


def _pair(
    versions: Any, chosen: Sequence[str], viewer: AbstractBaseUser | None
) -> list[Outline]:
    """The two that an address names, in its order; fewer where it names no two."""
    named = Q()
    for value in set(chosen):
        issuer, _, slug = value.partition("/")
        if slug_re.match(issuer) and slug_re.match(slug):
            named |= Q(pathway__issuer__slug=issuer, pathway__slug=slug)
    if not named:
        return []
    outlines = outlines_of(versions.filter(named), viewer, timezone.now())
    return sorted(outlines, key=lambda one: chosen.index(one.value))
