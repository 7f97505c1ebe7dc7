"""The certificate of a credential: words from its signed document, kept as a file."""

from __future__ import annotations

import hashlib
import logging
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models.fields.files import ImageFieldFile
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from credentials.certificates import Certificate, Paper, Signer, render
from credentials.documents import absolute
from credentials.kept import kept
from credentials.languages import written_in
from credentials.models import AchievementVersion, Credential, Issuer
from credentials.showing import Shown, shown
from credentials.verifying import Status, Verdict

logger = logging.getLogger(__name__)

#: Goes up when certificates are drawn anew, so that kept ones are not served.
TEMPLATE_VERSION = 3

#: The verdicts under which there is a certificate.
CERTIFIED = frozenset({Verdict.GENUINE, Verdict.ENDS_SOON, Verdict.EXPIRED})

_LOGO = (600, 150)  # pixels; what the certificate has room for
_SIGNATURE = (400, 200)


class NoCertificate(Exception):
    """The credential is in a state that no paper may speak for."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a certificate is made of, checked to be there."""

    credential: Credential
    document: str
    version: AchievementVersion
    issuer: Issuer


def certificate_pdf(credential: Credential, status: Status, paper: Paper) -> bytes:
    """Return the PDF; made when first asked for and kept until anything on it changes.

    Raises NoCertificate unless it is in force or ended, UncoveredCharacters when a
    name cannot be drawn.
    """
    parts = _parts(credential, status)
    ended = status.verdict == Verdict.EXPIRED
    # Not the language of whoever happens to ask: the paper belongs to its holder.
    with written_in(parts.version.language):
        return kept(
            f"certificates/{_digest(parts, paper, ended=ended)}.pdf",
            lambda: render(_certificate(parts, paper, ended=ended)),
        )


def _parts(credential: Credential, status: Status) -> _Parts:
    document, version, issuer = (
        credential.document,
        credential.version,
        credential.issuer,
    )
    if status.verdict not in CERTIFIED or not document or not version or not issuer:
        raise NoCertificate
    return _Parts(credential, document, version, issuer)


def _digest(parts: _Parts, paper: Paper, *, ended: bool) -> str:
    """Name everything that stands on the paper and can differ."""
    issuer = parts.issuer
    made_from = (
        parts.credential.document_sha256,
        TEMPLATE_VERSION,
        paper,
        ended,
        translation.get_language(),
        settings.SITE_URL,
        issuer.logo.name,
        issuer.signer_name,
        issuer.signer_role,
        issuer.signer_image.name,
    )
    return hashlib.sha256(repr(made_from).encode()).hexdigest()


def _certificate(parts: _Parts, paper: Paper, *, ended: bool) -> Certificate:
    says, version = shown(parts.document), parts.version
    return Certificate(
        paper=paper,
        lang=translation.get_language() or "en",
        issuer_name=says.issuer_name,
        issuer_logo=_logo(parts.issuer),
        holder_name=says.holder_name,
        holder_lang=language_of(says.holder_name, says.lang),
        badge_name=says.title,
        badge_lang=says.lang,
        promise=says.promise,
        skills=[skill.name for skill in says.skills],
        kind=version.kind,
        level=version.level,
        hue=version.hue,
        glyph=version.glyph,
        seed=str(version.achievement.seed),
        art_version=version.art_version,
        facts=_facts(says, version, ended=ended),
        signer=_signer(parts.issuer),
        address=absolute(parts.credential.get_absolute_url()),
        domain_words=f"{urlsplit(settings.SITE_URL).netloc}/c",
        credential_id=parts.credential.token,
        issued_at=says.issued_at,
        attachment=parts.document.encode(),
    )


def _facts(
    says: Shown, version: AchievementVersion, *, ended: bool
) -> list[tuple[str, str]]:
    ends = gettext("Ended") if ended else gettext("Valid until")
    until = _day(says.valid_until) if says.valid_until else gettext("No end date")
    level = gettext("%(name)s (%(level)d of 4)") % {
        "name": version.get_level_display(),
        "level": version.level,
    }
    return [
        (gettext("Issued"), _day(says.issued_at)),
        (ends, until),
        (gettext("Assessed by"), says.issuer_name),
        (gettext("Level"), level),
    ]


def _day(moment: datetime) -> str:
    return date_format(moment)


def language_of(name: str, otherwise: str) -> str:
    """Guess the language of a name from its script; it decides how Han is drawn.

    Kana means Japanese, Hangul Korean; anything else keeps ``otherwise``.
    """
    scripts: dict[str, Literal["ja", "ko"]] = {
        "HIRAGANA": "ja",
        "KATAKANA": "ja",
        "HANGUL": "ko",
    }
    for char in name:
        script = unicodedata.name(char, "").partition(" ")[0]
        if script in scripts:
            return scripts[script]
    return otherwise


def _signer(issuer: Issuer) -> Signer | None:
    if not issuer.signer_name:
        return None
    image = _png(issuer.signer_image, _SIGNATURE, "LA") if issuer.signer_image else None
    return Signer(issuer.signer_name, issuer.signer_role, image)


def _logo(issuer: Issuer) -> bytes | None:
    return _png(issuer.logo, _LOGO, "RGBA") if issuer.logo else None


def _png(field: ImageFieldFile, size: tuple[int, int], mode: str) -> bytes:
    with field.open() as file:
        return resized(file.read(), size, mode)


@lru_cache(maxsize=64)
def resized(image: bytes, size: tuple[int, int], mode: str) -> bytes:
    """A picture as PNG within ``size``: larger ones only cost time and bytes."""
    from PIL import Image  # loads slowly, and most certificates are kept ones

    with Image.open(BytesIO(image), formats=["PNG", "JPEG", "WEBP"]) as opened:
        picture = opened.convert("RGBA").convert(mode)
    picture.thumbnail(size)
    saved = BytesIO()
    picture.save(saved, "PNG")
    return saved.getvalue()
