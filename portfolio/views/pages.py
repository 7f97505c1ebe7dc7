"""Texts about the site, and the small files that programs ask every site for."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

NOT_FOR_SEARCH_ENGINES = (
    "/admin/",
    "/accounts/",
    "/me/",
    "/submissions/",
    "/evidence/",
)
SECURITY_TEXT_DAYS = 180  # RFC 9116 2.5.5: the end date lies less than a year ahead


@require_safe
@login_not_required
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show ``templates/pages/<name>.html``; operators replace the texts there."""
    return render(request, f"pages/{name}.html")


@require_safe
@login_not_required
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask for the old name to the logo."""
    return HttpResponsePermanentRedirect(static("img/logo.svg"))


@require_safe
@login_not_required
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """Say which pages are for people with an account only."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_SEARCH_ENGINES)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
@login_not_required
@cache_control(public=True, max_age=86400)
def security(request: HttpRequest) -> HttpResponse:
    """Say who hears about a weakness of this site (RFC 9116)."""
    ends = timezone.now() + timedelta(days=SECURITY_TEXT_DAYS)
    lines = [
        f"Contact: mailto:{settings.OPERATOR_EMAIL}",
        f"Expires: {ends:%Y-%m-%dT00:00:00Z}",
        f"Canonical: {settings.SITE_URL}{reverse('security')}",
        "Preferred-Languages: en",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
