"""Signed status lists: what was withdrawn, told to those who do not say whose."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from credentials import http, status_lists
from credentials.models import StatusList

TYPES = ("application/json", "application/vc", "application/ld+json")
#: Any cache may keep the list, and asks each time whether it still stands: the page of
#: a credential and its list never disagree. A list that did not change costs two
#: queries and an empty answer. A verifier keeps it as long as it likes.
CACHE = "public, no-cache"


@require_safe
@login_not_required
def status_list(request: HttpRequest, name: str) -> HttpResponse:
    """A list as a signed BitstringStatusListCredential."""
    if not name.isalnum():
        raise Http404
    found = get_object_or_404(StatusList.objects.select_related("issuer"), name=name)
    body = status_lists.signed_list(found).encode()
    response = http.data(request, body, http.accepted(request, *TYPES), cache=CACHE)
    patch_vary_headers(response, ["Accept"])
    return response
