"""Who acts for an organisation: its owner asks people to join, and they say yes or no.

Whatever changes who is in an organisation locks its row first and looks afterwards, so
that two owners who leave at the same instant do not both think that the other stays.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portfolio import tasks
from portfolio.models import Employer, EmployerInvitation, EmployerMember, User

MOST_MEMBERS = 50
MOST_INVITATIONS = 20
#: Nobody answers an older one.
INVITED_FOR = timedelta(days=30)
A_DAY = timedelta(days=1)
#: Who said no gets no mail of the same organisation for so long.
A_NO = timedelta(days=90)

log = logging.getLogger(__name__)


class AlreadyMember(Exception):
    """They act for an organisation already; it is one at a time."""


class NotMember(Exception):
    """They act for no organisation (any more), or for another one."""


class NotOwner(NotMember):
    """They act for it, but may not change it."""


class OthersStay(Exception):
    """The last owner cannot go while others are there."""


class TooMany(Exception):
    """The organisation has as many people, or asks as many, as it can."""


class Gone(Exception):
    """The invitation was taken back, answered, or is too old."""


def employment_of(user: User) -> EmployerMember | None:
    """For which organisation somebody acts, if any. One query."""
    found = EmployerMember.objects.select_related("employer__issuer")
    return found.filter(user=user.pk).first()


def acting(by: User, *, as_owner: bool = False) -> Employer:
    """Lock the organisation that somebody acts for, in the caller's transaction.

    Raises NotMember, or NotOwner where only an owner will do.
    """
    found = EmployerMember.objects.filter(user=by.pk).values("employer")
    employer = _locked(found)
    member = EmployerMember.objects.filter(user=by.pk, employer=employer).first()
    if member is None:  # removed while we waited
        raise NotMember
    if as_owner and not member.is_owner:
        raise NotOwner
    return employer


@transaction.atomic
def invite(email: str, *, by: User) -> EmployerInvitation:
    """Ask whoever has an address to join; a second time asks nobody anew.

    What happens is the same whether or not there is such an account, and whether or not
    they said no before: a job looks, and mails only who may be mailed. Raises NotOwner
    or TooMany.
    """
    employer = acting(by, as_owner=True)
    now = timezone.now()
    _forget_old(employer, now)
    waiting = asked_by(employer, now)
    if found := waiting.filter(email=email.lower()).first():
        return found
    if waiting.count() >= MOST_INVITATIONS:
        raise TooMany
    made, _is_new = employer.invitations.update_or_create(
        email=email.lower(),
        defaults={"asked_by": by, "asked_at": now, "taken_back_at": None},
    )
    tasks.mail_invitation.defer(invitation_id=made.pk)
    return made


@transaction.atomic
def uninvite(invitation: int, *, by: User) -> str:
    """Take an invitation back; return the address, empty when it was gone."""
    employer = acting(by, as_owner=True)
    for each in employer.invitations.filter(pk=invitation, taken_back_at=None):
        if each.declined_at is None:
            each.delete()
        else:
            each.taken_back_at = timezone.now()
            each.save(update_fields=["taken_back_at"])
        return each.email
    return ""


def asked_by(employer: Employer, now: datetime) -> QuerySet[EmployerInvitation]:
    """Whom an organisation asks now, as its people see it: a no is not told."""
    return employer.invitations.filter(
        taken_back_at=None, asked_at__gt=now - INVITED_FOR
    )


def invitations_to(user: User, now: datetime) -> QuerySet[EmployerInvitation]:
    """What waits for somebody's answer, by the addresses that they have proved."""
    return (
        EmployerInvitation.objects.filter(email__in=_addresses(user))
        .filter(Q(declined_at=None) | Q(declined_at__lt=F("asked_at")))
        .filter(taken_back_at=None, asked_at__gt=now - INVITED_FOR)
        .select_related("employer", "asked_by")
    )


def said_no(user: User, employer: Employer, now: datetime) -> bool:
    """Whether somebody declined lately, at any of their addresses. One query."""
    asked = employer.invitations.filter(email__in=_addresses(user))
    return asked.filter(declined_at__gt=now - A_NO).exists()


@transaction.atomic
def accept(token: str, *, by: User) -> Employer:
    """Join. Raises Gone, AlreadyMember, or TooMany when there is no place left."""
    asked = invitations_to(by, timezone.now()).filter(token=token)
    try:
        employer = _locked(asked.values("employer"))
    except NotMember as error:
        raise Gone from error
    found = asked.select_for_update(of=("self",)).first()
    if found is None:  # taken back while we waited
        raise Gone
    if employer.members.count() >= MOST_MEMBERS:
        raise TooMany
    try:
        with transaction.atomic():
            EmployerMember.objects.create(employer=employer, user=by)
    except IntegrityError as error:
        raise AlreadyMember from error
    found.delete()
    return employer


def decline(token: str, *, by: User) -> None:
    """Say no; the one who asked is not told. What is gone already stays gone."""
    now = timezone.now()
    waiting = invitations_to(by, now).filter(token=token).values("pk")
    EmployerInvitation.objects.filter(pk__in=waiting).update(declined_at=now)


@transaction.atomic
def remove(member: int, *, by: User) -> str:
    """Take somebody out; return their name, empty when they were out already.

    Raises NotOwner, and OthersStay for oneself: that is leaving.
    """
    employer = acting(by, as_owner=True)
    for each in employer.members.filter(pk=member).select_related("user"):
        if each.user_id == by.pk:
            raise OthersStay
        each.delete()
        return each.user.full_name
    return ""


@transaction.atomic
def set_owner(member: int, *, is_owner: bool, by: User) -> str:
    """Let somebody change the organisation, or not any more; return their name.

    Raises NotOwner, and OthersStay for the last owner.
    """
    employer = acting(by, as_owner=True)
    for each in employer.members.filter(pk=member).select_related("user"):
        if not is_owner and not _other_owners(employer, each):
            raise OthersStay
        each.is_owner = is_owner
        each.save(update_fields=["is_owner"])
        return each.user.full_name
    return ""


@transaction.atomic
def leave(*, by: User) -> bool:
    """Leave; the organisation goes with its last member. Return whether it went.

    What it signed stays valid. Raises NotMember, and OthersStay for the last owner
    while others are there.
    """
    employer = acting(by)
    member = employer.members.get(user=by)
    if not employer.members.exclude(pk=member.pk).exists():
        employer.delete()
        return True
    if member.is_owner and not _other_owners(employer, member):
        raise OthersStay
    member.delete()
    return False


@transaction.atomic
def hand_on(leaver: User, *, is_deleted: bool = False) -> None:
    """See to the organisation of somebody whose account is closed or deleted.

    Where nobody else can change it and log in, the colleague who joined first can from
    now on, and gets a mail. One without colleagues goes with a deleted account, as it
    goes with the last one who leaves; what it signed stays valid.
    """
    own = EmployerMember.objects.filter(user=leaver.pk)
    try:
        employer = _locked(own.values("employer"))
    except NotMember:
        return
    member = own.filter(employer=employer).first()
    if member is None:  # removed while we waited
        return
    others = employer.members.exclude(pk=member.pk)
    if is_deleted and not others.exists():
        employer.delete()
        return
    if not member.is_owner or _other_owners(employer, member):
        return
    heir = others.order_by("-user__is_active", "joined_at", "pk").first()
    if heir is not None:
        _make_owner(heir)


def _make_owner(heir: EmployerMember) -> None:
    heir.is_owner = True
    heir.save(update_fields=["is_owner"])
    tasks.mail_new_owner.defer(member_id=heir.pk)
    log.info("an organisation has another owner: the last one is gone")


def _addresses(user: User) -> QuerySet[EmailAddress, Any]:
    """The addresses that somebody has proved."""
    proved: QuerySet[EmailAddress] = EmailAddress.objects.filter(
        user=user.pk, verified=True
    )
    return proved.values("email")


def _locked(named: QuerySet[Any, Any]) -> Employer:
    """Lock the organisation named by a query of its key. Raises NotMember."""
    employer = Employer.objects.select_for_update(no_key=True).filter(pk__in=named)
    found = employer.first()
    if found is None:
        raise NotMember
    return found


def _other_owners(employer: Employer, member: EmployerMember) -> bool:
    """Whether somebody else can change the organisation, and can log in."""
    others = employer.members.exclude(pk=member.pk)
    return others.filter(is_owner=True, user__is_active=True).exists()


def _forget_old(employer: Employer, now: datetime) -> None:
    old = employer.invitations.filter(
        Q(asked_at__lte=now - INVITED_FOR) | Q(taken_back_at__isnull=False)
    )
    old.filter(Q(declined_at=None) | Q(declined_at__lte=now - A_NO)).delete()
