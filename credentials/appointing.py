"""Telling people that somebody got, changed or lost a role."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from credentials import tasks
from credentials.models import Issuer, IssuerMember

if TYPE_CHECKING:
    from portfolio.models import User


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A person's role before and after; empty means none."""

    person_id: int
    before: str
    after: str


def managers(issuer: Issuer) -> set[int]:
    """Return the ids of the people who manage an issuer now."""
    held = IssuerMember.objects.filter(issuer=issuer, role=IssuerMember.Role.MANAGER)
    return set(held.values_list("user_id", flat=True))


def tell_managers(
    issuer: Issuer, changes: Iterable[RoleChange], *, by: User, before: set[int]
) -> None:
    """Enqueue mails to all managers, those of ``before`` too, and to who it is about.

    Called in the transaction that changes the roles: both happen or none.
    """
    told = before | managers(issuer)
    for change in changes:
        _enqueue(told | {change.person_id}, change, by=by, issuer_id=issuer.pk)


def tell_operators(person: User, *, by: User) -> None:
    """Enqueue mails to all operators that the person became one, or is none any more.

    Called in the transaction that changes it, once it is changed.
    """
    people = get_user_model()._default_manager.filter(is_superuser=True)
    told = set(people.values_list("pk", flat=True)) | {person.pk, by.pk}
    before, after = ("", "operator") if person.is_superuser else ("operator", "")
    _enqueue(told, RoleChange(person.pk, before, after), by=by, issuer_id=None)


def _enqueue(
    told: set[int], change: RoleChange, *, by: User, issuer_id: int | None
) -> None:
    """One job for each mail: what fails is tried again alone."""
    notice = uuid.uuid4().hex
    for recipient_id in sorted(told):
        tasks.mail_role_change.defer(
            recipient_id=recipient_id,
            person_id=change.person_id,
            by_id=by.pk,
            issuer_id=issuer_id,
            before=change.before,
            after=change.after,
            notice=notice,
        )
