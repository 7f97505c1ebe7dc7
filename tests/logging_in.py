"""Log-ins as the site makes them, without its pages."""

from __future__ import annotations

import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from portfolio.models import User


def log_in(client: Client, user: User, *, minutes_ago: float = 0) -> None:
    """Log in as with a password, so many minutes ago."""
    client.force_login(user)
    session = client.session
    at = time.time() - 60 * minutes_ago
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": at}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
