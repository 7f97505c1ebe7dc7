"""Mails about people's pages, each in its reader's language."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from credentials import mailing
from credentials.documents import absolute
from credentials.languages import written_in
from portfolio.models import ContactRequest

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
