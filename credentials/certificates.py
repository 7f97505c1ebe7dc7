"""The certificate: one page that somebody frames, and that verifies as a file.

PDF/A-3a with the signed document inside it. It is made from words alone: this module
knows no model, so a caller says what stands where.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext, ngettext

from . import pdf, pdf_coverage
from .certificate_drawings import (
    BADGE,
    LOGO,
    QR,
    SIGNATURE,
    badge_drawing,
    decoration,
    part_address,
    part_drawing,
    photo,
    qr_drawing,
    tint,
)
from .certificate_layout import (
    NO_BREAK_SPACE,
    badge_heading,
    bound,
    density,
    direction,
    is_long,
    name_heading,
    plain,
    shown_components,
    shown_skills,
    width,
)
from .pdf import UncoveredCharacters as UncoveredCharacters
from .pdf_pictures import Picture

SHEET = Path(__file__).with_name("certificate.css")
ATTACHMENT_NAME = "credential.json"

type Paper = Literal["a4", "letter"]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: a line with a name, a role, and a picture of the signature.

    ``image`` is a PNG at most 400 px wide, grey with alpha; without it the line
    stays, for a pen.
    """

    name: str
    role: str
    image: bytes | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """A badge that a pathway is made of."""

    name: str
    kind: str
    hue: str
    glyph: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """Everything that a certificate says. Words are in ``lang``, but for names.

    ``lang`` is a language that Django knows; it decides the page's direction too.
    """

    paper: Paper
    lang: str  # of the document, BCP 47
    issuer_name: str
    holder_name: str
    holder_lang: str  # decides how Han characters are drawn
    badge_name: str
    badge_lang: str
    kind: str  # the artwork, as credentials.artwork.medallion takes it
    level: int
    hue: str
    glyph: str
    seed: str
    facts: Sequence[tuple[str, str]]  # term and value, at most five
    address: str  # of the credential, https
    domain_words: str  # where to check it, as a person types it
    credential_id: str
    issued_at: datetime  # aware; the only date in the file's metadata
    attachment: bytes  # the signed document, exactly as stored
    art_version: int = 1
    issuer_logo: bytes | None = None  # PNG, at most 150 px high
    promise: str = ""
    skills: Sequence[str] = ()
    components: Sequence[Component] = ()  # then instead of the skills
    signer: Signer | None = None


def uncovered_characters(text: str) -> str:
    """The characters of ``text`` that no font here can draw, each once, in order."""
    return pdf_coverage.uncovered_characters(plain(text))


def render(certificate: Certificate) -> bytes:
    """The PDF. The same certificate gives the same bytes, in every process.

    Raises ``UncoveredCharacters`` instead of printing boxes, ``ValueError`` for
    artwork that does not exist or a date without its offset.
    """
    if certificate.issued_at.tzinfo is None:
        raise ValueError("issued_at needs its offset")
    with translation.override(certificate.lang):
        html = render_to_string("pdf/certificate.html", _context(certificate))
        description = gettext("The signed credential (Open Badges 3.0)")
    if missing := pdf_coverage.uncovered_characters(html):
        raise UncoveredCharacters(missing)
    return pdf.write(
        html,
        [_sheet(), tint(certificate.hue, certificate.kind)],
        _pictures(certificate),
        pdf.Enclosed(
            ATTACHMENT_NAME,
            certificate.attachment,
            description,
            certificate.issued_at,
        ),
    )


def warm_up() -> None:
    """Draw one throw-away certificate: the first of a process costs seconds."""
    render(
        Certificate(
            paper="a4",
            lang="en",
            issuer_name="A",
            holder_name="A",
            holder_lang="en",
            badge_name="A",
            badge_lang="en",
            kind="skill",
            level=1,
            hue="cobalt",
            glyph="care",
            seed="warm-up",
            facts=[("A", "A")],
            address="https://warm-up.invalid/",
            domain_words="A",
            credential_id="A",
            issued_at=datetime(2026, 1, 1, tzinfo=UTC),
            attachment=b"{}",
        )
    )


def _context(certificate: Certificate) -> dict[str, Any]:
    holder, badge = plain(certificate.holder_name), plain(certificate.badge_name)
    name, title = name_heading(holder), badge_heading(badge)
    promise = plain(certificate.promise)
    parts, more_parts = shown_components(certificate.components)
    skills, more_skills = ([], 0) if parts else shown_skills(certificate.skills)
    return {
        "paper": certificate.paper,
        "density": density(name, title, promise, skills, len(parts)),
        "lang": certificate.lang,
        "dir": _direction_of(certificate.lang),
        "stamp": certificate.issued_at.astimezone(UTC).isoformat(timespec="seconds"),
        "issuer": _issuer(certificate),
        "holder": {
            "name": holder,
            "lang": certificate.holder_lang,
            "dir": direction(holder),
            "heading": name,
        },
        "badge": {
            "name": badge,
            "lang": certificate.badge_lang,
            "dir": direction(badge),
            "heading": title,
        },
        "promise": bound(promise),
        "promise_is_long": is_long(promise),
        "components": [_component(part) for part in parts],
        "more_components": _and_more(more_parts),
        "skills": [plain(skill) for skill in skills] + _some(_and_more(more_skills)),
        "facts": [(plain(term), plain(value)) for term, value in certificate.facts],
        "signer": _signer(certificate.signer),
        "check": _check(certificate),
        "art": BADGE,
        "qr": QR,
    }


def _direction_of(lang: str) -> str:
    return "rtl" if translation.get_language_info(lang)["bidi"] else "ltr"


def _issuer(certificate: Certificate) -> dict[str, Any]:
    name = plain(certificate.issuer_name)
    return {
        "name": name,
        "is_long": width(name) > 70,
        "logo": LOGO if certificate.issuer_logo else "",
    }


def _component(part: Component) -> dict[str, str]:
    kinds = {
        "skill": gettext("Skill badge"),
        "project": gettext("Project badge"),
        "pathway": gettext("Pathway badge"),
    }
    return {
        "name": plain(part.name),
        "kind": kinds[part.kind],
        "address": part_address(part.kind, part.hue, part.glyph),
    }


def _and_more(count: int) -> str:
    """The words for what is left out, on one line, or nothing."""
    if not count:
        return ""
    words = ngettext("and %(count)d more", "and %(count)d more", count)
    return (words % {"count": count}).replace(" ", NO_BREAK_SPACE)


def _some(word: str) -> list[str]:
    return [word] if word else []


def _signer(signer: Signer | None) -> dict[str, str] | None:
    if signer is None:
        return None
    return {
        "name": plain(signer.name),
        "role": plain(signer.role),
        "image": SIGNATURE if signer.image else "",
    }


def _check(certificate: Certificate) -> dict[str, Any]:
    token = certificate.credential_id
    return {
        "address": certificate.address,
        "domain": certificate.domain_words,
        "is_long": width(certificate.domain_words) > 24,
        "groups": [token[i : i + 4] for i in range(0, len(token), 4)],
    }


def _pictures(certificate: Certificate) -> dict[str, Picture]:
    """The drawings of this certificate by their addresses."""
    stones = tuple(part.hue for part in certificate.components[:7])
    components, _ = shown_components(certificate.components)
    return {
        **decoration(certificate.hue, certificate.kind),
        BADGE: badge_drawing(
            certificate.kind,
            certificate.level,
            certificate.hue,
            certificate.glyph,
            certificate.seed,
            version=certificate.art_version,
            # A cairn has at least three stones; fewer parts show the glyph.
            stones=stones if len(stones) >= 3 else (),
        ),
        **{
            part_address(part.kind, part.hue, part.glyph): part_drawing(
                part.kind, part.hue, part.glyph
            )
            for part in components
        },
        **_photos(certificate),
        QR: qr_drawing(certificate.address),
    }


def _photos(certificate: Certificate) -> dict[str, Picture]:
    signature = certificate.signer.image if certificate.signer else None
    images = {LOGO: certificate.issuer_logo, SIGNATURE: signature}
    return {address: photo(image) for address, image in images.items() if image}


@cache
def _sheet() -> Any:
    return pdf.ground().sheet(SHEET.read_text("utf-8"))
