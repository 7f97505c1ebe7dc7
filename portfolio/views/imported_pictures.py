"""Pictures of badges from elsewhere, for whoever may see the badge at this moment.

Their address tells nothing of the credential's: the page of a pathway's outcome shows
a part whose link it does not give.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from credentials import artwork, http
from credentials.models import Credential, ImportedDocument


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
    is_private = imported.credential.visibility == Credential.Visibility.PRIVATE
    if is_private and not is_holders:
        raise Http404
    body, content_type = _picture(imported)
    cache = "private, no-cache" if viewer else "no-cache"
    response = http.data(request, body, content_type, cache=cache)
    response["X-Robots-Tag"] = "noindex"
    return response


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
