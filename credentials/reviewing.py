"""The issuer's side of a submission. Only the admin calls this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials import awarding, tasks
from credentials.documents import Result
from credentials.models import (
    Credential,
    Criterion,
    CriterionReview,
    Review,
    Submission,
    SubmissionEvent,
)

if TYPE_CHECKING:
    from portfolio.models import User

Decision = Review.Decision
Status = Submission.Status


class NotAllowed(Exception):
    """The person does not review for this issuer, or it is their own work."""


class AlreadyDecided(Exception):
    """Somebody else decided first, or the learner took it back.

    ``review`` is the decision of this round, None after a withdrawal.
    """

    def __init__(self, review: Review | None) -> None:
        super().__init__()
        self.review = review


class IncompleteDecision(Exception):
    """The decision lacks something; ``problems`` maps a field to its sentence."""

    def __init__(self, problems: dict[str, str | Promise]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reviewer filled in. ``levels`` maps a criterion's id to a level's id.

    A criterion that is absent has no answer; None means *cannot tell*.
    """

    decision: Review.Decision
    levels: Mapping[int, int | None] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)
    comment: str = ""
    staff_note: str = ""
    decline_reason: str = ""
    override_reason: str = ""


@transaction.atomic
def begin(submission: Submission, *, by: User, now: datetime | None = None) -> None:
    """Begin the review: the learner can no longer withdraw. Does nothing twice.

    Raises NotAllowed, or AlreadyDecided when it waits for nobody.
    """
    _check_reviewer(submission, by)
    won = Submission.objects.filter(pk=submission.pk, status=Status.SUBMITTED).update(
        status=Status.IN_REVIEW
    )
    submission.refresh_from_db()
    if won:
        _log(submission, SubmissionEvent.Kind.REVIEW_BEGAN, by, now or timezone.now())
    elif submission.status != Status.IN_REVIEW:
        raise AlreadyDecided(_latest(submission))


@transaction.atomic
def decide(
    submission: Submission,
    opinion: Opinion,
    *,
    by: User,
    now: datetime | None = None,
) -> Credential | None:
    """Decide a waiting hand-in; return the credential when it is approved.

    One transaction: the credential is signed before the first lock, then the status
    is compared and set, then everything is written and the mail is enqueued. The
    round that the reviewer saw (``submission.round``) is part of the comparison.

    Raises NotAllowed, IncompleteDecision, AlreadyDecided, awarding.AlreadyHeld, or a
    SealingError when the credential cannot be signed.
    """
    now = now or timezone.now()
    _check_reviewer(submission, by)
    criteria = list(submission.version.criteria.prefetch_related("levels"))
    if problems := _problems(opinion, criteria):
        raise IncompleteDecision(problems)
    prepared = None
    if opinion.decision == Decision.APPROVE:
        prepared = _prepare(submission, opinion, criteria, now)
    _set_status(submission, opinion, by, now)
    _write_review(submission, opinion, criteria, by, now)
    _log(submission, _EVENTS[opinion.decision], by, now)
    if prepared:
        awarding.award(prepared, by=by)
    tasks.mail_decision.defer(submission_id=str(submission.pk), round=submission.round)
    return prepared


_STATUSES = {
    Decision.APPROVE: Status.APPROVED,
    Decision.RETURN: Status.RETURNED,
    Decision.DECLINE: Status.DECLINED,
}
_EVENTS = {
    Decision.APPROVE: SubmissionEvent.Kind.APPROVED,
    Decision.RETURN: SubmissionEvent.Kind.RETURNED,
    Decision.DECLINE: SubmissionEvent.Kind.DECLINED,
}


def below_required(opinion: Opinion, criteria: list[Criterion]) -> list[Criterion]:
    """Return the criteria whose chosen level is under the required one, or untold."""
    return [c for c in criteria if not _is_enough(c, opinion.levels.get(c.pk))]


def _is_enough(criterion: Criterion, level_id: int | None) -> bool:
    levels = list(criterion.levels.all())
    required = next((level for level in levels if level.is_required), None)
    chosen = next((level for level in levels if level.pk == level_id), None)
    return bool(required and chosen and chosen.position >= required.position)


def _problems(opinion: Opinion, criteria: list[Criterion]) -> dict[str, str | Promise]:
    found = _level_problems(opinion, criteria)
    if opinion.decision == Decision.APPROVE:
        too_low = not found and below_required(opinion, criteria)
        if too_low and not opinion.override_reason:
            found["override_reason"] = _(
                "A criterion is under its required level. Write why you approve."
            )
    elif not opinion.comment:
        found["comment"] = _COMMENT_MISSING[opinion.decision]
    declined = opinion.decision == Decision.DECLINE
    if declined and opinion.decline_reason not in Submission.DeclineReason.values:
        found["decline_reason"] = _("Choose the reason for declining.")
    return found


_COMMENT_MISSING = {
    Decision.RETURN: _("Write what the learner should change."),
    Decision.DECLINE: _("Write why, and how to try again."),
}


_LEVEL_MISSING = _("Choose the level you see for “%(criterion)s”.")


def _level_problems(
    opinion: Opinion, criteria: list[Criterion]
) -> dict[str, str | Promise]:
    found: dict[str, str | Promise] = {}
    for criterion in criteria:
        known = {None, *(level.pk for level in criterion.levels.all())}
        answered = criterion.pk in opinion.levels
        if opinion.levels.get(criterion.pk) not in known:
            found[f"level-{criterion.pk}"] = _("Choose one of the levels shown.")
        elif opinion.decision == Decision.APPROVE and not answered:
            found[f"level-{criterion.pk}"] = _LEVEL_MISSING % {"criterion": criterion}
    return found


def _prepare(
    submission: Submission,
    opinion: Opinion,
    criteria: list[Criterion],
    now: datetime,
) -> Credential:
    levels = {
        level.pk: level for criterion in criteria for level in criterion.levels.all()
    }
    results = [
        Result(criterion, levels[chosen])
        for criterion in criteria
        if (chosen := opinion.levels.get(criterion.pk)) is not None
    ]
    public = submission.evidence.filter(visibility="public").select_related("criterion")
    return awarding.prepare(
        awarding.Award(
            version=submission.version,
            holder=submission.learner,
            recipient_name=submission.name_on_credential,
            source=Credential.Source.SUBMISSION,
            award_key=f"submission:{submission.pk}",
            results=results,
            evidence=list(public),
            submission=submission,
        ),
        now=now,
    )


def _set_status(
    submission: Submission, opinion: Opinion, by: User, now: datetime
) -> None:
    """Compare and set: of two people who press at once, one wins."""
    final = opinion.decision != Decision.RETURN
    won = Submission.objects.filter(
        pk=submission.pk, status__in=Submission.WAITING, round=submission.round
    ).update(
        status=_STATUSES[opinion.decision],
        decided_at=now if final else None,
        decided_by=by if final else None,
        comment=opinion.comment,
        decline_reason=opinion.decline_reason
        if opinion.decision == Decision.DECLINE
        else "",
        override_reason=opinion.override_reason
        if opinion.decision == Decision.APPROVE
        else "",
    )
    submission.refresh_from_db()
    if not won:
        raise AlreadyDecided(_latest(submission))


def _write_review(
    submission: Submission,
    opinion: Opinion,
    criteria: list[Criterion],
    by: User,
    now: datetime,
) -> None:
    review = Review.objects.create(
        submission=submission,
        learner_id=submission.learner_id,
        reviewer=by,
        round=submission.round,
        decision=opinion.decision,
        comment=opinion.comment,
        staff_note=opinion.staff_note,
        created_at=now,
    )
    CriterionReview.objects.bulk_create(
        CriterionReview(
            review=review,
            criterion=criterion,
            level_id=opinion.levels.get(criterion.pk),
            note=opinion.notes.get(criterion.pk, ""),
        )
        for criterion in criteria
    )


def _check_reviewer(submission: Submission, by: User) -> None:
    if not Submission.objects.reviewable_by(by).filter(pk=submission.pk).exists():
        raise NotAllowed


def _latest(submission: Submission) -> Review | None:
    return submission.reviews.select_related("reviewer").order_by("-round").first()


def _log(
    submission: Submission, kind: SubmissionEvent.Kind, by: User, at: datetime
) -> None:
    SubmissionEvent.objects.create(
        submission=submission, kind=kind, at=at, by=by, round=submission.round
    )
