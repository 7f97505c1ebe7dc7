"""Forms that are pressed twice: one key a render, one effect.

A form carries a hidden ``idempotency_key``. The first press stores it together with
what it did, in the same transaction; a second press of the same form waits for the
first one and is sent where that one led. Keys are kept for a day.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from credentials.models import IdempotencyKey

CLAIM = """
INSERT INTO credentials_idempotencykey (user_id, key, body_sha256, redirect_to)
VALUES (%s, %s, %s, '') ON CONFLICT (user_id, key) DO NOTHING RETURNING id
"""


class PressedWithOtherWords(Exception):
    """The key was used before, for a form that said something else."""


class StillSaving(Exception):
    """The first press of this form has not finished after three seconds."""


@dataclass(frozen=True, slots=True)
class Press:
    """One press. ``led_to`` is empty for the first, the first's address after it."""

    row_id: int
    led_to: str

    def leads_to(self, address: str) -> None:
        """Store where this press led; the second one goes there too."""
        IdempotencyKey.objects.filter(pk=self.row_id).update(redirect_to=address)


def press(user_id: int, key: UUID, body: bytes) -> Press:
    """Claim ``key`` inside the caller's transaction.

    Raises ``StillSaving`` when another press holds it for longer than the lock
    timeout, ``PressedWithOtherWords`` when it was used with another ``body``.
    """
    digest = hashlib.sha256(body).hexdigest()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CLAIM, [user_id, key, digest])
            claimed = cursor.fetchone()
    except OperationalError as error:
        raise StillSaving from error
    if claimed:
        return Press(claimed[0], "")
    row = IdempotencyKey.objects.get(user_id=user_id, key=key)
    if row.body_sha256 != digest:
        raise PressedWithOtherWords
    return Press(row.pk, row.redirect_to)


def forget_old(now: datetime | None = None) -> int:
    """Delete keys older than a day; return how many rows went."""
    edge = (now or timezone.now()) - timedelta(days=1)
    deleted, _ = IdempotencyKey.objects.filter(created_at__lt=edge).delete()
    return deleted
