"""A public page for machines: a Person of schema.org with what they can prove.

Terms are those of https://schema.org/Person and
https://schema.org/EducationalOccupationalCredential. Only what is public and in force
today stands in it, and only what was issued here: a site vouches for nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from portfolio.profile.profile_page import ProfilePage
from portfolio.profile.proving import Proven
from portfolio.profile.public_lines import Line

#: More say nothing new to a machine, and every reader of the page would load them.
MOST = 50
#: What would end the element, or begin a comment in it; JSON has an escape for each.
_ESCAPED = {ord(char): f"\\u{ord(char):04X}" for char in "<>&\u2028\u2029"}


def script_of(page: ProfilePage) -> SafeString:
    """The element for the head of a page; nothing while the page is not public.

    Browsers run no script of this type, so that the policy against scripts inside of
    pages does not concern it (HTML, "prepare the script element").
    """
    if page.profile.public_at is None:
        return SafeString("")
    written = json.dumps(person(page), ensure_ascii=False).translate(_ESCAPED)
    element = f'<script type="application/ld+json">{written}</script>'
    return mark_safe(element)  # noqa: S308 - nothing in it can end it


def person(page: ProfilePage) -> dict[str, Any]:
    """The person, without what is empty."""
    profile = page.profile
    address = settings.SITE_URL + profile.get_absolute_url()
    skills = page.skills
    photo = reverse("profile_photo", args=[profile.handle]) if profile.photo else ""
    said = {
        "@context": "https://schema.org",
        "@type": "Person",
        "@id": address,
        "url": address,
        "name": profile.user.full_name,
        "alternateName": profile.other_name,
        "description": profile.headline,
        "image": photo and settings.SITE_URL + photo,
        "homeLocation": profile.place and {"@type": "Place", "name": profile.place},
        "knowsLanguage": list(profile.languages),
        "knowsAbout": [_skill(each) for each in skills.assessed],
        "sameAs": [each.url for each in page.links],
        "hasCredential": list(_credentials(page)),
    }
    return _filled(said)


def _credentials(page: ProfilePage) -> Iterator[dict[str, Any]]:
    proves: dict[object, list[str]] = {}
    for skill in (*page.skills.assessed, *page.skills.attended):
        for proof in skill.proofs:
            proves.setdefault(proof.line.pk, []).append(skill.name)
    good = [each for each in page.standing if each.verdict.is_good]
    for line in good[:MOST]:
        yield _credential(line, proves.get(line.pk, []))


def _credential(line: Line, skills: list[str]) -> dict[str, Any]:
    issuer = {
        "@type": "Organization",
        "name": line.issuer_name,
        "url": line.issuer_address and settings.SITE_URL + line.issuer_address,
    }
    said = {
        "@type": "EducationalOccupationalCredential",
        "name": line.title,
        "url": settings.SITE_URL + line.canonical,
        "inLanguage": line.language,
        "credentialCategory": "badge",
        "recognizedBy": _filled(issuer),
        "dateCreated": line.issued_at.date().isoformat(),
        "expires": line.valid_until and line.valid_until.date().isoformat(),
        "competencyRequired": skills,
    }
    return _filled(said)


def _skill(skill: Proven) -> dict[str, str]:
    return {
        "@type": "DefinedTerm",
        "name": skill.name,
        "url": skill.address,
        "inDefinedTermSet": skill.framework,
    }


def _filled(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value}
