"""What stands behind a link: the chosen credentials with the chosen evidence, today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise

from credentials.models import Credential, Evidence, Submission
from credentials.showing import Shown, shown
from credentials.verifying import Status, Verdict, status_of
from portfolio.models import SharedCredential, SharedEvidence, ShareLink
from portfolio.showing import checked

#: What is told of a credential: all that was chosen, or only what it was.
TOLD_IN_FULL = frozenset(
    {Verdict.GENUINE, Verdict.ENDS_SOON, Verdict.EXPIRED, Verdict.SUSPENDED}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One credential behind a link. ``says`` is None when it is not what was signed."""

    credential: Credential
    status: Status
    says: Shown | None
    evidence: tuple[Evidence, ...]

    @property
    def verdict(self) -> str:
        return self.status.verdict.value

    @property
    def verdict_title(self) -> str | Promise:
        return checked.TITLES[self.status.verdict]

    @property
    def tone(self) -> str:
        return checked.TONES.get(self.status.verdict, "")

    @property
    def is_told_in_full(self) -> bool:
        return self.says is not None and self.status.verdict in TOLD_IN_FULL

    @property
    def has_a_page(self) -> bool:
        """Whether its own page may be named: not of what only its holder sees."""
        return self.credential.visibility != Credential.Visibility.PRIVATE


def entries(link: ShareLink, now: datetime) -> list[Entry]:
    """What the link shows now, in its order, with two queries; erased ones are gone."""
    items: dict[int, list[Evidence]] = {}
    for chosen in _evidence_of(link):
        items.setdefault(chosen.shared_id, []).append(chosen.evidence)
    return [_entry(each, items.get(each.pk, []), now) for each in _shared(link)]


def shown_file(link: ShareLink, pk: UUID, now: datetime) -> Evidence | None:
    """A file that was chosen for the link, while its credential is told in full."""
    chosen = _evidence_of(link).filter(evidence=pk, evidence__kind="file").first()
    if chosen is None:
        return None
    shared = _shared(link).filter(pk=chosen.shared_id)
    is_told = any(_entry(each, [], now).is_told_in_full for each in shared)
    return chosen.evidence if is_told else None


def _shared(link: ShareLink) -> QuerySet[SharedCredential]:
    return (
        link.shared.exclude(credential__state=Credential.State.ERASED)
        .select_related(
            "credential__issuer",
            "credential__version",
            "credential__achievement",
            "credential__signing_key",
        )
        .defer(
            "credential__jwt",
            "credential__version__search",
            "credential__version__skill_words",
            "credential__signing_key__sealed_private_key",
        )
        .order_by("position", "pk")
    )


def _evidence_of(link: ShareLink) -> QuerySet[SharedEvidence]:
    """Chosen items of what was approved and not taken back since."""
    return (
        SharedEvidence.objects.filter(
            shared__link=link,
            evidence__submission__status=Submission.Status.APPROVED,
        )
        .select_related("evidence__criterion")
        .order_by(
            "evidence__criterion__position", "evidence__created_at", "evidence__pk"
        )
    )


def _entry(each: SharedCredential, items: list[Evidence], now: datetime) -> Entry:
    status = status_of(each.credential, now)
    is_signed = status.verdict not in {Verdict.NOT_GENUINE, Verdict.ERASED}
    document = each.credential.document if is_signed else None
    return Entry(
        credential=each.credential,
        status=status,
        says=shown(document) if document else None,
        evidence=tuple(items) if status.verdict in TOLD_IN_FULL else (),
    )
