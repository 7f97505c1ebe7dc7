"""What pages tell of endorsements: those in force, and the verdict on each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from credentials import markdown, verifying
from credentials.models import Achievement, AchievementVersion, Credential, Issuer
from credentials.verifying import Verdict
from portfolio.endorsing import acting
from portfolio.models import Endorsement

if TYPE_CHECKING:
    from portfolio.models import User
    from portfolio.models.endorsements import EndorsementQuerySet

#: Of each kind at one badge, issuer or credential; nobody reads more.
MOST = 100
Kind = Endorsement.Kind
State = Endorsement.State


@dataclass(frozen=True, slots=True)
class Shown:
    """One endorsement as a section of a page shows it."""

    endorsement: Endorsement
    words: str

    @property
    def comment(self) -> SafeString:
        """The organisation's words as HTML that is safe to show."""
        return markdown.to_html(self.endorsement.comment)


@dataclass(frozen=True, slots=True)
class OnIssuerPage:
    """Who endorses an issuer, and which badges of others it accepts itself."""

    endorsed_by: Sequence[Shown]
    accepts: Sequence[Shown]
    can_endorse: bool


@dataclass(frozen=True, slots=True)
class OnBadgePage:
    """Who accepts a badge, who endorses it, and what the viewer can do about it."""

    accepted_by: Sequence[Shown]
    endorsed_by: Sequence[Shown]
    can_recognise: bool
    can_ask: bool


def on_badge_page(achievement: Achievement, viewer: User | None) -> OnBadgePage:
    """What a badge's page shows. One query, two for who is signed in."""
    rows = _given().filter(achievement=achievement.pk)
    shown = _shown(rows, rows.recognitions(), rows.filter(kind=Kind.ENDORSES))
    own = organisations(viewer)
    return OnBadgePage(
        accepted_by=[each for each in shown if each.endorsement.is_recognition],
        endorsed_by=[each for each in shown if not each.endorsement.is_recognition],
        can_recognise=bool(own - {achievement.issuer_id}),
        can_ask=achievement.issuer_id in own,
    )


def on_issuer_page(issuer: Issuer, viewer: User | None) -> OnIssuerPage:
    """What an issuer's page shows. One query, two for who is signed in."""
    rows = _given()
    shown = _shown(
        rows.select_related("achievement__issuer", "achievement__current_version"),
        rows.filter(issuer=issuer.pk),
        rows.filter(organisation=issuer.pk).recognitions(),
    )
    return OnIssuerPage(
        endorsed_by=[each for each in shown if each.endorsement.issuer_id],
        accepts=[each for each in shown if each.endorsement.is_recognition],
        can_endorse=bool(organisations(viewer) - {issuer.pk}),
    )


def of_credential(credential: Credential) -> list[Shown]:
    """What a credential's page shows, to whoever may see that page. One query."""
    rows = _given()
    return _shown(rows, rows.filter(credential=credential.pk))


def organisations(viewer: User | None) -> set[int]:
    """Those that the viewer decides for. One query; none for visitors."""
    if viewer is None:
        return set()
    found = acting.organisations_of(viewer).order_by().values_list("pk", flat=True)
    return set(found)


def verdict_of(endorsement: Endorsement, now: datetime | None = None) -> Verdict:
    """What is true of a signed endorsement now; ``signing_key`` is selected: no query.

    As for credentials: the signature is checked when it is made and every night, and
    that the bytes are still those is looked at each time.
    """
    state = Credential.State.ACTIVE
    if endorsement.state == State.WITHDRAWN:
        state = Credential.State.REVOKED
    return verifying.verdict_of(
        state, None, is_intact=_is_intact(endorsement), now=now or timezone.now()
    )


def phrase(endorsement: Endorsement) -> str:
    """What it says in short, beside the name of the organisation."""
    return {
        Kind.ENDORSES: _("Stands behind it"),
        Kind.INTERVIEW: _("Accepts it for an interview"),
        Kind.CREDIT: _("Accepts it as credit towards a qualification"),
        Kind.PAY: _("Accepts it for a pay step"),
        Kind.OTHER: _("Accepts it for something else"),
    }[Kind(endorsement.kind)]


def sentence(endorsement: Endorsement) -> str:
    """The same as a whole sentence, which names both."""
    whole = {
        Kind.ENDORSES: _("%(organisation)s stands behind %(title)s."),
        Kind.INTERVIEW: _("%(organisation)s accepts %(title)s for an interview."),
        Kind.CREDIT: _(
            "%(organisation)s accepts %(title)s as credit towards a qualification."
        ),
        Kind.PAY: _("%(organisation)s accepts %(title)s for a pay step."),
        Kind.OTHER: _("%(organisation)s accepts %(title)s for something else."),
    }[Kind(endorsement.kind)]
    return whole % {
        "organisation": endorsement.organisation.name,
        "title": title_of(endorsement.target),
    }


def title_of(target: Achievement | Issuer | Credential) -> str:
    """The name of what is endorsed."""
    if isinstance(target, Achievement):
        version = target.current_version
        return version.name if version else ""
    return target.name if isinstance(target, Issuer) else target.title


def signed_subject(endorsement: Endorsement) -> str:
    """The id that the signed document is about."""
    return str(json.loads(endorsement.document)["credentialSubject"]["id"])


def signed_version(endorsement: Endorsement) -> AchievementVersion | None:
    """The version of a badge that the signed document is about. One query for badges.

    None for what is no badge.
    """
    if endorsement.achievement_id is None:
        return None
    versions = AchievementVersion.objects.filter(
        achievement=endorsement.achievement_id, published_at__isnull=False
    ).select_related("achievement__issuer")
    subject = signed_subject(endorsement)
    found = (v for v in versions.defer("search", "skill_words"))
    return next((v for v in found if subject.endswith(v.get_absolute_url())), None)


def _given() -> EndorsementQuerySet:
    """In force; the newest first."""
    return (
        Endorsement.objects.in_force()
        .select_related("organisation")
        .only(
            "token",
            "kind",
            "comment",
            "state",
            "achievement",
            "issuer",
            "credential",
            "decided_at",
            "document",
            "document_sha256",
            "organisation__name",
            "organisation__slug",
            "organisation__verified_domain",
        )
        .order_by("-decided_at", "-pk")
    )


def _shown(rows: EndorsementQuerySet, *kinds: EndorsementQuerySet) -> list[Shown]:
    """The newest of each kind: many of one never hide another. One query."""
    newest, *others = (each.values("pk")[:MOST] for each in kinds)
    found = rows.filter(pk__in=newest.union(*others, all=True) if others else newest)
    return [Shown(row, phrase(row)) for row in _intact(found)]


def _intact(rows: Iterable[Endorsement]) -> Iterable[Endorsement]:
    return (row for row in rows if _has_its_bytes(row))


def _has_its_bytes(endorsement: Endorsement) -> bool:
    digest = hashlib.sha256(endorsement.document.encode()).hexdigest()
    return digest == endorsement.document_sha256


def _is_intact(endorsement: Endorsement) -> bool:
    key = endorsement.signing_key
    trusted = key is not None and key.compromised_at is None
    is_good = trusted and endorsement.is_signature_good
    return is_good and _has_its_bytes(endorsement)
