"""Who speaks for an organisation: the one rule that every decision asks.

A trigger (migration 0013) asks the same once more when a row is written, so that no
page can forget it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from credentials.models import Issuer, IssuerMember
from portfolio.models import EmployerMember, User

if TYPE_CHECKING:
    from credentials.models.issuers import IssuerQuerySet


def organisations_of(user: User) -> IssuerQuerySet:
    """The organisations that somebody decides for.

    Issuers that they manage, and the employer they act for once its domain is proved
    and it was given keys.
    """
    if not user.is_active:
        return Issuer.objects.none()
    managed = Issuer.objects.staffed_by(user, IssuerMember.Role.MANAGER)
    return Issuer.objects.filter(
        Q(pk__in=managed.values("pk"))
        | Q(
            employer__domain_proved_at__isnull=False,
            employer__members__user=user,
        )
    )


def acts_for(user: User, organisation: Issuer) -> bool:
    """Whether somebody decides for this organisation. One query."""
    return organisations_of(user).filter(pk=organisation.pk).exists()


def deciders_of(organisation: Issuer) -> QuerySet[User]:
    """Those who are told what waits for this organisation: its own people.

    The operator may decide for everybody and gets nobody's mail.
    """
    managers, colleagues = _own_people(organisation.pk)
    people = managers.values("user").union(colleagues.values("user"))
    return User.objects.filter(pk__in=people)


def asks_for(user: User, issuer: Issuer) -> bool:
    """Whether somebody may ask others for an endorsement of this issuer's badges."""
    roles = (IssuerMember.Role.MANAGER, IssuerMember.Role.DESIGNER)
    return Issuer.objects.staffed_by(user, *roles).filter(pk=issuer.pk).exists()


def can_sign() -> QuerySet[Issuer]:
    """Organisations that can be asked: they have a key, and somebody who answers."""
    keys = Q(
        keys__algorithm="Ed25519",
        keys__retired_at=None,
        keys__compromised_at=None,
    )
    managers, colleagues = _own_people(OuterRef("pk"))
    return Issuer.objects.filter(
        keys,
        Q(employer=None) | Q(employer__domain_proved_at__isnull=False),
        Exists(managers) | Exists(colleagues),
    ).order_by("name", "pk")


def _own_people(
    organisation: int | OuterRef,
) -> tuple[QuerySet[IssuerMember], QuerySet[EmployerMember]]:
    """Who answers for an organisation: its managers, and the employer's people."""
    managers = IssuerMember.objects.filter(
        issuer=organisation,
        role=IssuerMember.Role.MANAGER,
        user__is_active=True,
        user__is_staff=True,
    )
    colleagues = EmployerMember.objects.filter(
        employer__issuer=organisation,
        employer__domain_proved_at__isnull=False,
        user__is_active=True,
    )
    return managers, colleagues
