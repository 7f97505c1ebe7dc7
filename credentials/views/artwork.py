"""Pictures: artwork of badges, link previews, logos.

The artwork of a published version never changes, so its addresses are kept by browsers
for a year. Pictures that networks show beside a link carry no name of a holder.
"""

from __future__ import annotations

import hashlib
import mimetypes
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from credentials import artwork, verifying
from credentials.artwork import pictures
from credentials.kept import kept
from credentials.languages import written_in
from credentials.models import AchievementVersion, Credential, Issuer

PNG_SIZE = 1024  # pixels
PREVIEW_VERSION = 1  # goes up when link previews are drawn anew

_A_YEAR = timedelta(days=365)
_AN_HOUR = timedelta(hours=1)
_MINUTES = timedelta(minutes=5)  # a withdrawal reaches networks that ask again
_SVG = "image/svg+xml"
_PNG = "image/png"


def drawn(version: AchievementVersion, *, flat: bool = False) -> str:
    """Return the artwork of a badge version as SVG text."""
    return artwork.medallion(
        version.kind,
        version.level,
        version.hue,
        version.glyph,
        str(version.achievement.seed),
        version=version.art_version,
        flat=flat,
    )


def drawn_png(version: AchievementVersion) -> bytes:
    """Return the artwork of a badge version as PNG, 1024 pixels wide."""
    return kept(
        f"art/{version.pk}-{version.art_version}-{PNG_SIZE}.png",
        lambda: pictures.to_png(drawn(version), size=PNG_SIZE),
    )


@require_safe
@login_not_required
def badge_svg(
    request: HttpRequest, issuer: str, slug: str, number: int
) -> HttpResponse:
    """The artwork, for 40 pixels and more."""
    version = _published(issuer, slug, number)
    if answer := _not_modified(request, tag := _tag(version, "svg")):
        return answer
    return _shared(_for_good(HttpResponse(drawn(version), _SVG), tag))


@require_safe
@login_not_required
def badge_small(
    request: HttpRequest, issuer: str, slug: str, number: int
) -> HttpResponse:
    """The artwork for places under 40 pixels."""
    version = _published(issuer, slug, number)
    if answer := _not_modified(request, tag := _tag(version, "small")):
        return answer
    svg = artwork.small(version.kind, version.hue, version.glyph)
    return _for_good(HttpResponse(svg, _SVG), tag)


@require_safe
@login_not_required
def badge_withdrawn(
    request: HttpRequest, issuer: str, slug: str, number: int
) -> HttpResponse:
    """The artwork of a credential that does not stand any more."""
    version = _published(issuer, slug, number)
    if answer := _not_modified(request, tag := _tag(version, "withdrawn")):
        return answer
    svg = artwork.withdrawn(version.kind, version.glyph)
    return _for_good(HttpResponse(svg, _SVG), tag)


@require_safe
@login_not_required
def badge_png(
    request: HttpRequest, issuer: str, slug: str, number: int
) -> HttpResponse:
    """The artwork that signed achievements name as their image."""
    version = _published(issuer, slug, number)
    if answer := _not_modified(request, tag := _tag(version, "png")):
        return answer
    return _shared(_for_good(HttpResponse(drawn_png(version), _PNG), tag))


@require_safe
@login_not_required
def badge_preview(request: HttpRequest, issuer: str, slug: str) -> HttpResponse:
    """The picture beside a link to a badge. Its page adds the version's number."""
    version = get_object_or_404(
        _versions(),
        achievement__issuer__slug=issuer,
        achievement__slug=slug,
        achievement__current_version=F("pk"),
    )
    return _preview(request, version, is_credential=False)


@require_safe
@login_not_required
def credential_preview(request: HttpRequest, token: str) -> HttpResponse:
    """The picture beside a link to a credential; its issuer alone once withdrawn."""
    credential = get_object_or_404(
        Credential.objects.named(token)
        .with_a_page()
        .select_related("version__achievement__issuer", "issuer", "signing_key")
    )
    verdict = verifying.status_of(credential).verdict
    shown = verdict.is_good or verdict == verifying.Verdict.EXPIRED
    if shown and credential.version:
        return _preview(request, credential.version, is_credential=True)
    if credential.issuer is None:
        raise Http404
    return _plain_preview(request, credential.issuer)


@require_safe
@login_not_required
def issuer_logo(request: HttpRequest, slug: str) -> HttpResponse:
    """The logo of an issuer; its drawing where it has none."""
    issuer = get_object_or_404(Issuer, slug=slug)
    tag = quote_etag(f"{issuer.logo.name or issuer.hue + issuer.glyph}-{issuer.pk}")
    if answer := _not_modified(request, tag):
        return answer
    return _for_a_while(_logo(issuer), tag, _AN_HOUR)


def _logo(issuer: Issuer) -> HttpResponse:
    """The stored picture; the drawing when there is none, or its file is lost."""
    with suppress(FileNotFoundError):
        if issuer.logo:
            content_type = mimetypes.guess_type(str(issuer.logo.name))[0] or _PNG
            with issuer.logo.open() as file:
                return HttpResponse(file.read(), content_type)
    return HttpResponse(artwork.small("skill", issuer.hue, issuer.glyph), _SVG)


def _versions() -> QuerySet[AchievementVersion]:
    return AchievementVersion.objects.select_related("achievement__issuer").defer(
        "search", "skill_words"
    )


def _published(issuer: str, slug: str, number: int) -> AchievementVersion:
    return get_object_or_404(
        _versions(),
        achievement__issuer__slug=issuer,
        achievement__slug=slug,
        number=number,
        published_at__isnull=False,
    )


def _preview(
    request: HttpRequest, version: AchievementVersion, *, is_credential: bool
) -> HttpResponse:
    """In the badge's language, whoever asks: one picture serves all readers."""
    with written_in(version.language):
        return _preview_of(request, version, is_credential=is_credential)


def _preview_of(
    request: HttpRequest, version: AchievementVersion, *, is_credential: bool
) -> HttpResponse:
    kind_label = gettext("Credential") if is_credential else gettext("Badge")
    return link_picture(
        request,
        version,
        kind_label=kind_label,
        name=version.name,
        language=version.language,
    )


def link_picture(
    request: HttpRequest,
    art: AchievementVersion,
    *,
    kind_label: str,
    name: str,
    language: str,
) -> HttpResponse:
    """A picture beside a link: the artwork of a badge version, what it is, a name.

    In the language that is active; ``language`` is that of the name. Made once for
    whatever goes into it.
    """
    made_from = _digest(
        (art.pk, art.art_version, name, language),
        PREVIEW_VERSION,
        kind_label,
        get_language(),
        _host(),
    )
    if answer := _not_modified(request, tag := quote_etag(made_from)):
        return answer
    png = kept(
        f"previews/{made_from}.png",
        lambda: pictures.link_preview(
            name=name,
            kind_label=kind_label,
            issuer_name=art.achievement.issuer.name,
            medallion_svg=drawn(art),
            hue=art.hue,
            site_address=_host(),
            language=language,
        ),
    )
    return _for_a_while(HttpResponse(png, _PNG), tag, _MINUTES)


def _plain_preview(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    made_from = _digest(issuer.name, PREVIEW_VERSION, settings.LANGUAGE_CODE, _host())
    if answer := _not_modified(request, tag := quote_etag(made_from)):
        return answer
    with written_in(settings.LANGUAGE_CODE):
        png = kept(
            f"previews/{made_from}.png",
            lambda: pictures.plain_preview(
                issuer_name=issuer.name, site_address=_host()
            ),
        )
    return _for_a_while(HttpResponse(png, _PNG), tag, _MINUTES)


def _digest(*made_from: object) -> str:
    """A short name for what a picture is made from."""
    return hashlib.sha256(repr(made_from).encode()).hexdigest()[:32]


def _host() -> str:
    return urlsplit(settings.SITE_URL).netloc


def _tag(version: AchievementVersion, form: str) -> str:
    return quote_etag(f"{version.pk}-{version.art_version}-{form}")


def _not_modified(request: HttpRequest, tag: str) -> HttpResponse | None:
    """An empty answer when the browser has this very picture already."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if tag not in known and f"W/{tag}" not in known and "*" not in known:
        return None
    response = HttpResponseNotModified()
    response["ETag"] = tag
    return response


def _for_good(response: HttpResponse, tag: str) -> HttpResponse:
    patch_cache_control(
        response, public=True, immutable=True, max_age=_seconds(_A_YEAR)
    )
    response["ETag"] = tag
    return response


def _for_a_while(response: HttpResponse, tag: str, time: timedelta) -> HttpResponse:
    patch_cache_control(response, public=True, max_age=_seconds(time))
    response["ETag"] = tag
    return response


def _seconds(time: timedelta) -> int:
    return int(time.total_seconds())


def _shared(response: HttpResponse) -> HttpResponse:
    """Let pages of other sites show the picture: wallets and verifiers do."""
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Access-Control-Allow-Origin"] = "*"
    return response
