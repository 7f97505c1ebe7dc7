"""Asking an organisation to stand behind something, and taking that back.

A credential is asked for by its holder, a badge by those who define it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from credentials.models import Achievement, Credential, Issuer
from portfolio import tasks
from portfolio.endorsing import acting
from portfolio.endorsing.giving import (
    AlreadyDecided,
    NotAllowed,
    StillPrivate,
    check_target,
)
from portfolio.models import Endorsement, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

State = Endorsement.State
Kind = Endorsement.Kind


class AlreadyAsked(Exception):
    """The same waits for an answer, or was given and stands."""


class NobodyDecides(Exception):
    """The organisation has nobody left who could answer, or no key to sign with."""


def ask_about_credential(
    organisation: Issuer, credential: Credential, *, request: str, by: User
) -> Endorsement:
    """Have a holder ask an organisation to endorse one credential; mailed by a job.

    Raises NotAllowed for somebody else's, StillPrivate, CannotBeEndorsed,
    NobodyDecides or AlreadyAsked.
    """
    if credential.holder_id != by.pk:
        raise NotAllowed
    if credential.visibility == Credential.Visibility.PRIVATE:
        raise StillPrivate
    check_target(organisation, credential)
    return _ask(
        Endorsement(
            organisation=organisation,
            credential=credential,
            request=request,
            asked_by=by,
        )
    )


def ask_about_badge(
    organisation: Issuer,
    achievement: Achievement,
    *,
    kind: Kind,
    request: str,
    by: User,
) -> Endorsement:
    """Have the people behind a badge ask another organisation to recognise it.

    Raises NotAllowed for who neither designs nor manages, CannotBeEndorsed,
    NobodyDecides or AlreadyAsked.
    """
    if not acting.asks_for(by, achievement.issuer):
        raise NotAllowed
    check_target(organisation, achievement)
    return _ask(
        Endorsement(
            organisation=organisation,
            achievement=achievement,
            kind=kind,
            request=request,
            asked_by=by,
        )
    )


def take_back(endorsement: Endorsement, *, by: User) -> None:
    """Take one's own request back before it is answered: nothing of it stays.

    Raises NotAllowed for somebody else's, AlreadyDecided when there is an answer.
    """
    if endorsement.asked_by_id != by.pk:
        raise NotAllowed
    with transaction.atomic():
        rows = Endorsement.objects.filter(pk=endorsement.pk, state=State.ASKED)
        deleted, _ = rows.delete()
        if not deleted:
            raise AlreadyDecided


def asked_by(user: User) -> QuerySet[Endorsement]:
    """What somebody asked for, the newest first."""
    return _whole().filter(asked_by=user)


def waiting_for(user: User) -> QuerySet[Endorsement]:
    """Requests to the organisations that somebody decides for, the oldest first."""
    organisations = acting.organisations_of(user).values("pk")
    return (
        _whole()
        .filter(organisation__in=organisations, state=State.ASKED)
        .order_by("created_at", "pk")
    )


def decided_for(user: User) -> QuerySet[Endorsement]:
    """What the organisations that somebody decides for said, the newest first."""
    organisations = acting.organisations_of(user).values("pk")
    return (
        _whole()
        .filter(organisation__in=organisations)
        .exclude(state=State.ASKED)
        .order_by("-decided_at", "-pk")
    )


def may_look_inside(endorsement: Endorsement, user: User | None) -> bool:
    """Whether somebody sees it before it is given, or after it was declined."""
    if user is None:
        return False
    if endorsement.asked_by_id == user.pk:
        return True
    return acting.acts_for(user, endorsement.organisation)


def _whole() -> QuerySet[Endorsement]:
    return Endorsement.objects.select_related(
        "organisation",
        "issuer",
        "asked_by",
        "achievement__issuer",
        "achievement__current_version",
        "credential__achievement",
        "credential__issuer",
        "credential__version",
    ).defer(
        "document",
        "achievement__current_version__search",
        "achievement__current_version__skill_words",
        "credential__document",
        "credential__jwt",
        "credential__version__search",
        "credential__version__skill_words",
    )


def _ask(endorsement: Endorsement) -> Endorsement:
    if not acting.can_sign().filter(pk=endorsement.organisation_id).exists():
        raise NobodyDecides
    with transaction.atomic():
        try:
            with transaction.atomic():
                endorsement.save(force_insert=True)
        except IntegrityError as error:
            if "endorsement_once_for" not in str(error):
                raise
            raise AlreadyAsked from error
        tasks.mail_endorsement.defer(endorsement_id=endorsement.pk, what="asked")
    return endorsement
