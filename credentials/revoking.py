"""Withdrawing, pausing and reinstating a credential, each with a public reason."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from credentials import tasks
from credentials.holdings import holdings_changed
from credentials.models import Credential, CredentialEvent, Issuer

if TYPE_CHECKING:
    from portfolio.models import User

State = Credential.State
Kind = CredentialEvent.Kind


class NotAllowed(Exception):
    """The person is no manager of the issuer, or holds the credential."""


class StateChanged(Exception):
    """The credential is in another state by now: somebody was faster."""


def revoke(
    credential: Credential,
    *,
    reason: Credential.Reason,
    note: str = "",
    by: User,
    now: datetime | None = None,
) -> None:
    """Withdraw for good. The once key frees: the badge can be earned again.

    A replaced one can be withdrawn, too: papers show it, and it may turn out false.
    Raises NotAllowed, or StateChanged when it is withdrawn already or erased.
    """
    _change(
        credential,
        Kind.REVOKED,
        state=State.REVOKED,
        allowed=[State.ACTIVE, State.SUSPENDED, State.SUPERSEDED],
        reason=reason,
        note=note,
        by=by,
        now=now,
    )


def suspend(
    credential: Credential,
    *,
    reason: Credential.Reason,
    note: str = "",
    by: User,
    now: datetime | None = None,
) -> None:
    """Pause while something is looked into. Raises NotAllowed or StateChanged."""
    _change(
        credential,
        Kind.SUSPENDED,
        state=State.SUSPENDED,
        allowed=[State.ACTIVE],
        reason=reason,
        note=note,
        by=by,
        now=now,
    )


def reinstate(
    credential: Credential,
    *,
    reason: Credential.Reason,
    note: str = "",
    by: User,
    now: datetime | None = None,
) -> None:
    """End a pause. A withdrawn credential never comes back. Raises as the others."""
    _change(
        credential,
        Kind.REINSTATED,
        state=State.ACTIVE,
        allowed=[State.SUSPENDED],
        reason=reason,
        note=note,
        by=by,
        now=now,
    )


@transaction.atomic
def _change(
    credential: Credential,
    kind: CredentialEvent.Kind,
    *,
    state: Credential.State,
    allowed: list[Credential.State],
    reason: Credential.Reason,
    note: str,
    by: User,
    now: datetime | None,
) -> None:
    """Compare and set the state, write history, enqueue the notice: all or nothing."""
    managed = Issuer.objects.staffed_by(by, "manager")
    is_own = credential.holder_id == by.pk
    if is_own or not managed.filter(credentials=credential).exists():
        raise NotAllowed
    now = now or timezone.now()
    values = {
        "state": state,
        "state_changed_at": now,
        "state_changed_by": by,
        "state_reason": "" if state == State.ACTIVE else reason,
    }
    if state == State.REVOKED:
        values["once_key"] = None
    won = Credential.objects.filter(pk=credential.pk, state__in=allowed).update(
        **values
    )
    credential.refresh_from_db()
    if not won:
        raise StateChanged
    event = CredentialEvent.objects.create(
        credential=credential, kind=kind, at=now, by=by, reason=reason, note=note
    )
    tasks.mail_state_change.defer(event_id=event.pk)
    holdings_changed(credential.holder_id)
