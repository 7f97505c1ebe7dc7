"""Pictures of badges from elsewhere, for whoever may see the badge at this moment.

Their address tells nothing of the credential's: a time-limited link shows a picture,
and is over when it is over.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from credentials import artwork, http
from credentials.models import Credential, ImportedDocument
from portfolio.models import SharedCredential, ShareLink


@require_safe
@login_not_required
def imported_picture(request: HttpRequest, key: UUID) -> HttpResponse:
    """The picture that came with it, or a plain drawing; 404 for who sees it not."""
    rows = ImportedDocument.objects.only(
        "picture", "verdict", "credential__visibility", "credential__holder"
    )
    imported = get_object_or_404(rows.select_related("credential"), picture_key=key)
    viewer = http.viewer_of(request)
    is_holders = viewer is not None and viewer.pk == imported.credential.holder_id
    if not (is_holders or _is_shown(imported.credential)):
        raise Http404
    body, content_type = _picture(imported)
    cache = "private, no-cache" if viewer else "no-cache"
    response = http.data(request, body, content_type, cache=cache)
    response["X-Robots-Tag"] = "noindex"
    return response


def _is_shown(credential: Credential) -> bool:
    """Whether others see it: by its visibility, or by a link that is open now."""
    if credential.visibility != Credential.Visibility.PRIVATE:
        return True
    links = ShareLink.objects.open(timezone.now())
    shared = SharedCredential.objects.filter(credential=credential, link__in=links)
    return shared.exists()


def _picture(imported: ImportedDocument) -> tuple[bytes, str]:
    """Nothing of a file is shown that is not what was brought."""
    is_genuine = imported.verdict != ImportedDocument.Verdict.NOT_GENUINE
    if imported.picture and is_genuine:
        try:
            with imported.picture.open() as file:
                return file.read(), "image/png"
        except FileNotFoundError:
            pass
    return artwork.plain().encode(), "image/svg+xml"
