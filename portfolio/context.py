"""What every template knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

if TYPE_CHECKING:
    from portfolio.models import User


def viewer_of(request: HttpRequest) -> User | None:
    """Return who is logged in, or nothing for visitors.

    Visitors without a session cookie are not looked up, so that public pages touch no
    session and can be cached.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


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
