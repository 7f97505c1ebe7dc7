"""The badge of a credential as a picture for pages and mails elsewhere.

It names nobody, holds no signed document and says nowhere that the credential is
genuine, since whoever likes can copy a picture. What does not stand any more shows it.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from credentials import artwork, http, verifying
from credentials.artwork import pictures
from credentials.kept import kept
from credentials.models import AchievementVersion, Credential
from credentials.verifying import Verdict
from credentials.views.artwork import drawn

PNG_SIZE = 240  # pixels
_PICTURE_VERSION = 1  # goes up when these pictures are drawn anew
_FADED = "0.5"
#: Nothing is left of these, or nothing that was signed.
_WITHOUT_PICTURE = frozenset({Verdict.ERASED, Verdict.NOT_GENUINE})


@require_safe
@login_not_required
def embed_svg(request: HttpRequest, token: str) -> HttpResponse:
    """The picture as a drawing; 404 for what only its holder sees, whoever asks."""
    version, look = _found(token)
    return _picture(request, _drawn(version, look).encode(), "image/svg+xml")


@require_safe
@login_not_required
def embed_png(request: HttpRequest, token: str) -> HttpResponse:
    """The same in pixels: mail programs show no drawings."""
    version, look = _found(token)
    made_from = f"{version.pk}-{version.art_version}-{look}-{_PICTURE_VERSION}"
    body = kept(
        f"embeds/{made_from}-{PNG_SIZE}.png",
        lambda: pictures.to_png(_drawn(version, look), size=PNG_SIZE),
    )
    return _picture(request, body, "image/png")


def _found(token: str) -> tuple[AchievementVersion, str]:
    credential = get_object_or_404(
        Credential.objects.named(token)
        .with_a_page()
        .select_related("version__achievement", "signing_key")
        .defer("signing_key__sealed_private_key", "version__search")
    )
    verdict = verifying.status_of(credential).verdict
    if credential.version is None or verdict in _WITHOUT_PICTURE:
        raise Http404
    return credential.version, _look(verdict)


def _look(verdict: Verdict) -> str:
    if verdict.is_good:
        return "whole"
    return "faded" if verdict == Verdict.EXPIRED else "stopped"


def _drawn(version: AchievementVersion, look: str) -> str:
    if look == "stopped":
        return artwork.withdrawn(version.kind, version.glyph)
    svg = drawn(version)
    if look == "faded":
        svg = svg.replace("<svg ", f'<svg opacity="{_FADED}" ', 1)
    return svg


def _picture(request: HttpRequest, body: bytes, content_type: str) -> HttpResponse:
    """May be kept, but is asked for again each time: states change at once."""
    response = http.data(request, body, content_type, cache="no-cache")
    response["X-Robots-Tag"] = "noindex"
    return response
