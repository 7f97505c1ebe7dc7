"""The first page: what the place does, two doors, and one real credential."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from credentials import verifying
from credentials.catalogue import Search, Sort, found, offered
from credentials.models import AchievementVersion, Credential
from portfolio.own_states import cards
from portfolio.site.context import viewer_of

SHOWN = 3  # badges
_LOOKED_AT = 24  # badges, so that three issuers can be among them
_TRIED = 5  # credentials


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A credential that somebody made public, and what was found when looking."""

    credential: Credential
    status: verifying.Status


@require_safe
@login_not_required
@vary_on_cookie
def home(request: HttpRequest) -> HttpResponse:
    """Show what the site is for with things that really are in it."""
    viewer = viewer_of(request)
    context = {
        "demonstration": _demonstration(),
        "cards": cards(_three(), viewer),
        "offered": offered().count(),
    }
    response = render(request, "portfolio/home.html", context)
    # It repeats a verdict, which is true at this moment only.
    response["Cache-Control"] = "private, no-cache" if viewer else "no-cache"
    return response


def _demonstration() -> Demonstration | None:
    """The newest credential that is public and genuine. One query."""
    candidates = (
        Credential.objects.public()
        .in_force(timezone.now())
        .filter(issuer__isnull=False, version__isnull=False, is_signature_good=True)
        .select_related("issuer", "version__achievement__issuer", "signing_key")
        .order_by("-issued_at", "pk")[:_TRIED]
    )
    for credential in candidates:
        status = verifying.status_of(credential)
        if status.verdict.is_good:
            return Demonstration(credential, status)
    return None


def _three() -> list[AchievementVersion]:
    """Three of the newest badges, of different issuers if possible. One query."""
    newest = list(found(Search(sort=Sort.NEWEST))[:_LOOKED_AT])
    first_of_issuer = {v.achievement.issuer_id: v for v in reversed(newest)}
    chosen = sorted(first_of_issuer.values(), key=newest.index)[:SHOWN]
    rest = [version for version in newest if version not in chosen]
    return [*chosen, *rest][:SHOWN]
