"""A pathway version for programs: its rules in CTDL's terms."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from credentials import http
from pathways import finding
from pathways.exchanging import terms, writing_out

#: The rules never change; names of badges in them may.
CACHE = "public, max-age=300"


@require_safe
@login_not_required
def pathway_json(
    request: HttpRequest, issuer: str, slug: str, number: int
) -> HttpResponse:
    """A published version as JSON-LD, the same for everybody."""
    version = finding.find(issuer, slug, number=number)
    body = writing_out.as_bytes(writing_out.document_of(version))
    return http.data(request, body, terms.MEDIA_TYPE, cache=CACHE)
