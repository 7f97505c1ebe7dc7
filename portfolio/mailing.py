"""Mails about people's pages, each in its reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials import mailing
from credentials.documents import absolute
from credentials.languages import written_in
from portfolio.employers import membership
from portfolio.models import ContactRequest, EmployerInvitation, SavedSearch, User

if TYPE_CHECKING:
    from portfolio.employers.digest import Skill

State = ContactRequest.State


def tell_of_contact(contact: ContactRequest) -> None:
    """Tell somebody that a message waits for them. Names no address of anybody."""
    reader = contact.recipient
    if contact.state != State.SENT or not reader.is_active:
        return
    with written_in(reader.language):
        mailing.send(
            to=[reader.email],
            subject=_("%(name)s asks to be in touch with you")
            % {"name": contact.sender.full_name},
            template="contact_asked",
            context={
                "reader": reader,
                "contact": contact,
                "address": absolute(reverse("contacts")),
            },
            notice=f"contact-{contact.pk}",
        )


def tell_of_answer(contact: ContactRequest) -> None:
    """Tell the sender of a message what was answered."""
    reader, state = contact.sender, State(contact.state)
    if state not in {State.ACCEPTED, State.DECLINED} or not reader.is_active:
        return
    with written_in(reader.language):
        subjects = {
            State.ACCEPTED: _("%(name)s accepted your message"),
            State.DECLINED: _("%(name)s declined your message"),
        }
        mailing.send(
            to=[reader.email],
            subject=subjects[state] % {"name": contact.recipient.full_name},
            template="contact_answered",
            context={
                "reader": reader,
                "contact": contact,
                "is_accepted": state == State.ACCEPTED,
                "address": absolute(reverse("contacts")),
            },
            notice=f"contact-answer-{contact.pk}",
        )


def tell_of_new_people(
    saved: SavedSearch, *, count: int, skills: Sequence[Skill], address: str, day: str
) -> None:
    """Tell the owner of a saved search how many people are new, and by which skills.

    Names nobody. ``address`` is the path of the search, ``day`` the ISO date of the
    look, so that each look is one mail however often it is tried.
    """
    reader = saved.owner
    stop = absolute(reverse("stop_digest", args=[saved.token]))
    with written_in(reader.language):
        subject = ngettext(
            "%(count)d new person for %(name)s",
            "%(count)d new people for %(name)s",
            count,
        )
        mailing.send(
            to=[reader.email],
            subject=subject % {"count": count, "name": saved.name},
            template="saved_search",
            context={
                "reader": reader,
                "saved": saved,
                "count": count,
                "skills": skills,
                "address": absolute(address),
                "stop": stop,
            },
            notice=f"search-{saved.pk}-{day}",
            stop=stop,
        )


def tell_of_invitation(invitation: EmployerInvitation) -> None:
    """Tell whoever has the address that an organisation asks them to join.

    Nobody is told who has no account with it: this site writes to no strangers. Nor who
    said no lately: they find it on the site.
    """
    reader = User.objects.filter(
        emailaddress__email=invitation.email,
        emailaddress__verified=True,
        is_active=True,
    ).first()
    if reader is None or invitation.taken_back_at or invitation.asked_by is None:
        return
    if membership.said_no(reader, invitation.employer, timezone.now()):
        return
    with written_in(reader.language):
        subject = _("%(name)s asks you to act for %(organisation)s")
        mailing.send(
            to=[invitation.email],
            subject=subject
            % {
                "name": invitation.asked_by.full_name,
                "organisation": invitation.employer.name,
            },
            template="employer_invitation",
            context={
                "reader": reader,
                "invitation": invitation,
                "employer": invitation.employer,
                "address": absolute(reverse("organisation")),
            },
            notice=f"invitation-{invitation.pk}",
        )
