"""What every template knows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from credentials.http import viewer_of as viewer_of


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name and address, and who is logged in."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "SITE_HOST": urlsplit(settings.SITE_URL).netloc,
        "OPERATOR_EMAIL": settings.OPERATOR_EMAIL,
        "IS_DEMO": settings.DEMO,
        "READ_ONLY_UNTIL": settings.READ_ONLY_UNTIL,
        "viewer": viewer_of(request),
    }
