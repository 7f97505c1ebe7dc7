"""The outcome of a pathway: awarded once, and looked at again when a part is lost.

A lost part never touches the outcome credential. It stays, or staff look at it, as the
pathway's version says; nobody but a manager withdraws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from credentials import awarding, revoking
from credentials.models import Credential, Issuer, IssuerMember
from credentials.revoking import NotAllowed, StateChanged
from pathways import clr, tasks
from pathways.models import (
    Completion,
    CompletionEvent,
    CompletionPart,
    Exit,
    PathwayVersion,
)
from pathways.parts import Part, parts_of
from pathways.rules.standing import Standing
from pathways.turns import take_turn

if TYPE_CHECKING:
    from portfolio.models import User

__all__ = [
    "NotAllowed",
    "StateChanged",
    "after_loss",
    "complete",
    "keep",
    "lose",
    "meet_again",
    "under_review",
    "withdraw",
]

State = Completion.Standing
Kind = CompletionEvent.Kind


def complete(
    ending: Exit, learner: User, where: Standing, *, now: datetime
) -> Completion:
    """Award an exit's outcome for its parts, with its CLR, history and notice.

    ``where`` is where the learner stands, with the exit met. In the caller's
    transaction, in the learner's turn. Raises AlreadyHeld when the learner holds this
    badge, AlreadyAwarded when the exit was awarded to them before, and SealingError or
    NoActiveKey when nothing can be signed.
    """
    if _is_held(ending, learner, now):
        raise awarding.AlreadyHeld
    prepared = awarding.prepare(
        awarding.Award(
            version=ending.outcome,
            holder=learner,
            recipient_name=learner.full_name,
            source=Credential.Source.PATHWAY,
            award_key=f"pathway:{ending.pk}:{learner.pk}",
        ),
        now=now,
    )
    outcome = awarding.award(prepared, by=None)
    parts = parts_of(where, ending.requirement_id)
    rule = where.at(ending.requirement_id).rule
    document = clr.sign(ending, rule, outcome, _credentials(parts))
    completion = Completion.objects.create(
        exit=ending,
        version_id=ending.version_id,
        learner=learner,
        credential=outcome,
        completed_at=outcome.issued_at,
        standing_since=outcome.issued_at,
        clr=document,
        clr_sha256=clr.digest(document),
    )
    CompletionPart.objects.bulk_create(
        CompletionPart(completion=completion, requirement_id=node, credential_id=pk)
        for node, pk in parts
    )
    _tell(_log(completion, Kind.COMPLETED, at=outcome.issued_at))
    return completion


def after_loss(version: PathwayVersion) -> Completion.Standing:
    """Return the standing that a lost part brings, and that its return ends."""
    keeps = version.when_lost == PathwayVersion.WhenLost.KEEP
    return State.KEPT if keeps else State.REVIEW


def lose(
    completion: Completion, lost: Sequence[Credential], *, now: datetime
) -> Completion.Standing:
    """Write that the rules are not met any more, for want of these parts.

    The outcome stays as it is, or comes before the managers, as the version says.
    Learner and, for a review, managers are told. Does nothing when it is known; returns
    the standing after it.
    """
    after = after_loss(completion.version)
    if _change(completion, State.MET, after, now):
        titles = "\n".join(dict.fromkeys(credential.title for credential in lost))
        event = _log(completion, Kind.PART_LOST, at=now, note=titles[:1000])
        _tell(event)
        if after == State.REVIEW:
            _tell_managers(event)
    return State(completion.standing)


def meet_again(completion: Completion, *, now: datetime) -> Completion.Standing:
    """Write that the rules are met again, if they were not; return the standing.

    What a manager kept stays kept: that was decided.
    """
    if _change(completion, after_loss(completion.version), State.MET, now):
        _tell(_log(completion, Kind.MET_AGAIN, at=now))
    return State(completion.standing)


@transaction.atomic
def keep(
    completion: Completion, *, by: User, note: str = "", now: datetime | None = None
) -> None:
    """Let an outcome stay although a part is lost: awarded under the rules of its day.

    The note is for staff. Raises NotAllowed unless a manager of the issuer other than
    its holder asks, StateChanged when it is not under review any more.
    """
    now = now or timezone.now()
    _begin_to_decide(completion, by)
    _change(completion, State.REVIEW, State.KEPT, now)
    _tell(_log(completion, Kind.KEPT, at=now, by=by, note=note))


@transaction.atomic
def withdraw(
    completion: Completion, *, by: User, note: str = "", now: datetime | None = None
) -> None:
    """Withdraw an outcome because a part is lost. Raises as ``keep``.

    Its standing remains, and says nothing any more: the credential is withdrawn, and
    its holder is told so as for any other one.
    """
    now = now or timezone.now()
    _begin_to_decide(completion, by)
    _log(completion, Kind.WITHDRAWN, at=now, by=by, note=note)
    revoking.revoke(
        completion.credential,
        reason=Credential.Reason.RULES_NO_LONGER_MET,
        note=note,
        by=by,
        now=now,
    )


def under_review(by: User) -> QuerySet[Completion]:
    """Return what waits for a manager's decision, the longest first.

    The person's own are not theirs to decide.
    """
    managed = Issuer.objects.staffed_by(by, IssuerMember.Role.MANAGER)
    return (
        Completion.objects.filter(
            standing=State.REVIEW,
            version__pathway__issuer__in=managed,
            credential__state__in=[Credential.State.ACTIVE, Credential.State.SUSPENDED],
        )
        .exclude(learner=by)
        .select_related("learner", "credential", "version__pathway__issuer")
        .order_by("standing_since", "pk")
    )


def _credentials(parts: Sequence[Part]) -> list[Credential]:
    """The credentials of the parts, each once, in the order of the parts."""
    keys = list(dict.fromkeys(credential for _node, credential in parts))
    rows = Credential.objects.in_bulk(keys)
    return [rows[key] for key in keys]


def _is_held(ending: Exit, learner: User, now: datetime) -> bool:
    """Whether the badge is held so that it cannot be earned now: ask before signing."""
    held = awarding.holding(ending.outcome.achievement, learner)
    return held is not None and not awarding.can_renew(held, now)


def _begin_to_decide(completion: Completion, by: User) -> None:
    """Check who asks, take the learner's turn, and look whether there is still need.

    Whoever changes a standing has that turn. Raises NotAllowed or StateChanged.
    """
    managed = Issuer.objects.staffed_by(by, IssuerMember.Role.MANAGER)
    own = completion.learner_id == by.pk
    if own or not managed.filter(pathways__versions=completion.version_id).exists():
        raise NotAllowed
    take_turn(completion.learner_id)
    completion.refresh_from_db(fields=["standing", "standing_since"])
    if not under_review(by).filter(pk=completion.pk).exists():
        raise StateChanged


def _change(
    completion: Completion,
    before: Completion.Standing,
    after: Completion.Standing,
    now: datetime,
) -> bool:
    """Compare and set the standing; tell whether it was as expected."""
    if completion.standing != before:
        return False
    won = Completion.objects.filter(pk=completion.pk, standing=before).update(
        standing=after, standing_since=now
    )
    completion.refresh_from_db(fields=["standing", "standing_since"])
    return won == 1


def _log(
    completion: Completion,
    kind: CompletionEvent.Kind,
    *,
    at: datetime,
    by: User | None = None,
    note: str = "",
) -> CompletionEvent:
    return CompletionEvent.objects.create(
        completion=completion, kind=kind, at=at, by=by, note=note
    )


def _tell(event: CompletionEvent) -> None:
    tasks.mail_event.defer(event_id=event.pk)


def _tell_managers(event: CompletionEvent) -> None:
    managers = IssuerMember.objects.filter(
        issuer__pathways__versions=event.completion.version_id,
        role=IssuerMember.Role.MANAGER,
        user__is_active=True,
        user__is_staff=True,
    ).exclude(user=event.completion.learner_id)
    for user_id in managers.order_by("user").values_list("user", flat=True):
        tasks.mail_review.defer(event_id=event.pk, manager_id=user_id)
