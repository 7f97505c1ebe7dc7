"""What views need to know about a request: who asks, and from which network."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from portfolio.models import User


class Request(HttpRequest):
    """A request of somebody who is logged in, with django-htmx's details."""

    user: User
    htmx: HtmxDetails


def client_address(request: HttpRequest) -> str:
    """Return the address of the client, as far as our own proxies vouch for it.

    ``TRUSTED_PROXY_COUNT`` proxies each append one address to X-Forwarded-For; what
    stands before theirs was written by the client and is not believed.
    """
    hops = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = [
        part.strip()
        for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if part.strip()
    ]
    if hops and len(forwarded) >= hops:
        return str(forwarded[-hops])
    return str(request.META.get("REMOTE_ADDR", ""))


def client_network(request: HttpRequest) -> str:
    """Return the client's network (/24 or /64), the unit that limits count by."""
    try:
        address = ip_address(client_address(request))
    except ValueError:
        return "unknown"
    prefix = 24 if address.version == 4 else 64
    return str(ip_network((address, prefix), strict=False))
