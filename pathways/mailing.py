"""Mails about outcomes of pathways, each in its reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from credentials import mailing
from credentials.documents import absolute
from credentials.languages import in_this_language, written_in
from pathways.models import Completion, CompletionEvent

if TYPE_CHECKING:
    from portfolio.models import User

Kind = CompletionEvent.Kind

#: Of a withdrawal the holder hears as of any other withdrawn credential.
TOLD = (Kind.COMPLETED, Kind.PART_LOST, Kind.MET_AGAIN, Kind.KEPT)


def tell_learner(event: CompletionEvent) -> None:
    """Tell a learner what happened to the outcome of a pathway of theirs."""
    learner = event.completion.learner
    if event.kind not in TOLD or not learner.is_active:
        return
    with written_in(learner.language):
        _tell_learner(event, learner)


def _tell_learner(event: CompletionEvent, learner: User) -> None:
    completion = event.completion
    credential, version = completion.credential, completion.version
    subjects = {
        Kind.COMPLETED: _("You completed %(badge)s"),
        Kind.PART_LOST: _("A part of %(badge)s no longer counts"),
        Kind.MET_AGAIN: _("All parts of %(badge)s count again"),
        Kind.KEPT: _("%(badge)s stays with you"),
    }
    mailing.send(
        to=[learner.email],
        subject=subjects[Kind(event.kind)] % {"badge": credential.title},
        template=f"pathway_{event.kind}",
        context={
            "learner": learner,
            "badge": credential.title,
            "pathway": version.name,
            "issuer": version.pathway.issuer,
            "lost": _lost(event),
            "is_kept": version.when_lost == version.WhenLost.KEEP,
            "address": absolute(in_this_language(credential.get_absolute_url())),
            "pathway_address": absolute(version.get_absolute_url()),
        },
        notice=f"pathway-{event.pk}",
    )


def tell_manager(manager: User, completion: Completion, event: CompletionEvent) -> None:
    """Tell a manager that a part of an outcome was lost and they are to decide."""
    with written_in(manager.language):
        _tell_manager(manager, completion, event)


def _tell_manager(
    manager: User, completion: Completion, event: CompletionEvent
) -> None:
    subject = _("%(badge)s of %(learner)s waits for your decision")
    names = {
        "badge": completion.credential.title,
        "learner": completion.learner.full_name,
    }
    mailing.send(
        to=[manager.email],
        subject=subject % names,
        template="pathway_review",
        context={
            **names,
            "manager": manager,
            "pathway": completion.version.name,
            "lost": _lost(event),
            "address": absolute(reverse("admin:pathways_completion_changelist")),
        },
        notice=f"pathway-{event.pk}-{manager.pk}",
    )


def _lost(event: CompletionEvent) -> list[str]:
    """The titles of the parts that stopped to count, as the event noted them."""
    return event.note.splitlines() if event.kind == Kind.PART_LOST else []
