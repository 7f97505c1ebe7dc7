"""The keys of issuers, published where did:web looks for them."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from credentials import documents, http
from credentials.models import Issuer

TYPES = (
    "application/json",
    "application/did+json",
    "application/did",
    "application/did+ld+json",
)
#: A key that was lost must stop being believed soon.
CACHE = "public, max-age=300"


@require_safe
@login_not_required
def did_document(request: HttpRequest, slug: str) -> HttpResponse:
    """The DID document of an issuer: every key that its credentials may need."""
    issuer = get_object_or_404(Issuer, slug=slug)
    body = json.dumps(documents.did_document(issuer), ensure_ascii=False).encode()
    response = http.data(request, body, http.accepted(request, *TYPES), cache=CACHE)
    patch_vary_headers(response, ["Accept"])
    return response
