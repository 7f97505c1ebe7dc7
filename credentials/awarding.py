"""Making a credential. Every way to earn one ends here.

``prepare`` does the slow part (position, document, signatures) before the caller
takes its first lock; ``award`` writes. Both run in the caller's transaction.
"""

from __future__ import annotations

import calendar
import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from django.db import IntegrityError, transaction

from credentials import documents, sealing, signing_keys, status_lists
from credentials.documents import Result
from credentials.holdings import holdings_changed
from credentials.models import (
    Achievement,
    AchievementVersion,
    Credential,
    CredentialEvent,
    Evidence,
    Submission,
)

if TYPE_CHECKING:
    from portfolio.models import User

#: How long before its end a credential can be earned again, if it is valid for long.
RENEWAL = timedelta(days=60)


class AlreadyHeld(Exception):
    """The person holds this badge, and it can be held once."""


class AlreadyAwarded(Exception):
    """Something was already awarded under this award key."""


@dataclass(frozen=True, slots=True)
class Award:
    """Who gets what and why, before anything is signed."""

    version: AchievementVersion
    holder: User
    recipient_name: str
    source: Credential.Source
    award_key: str
    results: Sequence[Result] = ()
    evidence: Iterable[Evidence] = ()
    submission: Submission | None = None


def prepare(award: Award, *, now: datetime) -> Credential:
    """Sign the credential; return it unsaved. Takes a status position, no other lock.

    Raises a SealingError when the document cannot be signed.
    """
    issuer = award.version.achievement.issuer
    issued_at = now.replace(microsecond=0)
    status_list, index = status_lists.take_position(issuer)
    credential = Credential(
        source=award.source,
        award_key=award.award_key,
        once_key=_once_key(award.version.achievement, award.holder),
        holder=award.holder,
        recipient_name=award.recipient_name,
        recipient_email=award.holder.email,
        title=award.version.name,
        issuer_name=issuer.name,
        issuer=issuer,
        achievement=award.version.achievement,
        version=award.version,
        submission=award.submission,
        issued_at=issued_at,
        valid_until=ends(issued_at, award.version.validity_months),
        state_changed_at=issued_at,
        status_list=status_list,
        status_index=index,
        signature_checked_at=issued_at,
    )
    _seal(credential, award)
    return credential


def award(credential: Credential, *, by: User | None) -> Credential:
    """Write a prepared credential with its history; tell who listens.

    An ended or soon ending one of the same badge makes room: it is superseded while
    it is in force. Raises AlreadyHeld or AlreadyAwarded and leaves nothing behind.
    """
    older = _make_room(credential)
    try:
        with transaction.atomic():
            credential.save(force_insert=True)
    except IntegrityError as error:
        if "once_key" in str(error):
            raise AlreadyHeld from error
        if "award_key" in str(error) or "submission_id" in str(error):
            raise AlreadyAwarded from error
        raise
    _supersede(older, credential, by=by)
    CredentialEvent.objects.create(
        credential=credential,
        kind=CredentialEvent.Kind.ISSUED,
        at=credential.issued_at,
        by=by,
    )
    holdings_changed(credential.holder_id)
    return credential


def holding(achievement: Achievement, holder: User) -> Credential | None:
    """Return the credential that keeps this person from earning the badge again."""
    key = _once_key(achievement, holder)
    return Credential.objects.filter(once_key=key).first() if key else None


class Ending(Protocol):
    """What says whether something that is held can be earned again."""

    @property
    def state(self) -> str: ...
    @property
    def issued_at(self) -> datetime: ...
    @property
    def valid_until(self) -> datetime | None: ...


def can_renew(credential: Ending, now: datetime) -> bool:
    """Tell whether its badge can be earned again: ended, or near its end."""
    if credential.valid_until is None or credential.state != Credential.State.ACTIVE:
        return False
    return now >= renews_from(credential.issued_at, credential.valid_until)


def renews_from(issued_at: datetime, valid_until: datetime) -> datetime:
    """Return from when a credential with an end can be renewed.

    60 days before its end, and never in the first half of its time: otherwise a badge
    that is valid for a month could be earned again the minute after it was awarded.
    """
    return valid_until - min(RENEWAL, (valid_until - issued_at) / 2)


def renewal_days(months: int) -> int:
    """Return how many days before its end a badge of that many months can be renewed.

    A month counts 28 days, its least, so that nobody is promised a day too many.
    """
    return min(RENEWAL.days, months * 28 // 2)


def ends(issued_at: datetime, months: int | None) -> datetime | None:
    """Return the end of validity: the same day that many months later.

    A day that the month lacks becomes its last one. None months means no end.
    """
    if months is None:
        return None
    year, month = divmod(issued_at.year * 12 + issued_at.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return issued_at.replace(year=year, month=month + 1, day=min(issued_at.day, last))


def _once_key(achievement: Achievement, holder: User) -> str | None:
    if achievement.is_repeatable:
        return None
    return f"{achievement.pk}:{holder.pk}"


def _seal(credential: Credential, award: Award) -> None:
    issuer = award.version.achievement.issuer
    opened = signing_keys.open_keys(issuer)
    document = documents.credential_document(
        credential,
        subject_id=f"urn:uuid:{uuid.uuid4()}",
        results=award.results,
        evidence=award.evidence,
    )
    sealed = sealing.seal(
        document,
        issuer_did=issuer.did,
        key=opened.proof,
        created=credential.issued_at,
    )
    method = opened.proof.public.method_id(issuer.did)
    sealing.verify_document(sealed, public_keys={method: opened.proof.public})
    stored = sealing.to_json(sealed)
    credential.document = stored.decode()
    credential.document_sha256 = hashlib.sha256(stored).hexdigest()
    credential.jwt = sealing.to_jwt(
        document, key=opened.token, kid=opened.token.public.method_id(issuer.did)
    )
    credential.signing_key = opened.proof_row


def _make_room(credential: Credential) -> Credential | None:
    """Free the once key of a credential that this one renews; return that one."""
    if credential.once_key is None:
        return None
    older = (
        Credential.objects.select_for_update()
        .filter(once_key=credential.once_key)
        .first()
    )
    if older is None or not can_renew(older, credential.issued_at):
        return None
    Credential.objects.filter(pk=older.pk).update(once_key=None)
    return older


def _supersede(older: Credential | None, newer: Credential, *, by: User | None) -> None:
    if older is None or older.valid_until is None:
        return
    if older.valid_until <= newer.issued_at:
        return  # it ended by itself; its page says so
    Credential.objects.filter(pk=older.pk).update(
        state=Credential.State.SUPERSEDED,
        state_changed_at=newer.issued_at,
        state_changed_by=by,
        superseded_by=newer,
    )
    CredentialEvent.objects.create(
        credential=older,
        kind=CredentialEvent.Kind.SUPERSEDED,
        at=newer.issued_at,
        by=by,
    )
