"""What is true about a credential right now. One answer feeds every page and form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from credentials import keys, sealing, signing_keys
from credentials.models import Credential

#: From this long before its end a verdict says that the credential ends.
ENDS_SOON = timedelta(days=30)


class Verdict(StrEnum):
    """The answers a reader can get. Only the first two mean: rely on it."""

    GENUINE = "genuine"
    ENDS_SOON = "ends_soon"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    ERASED = "erased"
    NOT_GENUINE = "not_genuine"
    #: Of another site, and somebody or other signed it: see ``elsewhere``.
    UNKNOWN_ISSUER = "unknown_issuer"
    UNCHECKED = "unchecked"

    @property
    def is_good(self) -> bool:
        """True only for credentials that can be relied on today."""
        return self in {Verdict.GENUINE, Verdict.ENDS_SOON}

    @property
    def is_of_elsewhere(self) -> bool:
        """True for what another site issued and nobody here can vouch for."""
        return self in {Verdict.UNKNOWN_ISSUER, Verdict.UNCHECKED}


@dataclass(frozen=True, slots=True)
class Status:
    """A verdict and the checks it rests on. No verdict is better than a check."""

    verdict: Verdict
    checked_at: datetime
    is_signature_good: bool
    is_key_trusted: bool
    is_withdrawn: bool
    is_in_time: bool
    signature_checked_at: datetime | None


_BY_STATE = {
    Credential.State.ERASED: Verdict.ERASED,
    Credential.State.REVOKED: Verdict.REVOKED,
    Credential.State.SUPERSEDED: Verdict.SUPERSEDED,
    Credential.State.SUSPENDED: Verdict.SUSPENDED,
}


def status_of(credential: Credential, now: datetime | None = None) -> Status:
    """Judge a credential from its row, with ``signing_key`` selected: no query.

    The signature over the stored bytes is a recorded fact (``check_signature``); that
    the bytes are still those is looked at each time, by their hash. One from elsewhere
    needs ``with_origin`` and is never better than its last check (``importing``): it
    is not called ended either, since nobody knows that it ever began.
    """
    now = now or timezone.now()
    if credential.is_imported and credential.state != Credential.State.ERASED:
        return _status_of_imported(credential, now)
    intact = _is_intact(credential)
    key = credential.signing_key
    trusted = key is not None and key.compromised_at is None
    ended = credential.valid_until is not None and credential.valid_until <= now
    return Status(
        verdict=verdict_of(
            credential.state,
            credential.valid_until,
            is_intact=intact and trusted,
            now=now,
        ),
        checked_at=now,
        is_signature_good=intact,
        is_key_trusted=trusted,
        is_withdrawn=credential.state in Credential.LISTED,
        is_in_time=not ended and credential.issued_at <= now,
        signature_checked_at=credential.signature_checked_at,
    )


def _status_of_imported(credential: Credential, now: datetime) -> Status:
    imported = credential.imported
    verdict = Verdict(imported.verdict)
    # Lists leave the bytes where they are; pages and the nightly check look at them.
    if "raw" not in imported.get_deferred_fields():
        intact = hashlib.sha256(imported.raw).hexdigest() == imported.sha256
        verdict = verdict if intact else Verdict.NOT_GENUINE
    ended = credential.valid_until is not None and credential.valid_until <= now
    return Status(
        verdict=verdict,
        checked_at=imported.judged_at,
        is_signature_good=verdict == Verdict.UNKNOWN_ISSUER,
        is_key_trusted=False,
        is_withdrawn=False,
        is_in_time=not ended and credential.issued_at <= now,
        signature_checked_at=credential.signature_checked_at,
    )


def verdict_of(
    state: str, valid_until: datetime | None, *, is_intact: bool, now: datetime
) -> Verdict:
    """The verdict on one of ours, from what lists of hundreds read of it.

    ``is_intact``: the stored bytes are what a key signed that is trusted today.
    """
    state = Credential.State(state)
    if state != Credential.State.ERASED and not is_intact:
        return Verdict.NOT_GENUINE
    if state in _BY_STATE:
        return _BY_STATE[state]
    if valid_until is None:
        return Verdict.GENUINE
    if valid_until <= now:
        return Verdict.EXPIRED
    return Verdict.ENDS_SOON if valid_until - now <= ENDS_SOON else Verdict.GENUINE


def _is_intact(credential: Credential) -> bool:
    if credential.document is None or not credential.is_signature_good:
        return False
    digest = hashlib.sha256(credential.document.encode()).hexdigest()
    return digest == credential.document_sha256


def check_signature(credential: Credential, *, now: datetime | None = None) -> bool:
    """Verify the exact stored bytes and the JWT anew; record what came out.

    Returns False when either does not verify with the issuer's published keys.
    """
    if credential.document is None or credential.issuer is None:
        return False
    good = verifies(credential, signing_keys.public_keys(credential.issuer))
    Credential.objects.filter(pk=credential.pk).update(
        signature_checked_at=now or timezone.now(), is_signature_good=good
    )
    credential.refresh_from_db(fields=["signature_checked_at", "is_signature_good"])
    return good


def verifies(credential: Credential, public: Mapping[str, keys.PublicKey]) -> bool:
    """Tell whether document and JWT say the same, signed with these keys. No query."""
    if credential.document is None:
        return False
    try:
        document = json.loads(credential.document)
        sealing.verify_document(document, public_keys=public)
        claimed = sealing.verify_jwt(credential.jwt or "", public_keys=public)
    except (ValueError, sealing.SealingError):
        return False
    unsigned = {name: document[name] for name in document if name != "proof"}
    return claimed == unsigned
