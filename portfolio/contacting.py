"""Asking to be in touch: the other one says yes or no, and only then are addresses
shown, to both."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from portfolio import tasks
from portfolio.models import ContactRequest, Profile, User

State = ContactRequest.State


class AlreadyAsked(Exception):
    """A message of the same person waits for an answer."""


class NotOpen(Exception):
    """The page is off, or its owner is open to nobody, or it is one's own."""


class AlreadyAnswered(Exception):
    """Somebody was faster: it was answered or taken back."""


def can_be_asked(profile: Profile) -> bool:
    """Whether somebody's page has a button to contact them."""
    wants = profile.open_to_work_at or profile.talent_search_at
    return profile.public_at is not None and wants is not None


def ask(
    profile: Profile, *, by: User, organisation: str, message: str
) -> ContactRequest:
    """Send a message to the owner of a page; a job mails it, without any address.

    Raises NotOpen or AlreadyAsked. The page is locked while it is looked at, so that
    nobody is asked after the switch went off.
    """
    with transaction.atomic():
        page = (
            Profile.objects.public()
            .select_for_update(of=("self",), no_key=True)
            .filter(pk=profile.pk)
            .first()
        )
        if page is None or not can_be_asked(page) or page.user_id == by.pk:
            raise NotOpen
        try:
            with transaction.atomic():
                request = ContactRequest.objects.create(
                    sender=by,
                    recipient_id=page.user_id,
                    organisation=organisation,
                    message=message,
                )
        except IntegrityError as error:
            raise AlreadyAsked from error
        tasks.mail_contact.defer(contact_id=request.pk)
    return request


def accept(request: ContactRequest, *, now: datetime | None = None) -> None:
    """Say yes: both see each other's address, and the sender gets a mail.

    Raises AlreadyAnswered.
    """
    _answer(request, State.ACCEPTED, now)


def decline(request: ContactRequest, *, now: datetime | None = None) -> None:
    """Say no. The sender gets a mail that says so, and no reason.

    Raises AlreadyAnswered.
    """
    _answer(request, State.DECLINED, now)


def withdraw(request: ContactRequest, *, now: datetime | None = None) -> None:
    """Take one's own message back before it is answered. Raises AlreadyAnswered."""
    _answer(request, State.WITHDRAWN, now)


def received(user: User) -> QuerySet[ContactRequest]:
    """Messages to somebody, the newest first; what was taken back is gone."""
    return (
        ContactRequest.objects.filter(recipient=user, sender__is_active=True)
        .exclude(state=State.WITHDRAWN)
        .select_related("sender__employment__employer")
    )


def sent(user: User) -> QuerySet[ContactRequest]:
    """Messages of somebody, the newest first."""
    return ContactRequest.objects.filter(
        Q(state=State.SENT) | Q(recipient__is_active=True), sender=user
    ).select_related("recipient__profile")


def waiting() -> Coalesce:
    """How many messages wait for somebody's answer: a column for queries of people."""
    own = ContactRequest.objects.filter(
        recipient=OuterRef("pk"), sender__is_active=True, state=State.SENT
    )
    counted = own.order_by().values("recipient").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def _answer(request: ContactRequest, state: State, now: datetime | None) -> None:
    """Compare and set: the first answer counts, a second one changes nothing."""
    with transaction.atomic():
        changed = ContactRequest.objects.filter(pk=request.pk, state=State.SENT).update(
            state=state, answered_at=now or timezone.now()
        )
        if not changed:
            raise AlreadyAnswered
        if state != State.WITHDRAWN:
            tasks.mail_contact_answer.defer(contact_id=request.pk)
    request.refresh_from_db()
