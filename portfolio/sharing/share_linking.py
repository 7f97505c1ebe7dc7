"""Links that show what their owner chose, to whoever has them, until a day.

A link shows credentials whatever their visibility, and evidence whatever its own: to
choose it for the link is what shows it. Nothing else is behind a link. It ends when its
owner ends it, at its day, and while its owner's account is closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from credentials.models import Credential, Evidence, Submission
from credentials.models.evidence import EvidenceQuerySet
from credentials.models.holdings import CredentialQuerySet
from portfolio.models import SharedCredential, SharedEvidence, ShareLink, User

DAYS = (7, 30, 90)
MOST_CREDENTIALS = 20  # behind one link
MOST_OPEN = 50  # links of one person


class TooManyOpen(Exception):
    """Their owner has as many open links as one person may have."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A credential for a link, with the evidence that is shown beside it."""

    credential: Credential
    evidence: Sequence[Evidence] = field(default=())


_HELD = (Credential.State.ACTIVE, Credential.State.SUSPENDED)


def shareable(owner: User) -> CredentialQuerySet:
    """What a person can put behind a link: what they earned here and still hold.

    What they brought from elsewhere has no evidence here, and nobody here vouches for
    it: its own page says what is known.
    """
    elsewhere = Credential.Source.IMPORTED
    held = Credential.objects.of(owner).filter(state__in=_HELD)
    return held.exclude(source=elsewhere)


def is_shareable(credential: Credential) -> bool:
    """Whether ``shareable`` has it, without asking the database."""
    return credential.state in _HELD and not credential.is_imported


def evidence_for(credentials: Iterable[Credential]) -> EvidenceQuerySet:
    """What can be chosen beside them: what they were awarded for, as it is today."""
    return Evidence.objects.filter(
        submission__credential__in=list(credentials),
        submission__status=Submission.Status.APPROVED,
    ).select_related("criterion", "submission__credential")


def make(
    chosen: Sequence[Chosen],
    *,
    by: User,
    name: str,
    days: int,
    now: datetime | None = None,
) -> ShareLink:
    """Make a link that shows the chosen and ends in so many days.

    In: 1 to ``MOST_CREDENTIALS`` credentials of ``shareable(by)``, each with evidence
    of ``evidence_for``; constraints and a trigger hold who owns what. ``name`` is for
    its owner alone. Raises TooManyOpen. Two links made at the same instant may pass
    that limit by one, which harms nobody.
    """
    now = now or timezone.now()
    if ShareLink.objects.open(now).filter(owner=by).count() >= MOST_OPEN:
        raise TooManyOpen
    with transaction.atomic():
        link = ShareLink.objects.create(
            owner=by, name=name, ends_at=now + timedelta(days=days)
        )
        for position, one in enumerate(chosen, start=1):
            shared = SharedCredential.objects.create(
                link=link, owner=by, credential=one.credential, position=position
            )
            SharedEvidence.objects.bulk_create(
                SharedEvidence(shared=shared, evidence=item) for item in one.evidence
            )
    return link


def end(link: ShareLink, *, now: datetime | None = None) -> bool:
    """End a link for good, from this moment. False when it had ended before."""
    now = now or timezone.now()
    still_open = ShareLink.objects.open(now).filter(pk=link.pk)
    return still_open.update(ended_at=now) == 1


def count_opening(link: ShareLink) -> None:
    """Count that somebody opened it; who, when and from where is kept nowhere."""
    ShareLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1)
