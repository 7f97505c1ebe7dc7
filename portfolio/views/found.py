"""How often somebody was found by employers, and through which skills."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from credentials.http import Request
from portfolio.models import Profile
from portfolio.talent import found_counts


@require_safe
@never_cache
def found(request: Request) -> HttpResponse:
    """One's own counts of the last 90 days; by whom is not kept and not shown."""
    through = found_counts.found_through(request.user, timezone.now())
    context = {
        "profile": Profile.objects.filter(user=request.user).first(),
        "through": through,
        "times": sum(each.times for each in through),
        "section": "me",
    }
    return render(request, "portfolio/found.html", context)
