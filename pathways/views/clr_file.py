"""The signed record of a completed pathway, for its holder alone."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from credentials import http, verifying
from credentials.models import Credential
from credentials.views.machine_forms import DOCUMENT_TYPES, NO_FILE
from pathways import clr
from pathways.models import Completion

logger = logging.getLogger(__name__)


@require_safe
@login_not_required
def clr_json(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the CLR, byte for byte as stored; 404 to everybody but its holder.

    It carries the parts whole, private ones too. Nobody learns whether there is one.
    """
    completion = _own(request, token)
    content_type = http.accepted(request, *DOCUMENT_TYPES)
    body = (completion.clr or "").encode()
    response = http.data(request, body, content_type, cache="private, no-cache")
    # Unlike a credential's own forms this is for no page of another site.
    response.headers.pop("Access-Control-Allow-Origin", None)
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    slug = completion.exit.outcome.achievement.slug
    response["Content-Disposition"] = f'inline; filename="{slug}-clr.json"'
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["Accept", "Cookie"])
    return response


def _own(request: HttpRequest, token: str) -> Completion:
    """The viewer's completion whose outcome this is. Raises Http404."""
    viewer = http.viewer_of(request)
    if viewer is None:
        raise Http404
    found = (
        Completion.objects.filter(
            credential__in=Credential.objects.named(token), learner_id=viewer.pk
        )
        .select_related("exit__outcome__achievement", "credential__signing_key")
        .exclude(clr=None)
        .first()
    )
    if found is None or verifying.status_of(found.credential).verdict in NO_FILE:
        raise Http404
    if not clr.is_intact(found):
        logger.error("The CLR of completion %s is not what was signed", found.pk)
        raise Http404
    return found
