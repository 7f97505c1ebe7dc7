"""Mails about endorsements, each in its reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from credentials import mailing
from credentials.documents import absolute
from credentials.languages import written_in
from credentials.models import Credential, Issuer, IssuerMember
from portfolio.endorsing import acting, showing
from portfolio.models import Endorsement, User

State = Endorsement.State


def tell(endorsement: Endorsement, what: str) -> None:
    """Tell those concerned what happened: asked, given, declined or withdrawn.

    Nobody is told what is no longer so, and nobody but its holder of a credential that
    is shown to nobody now.
    """
    if endorsement.state != what:
        return
    readers = _deciders if what == State.ASKED else _concerned
    for reader in readers(endorsement):
        if not _may_read_of(endorsement.credential, reader):
            continue
        with written_in(reader.language):
            _send(endorsement, what, reader)


def _send(endorsement: Endorsement, what: str, reader: User) -> None:
    title = showing.title_of(endorsement.target)
    values = {"organisation": endorsement.organisation.name, "title": title}
    mailing.send(
        to=[reader.email],
        subject=_SUBJECTS[what]() % values,
        template=f"endorsement_{what}",
        context={
            "reader": reader,
            "endorsement": endorsement,
            "organisation": endorsement.organisation,
            "title": title,
            "asker": endorsement.asked_by.full_name if endorsement.asked_by else "",
            "sentence": showing.sentence(endorsement),
            "address": absolute(_address(endorsement, what)),
        },
        notice=f"endorsement-{endorsement.pk}-{what}-{reader.pk}",
    )


_SUBJECTS: dict[str, Callable[[], str]] = {
    State.ASKED: lambda: _("%(organisation)s is asked to endorse %(title)s"),
    State.GIVEN: lambda: _("%(organisation)s stands behind %(title)s"),
    State.DECLINED: lambda: _("%(organisation)s does not endorse %(title)s"),
    State.WITHDRAWN: lambda: _("%(organisation)s no longer stands behind %(title)s"),
}


def _address(endorsement: Endorsement, what: str) -> str:
    if what == State.DECLINED:
        return reverse("own_endorsements")
    return endorsement.get_absolute_url()


def _may_read_of(credential: Credential | None, reader: User) -> bool:
    """Whether its title may be named to somebody; where there is none, nothing is."""
    if credential is None or credential.holder_id == reader.pk:
        return True
    is_private = credential.visibility == Credential.Visibility.PRIVATE
    return not is_private and credential.state != Credential.State.ERASED


def _deciders(endorsement: Endorsement) -> Iterable[User]:
    return acting.deciders_of(endorsement.organisation)


def _concerned(endorsement: Endorsement) -> Iterable[User]:
    """Who asked; where nobody did, those who manage what it is about."""
    if asked_by := endorsement.asked_by:
        return [asked_by] if asked_by.is_active else []
    target = endorsement.target
    issuer = target if isinstance(target, Issuer) else target.issuer
    return User.objects.filter(
        issuer_roles__issuer=issuer,
        issuer_roles__role=IssuerMember.Role.MANAGER,
        is_active=True,
        is_staff=True,
    ).distinct()
