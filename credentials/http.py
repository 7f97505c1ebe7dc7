"""What views need to know about a request: who asks, and from which network.

And how data that other programs fetch is answered.
"""

from __future__ import annotations

import hashlib
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from portfolio.models import User


class Request(HttpRequest):
    """A request of somebody who is logged in, with django-htmx's details."""

    user: User
    htmx: HtmxDetails


def viewer_of(request: HttpRequest) -> User | None:
    """Return who is logged in, or nothing for visitors.

    Visitors without a session cookie are not looked up, so that public pages touch no
    session and can be cached.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


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


def parts_of(address: str) -> SplitResult:
    """Split an address that a client wrote; what is none has only empty parts."""
    try:
        return urlsplit(address)
    except ValueError:  # such as http://[
        return SplitResult("", "", "", "", "")


def accepted(request: HttpRequest, first: str, *others: str) -> str:
    """Return the media type of these that the client likes best, else the first."""
    return request.get_preferred_type([first, *others]) or first


def data(
    request: HttpRequest, body: bytes, content_type: str, *, cache: str
) -> HttpResponse:
    """Answer data that programs and pages of other sites fetch, or 304.

    ``cache`` is the Cache-Control header. The tag is made of body and type, so that
    looking again costs a caller nothing while nothing has changed.
    """
    response = HttpResponse(body, content_type)
    made_of = hashlib.sha256(content_type.encode() + b"\0" + body).hexdigest()
    response["ETag"] = quote_etag(made_of[:40])
    response["Cache-Control"] = cache
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    return answer or response
