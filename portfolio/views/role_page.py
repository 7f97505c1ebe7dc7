"""A role as whoever has its link sees it: what is needed, and what they lack."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from credentials.http import viewer_of
from portfolio.employers import gaps, roles
from portfolio.models import EmployerMember
from portfolio.views.roles import find_role


@require_safe
@never_cache
@login_not_required
def role(request: HttpRequest, token: str) -> HttpResponse:
    """Show a role; to somebody signed in beside what they hold, which nobody else sees.

    A role that is closed, or does not say yet what is needed, only its organisation
    opens.
    """
    found = find_role(token)
    viewer = viewer_of(request)
    if found is None:
        raise Http404
    is_own = (
        viewer is not None
        and EmployerMember.objects.filter(
            user=viewer.pk, employer=found.employer_id
        ).exists()
    )
    if not is_own and not roles.shown(found):
        raise Http404
    needs = gaps.needs_of(found)
    context = {
        "role": found,
        "employer": found.employer,
        "needs": needs,
        "is_own": is_own,
        "standing": (
            gaps.standing(needs, viewer, timezone.now()) if viewer and needs else None
        ),
    }
    response = render(request, "portfolio/employers/role.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
