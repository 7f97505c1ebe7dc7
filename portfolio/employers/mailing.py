"""Mails to the people of an organisation, each in their language."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from credentials import mailing
from credentials.documents import absolute
from credentials.languages import written_in
from portfolio.models import EmployerMember


def tell_of_owning(member: EmployerMember) -> None:
    """Tell somebody that they may change their organisation, since nobody else can."""
    with written_in(member.user.language):
        _send(
            member,
            _("You can change %(organisation)s now"),
            template="employer_owner",
            notice=f"owner-{member.pk}",
        )


def tell_of_lost_domain(member: EmployerMember) -> None:
    """Tell an owner that their domain is proved no longer, while that is so."""
    lost_at = member.employer.domain_lost_at
    if lost_at is None:
        return
    with written_in(member.user.language):
        _send(
            member,
            _("%(organisation)s: the domain is not proved any more"),
            template="employer_domain_lost",
            notice=f"domain-{member.pk}-{lost_at:%Y%m%d}",
        )


def _send(member: EmployerMember, subject: str, *, template: str, notice: str) -> None:
    reader, organisation = member.user, member.employer
    if not reader.is_active:
        return
    mailing.send(
        to=[reader.email],
        subject=subject % {"organisation": organisation.name},
        template=template,
        context={
            "reader": reader,
            "organisation": organisation,
            "address": absolute(reverse("organisation")),
        },
        notice=notice,
    )
