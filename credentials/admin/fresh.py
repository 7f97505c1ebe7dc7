"""Who may do what changes only right after a log-in: a page left open is not enough."""

from __future__ import annotations

import time
from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest

from credentials.admin.scope import staff

WINDOW = timedelta(minutes=15)


def is_fresh(request: HttpRequest) -> bool:
    """Tell whether the person proved who they are in the last 15 minutes."""
    since = time.time() - WINDOW.total_seconds()
    records = get_authentication_records(request, staff(request))
    return any(record.get("at", 0) >= since for record in records)


def require_fresh(request: HttpRequest) -> None:
    """Lead to the page that asks for the password, and from there back to this form.

    Raises ReauthenticationRequired, which the accounts' middleware answers: it keeps
    what the form sent, files left out, and sends it again after the password.
    """
    if not is_fresh(request):
        raise ReauthenticationRequired
