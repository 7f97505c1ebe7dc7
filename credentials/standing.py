"""What a learner already has of a badge: a hand-in, a credential, or nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Case, CharField, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _

from credentials.models import Achievement, Credential, Submission

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


class Standing(TextChoices):
    """The one thing to say about a badge on a card."""

    EARNED = "earned", _("Earned")
    IN_PROGRESS = "in_progress", _("In progress")
    IN_REVIEW = "in_review", _("In review")
    RETURNED = "returned", _("Returned")


def standings_of(
    learner: AbstractBaseUser, achievements: Collection[int], now: datetime
) -> dict[int, Standing]:
    """Return the standing by achievement id, for those that have one. One query.

    An open hand-in is said before a credential: it is what waits for somebody.
    """
    held = Credential.objects.filter(
        holder_id=learner.pk, achievement__in=achievements
    ).in_force(now)
    opened = Submission.objects.filter(
        learner_id=learner.pk, achievement__in=achievements
    ).open()
    rows = held.values_list(
        "achievement_id", Value(Standing.EARNED.value, CharField())
    ).union(opened.values_list("achievement_id", _of_a_submission()), all=True)
    found: dict[int, Standing] = {}
    for achievement_id, standing in rows:
        if standing != Standing.EARNED or achievement_id not in found:
            found[achievement_id] = Standing(standing)
    return found


def _of_a_submission() -> Case:
    return Case(
        When(
            status__in=Submission.WAITING,
            then=Value(Standing.IN_REVIEW.value),
        ),
        When(
            status=Submission.Status.RETURNED,
            then=Value(Standing.RETURNED.value),
        ),
        default=Value(Standing.IN_PROGRESS.value),
        output_field=CharField(),
    )


@dataclass(frozen=True, slots=True)
class Own:
    """What one learner has of one badge.

    ``open`` is the submission without a decision; ``held`` the newest credential in
    force or paused; ``ended`` the newest one that is past its end or withdrawn,
    when there is none in force.
    """

    open: Submission | None = None
    held: Credential | None = None
    ended: Credential | None = None


def own(learner: AbstractBaseUser, achievement: Achievement, now: datetime) -> Own:
    """Return what the learner has of this badge. Two queries.

    One query for a badge that is earned on a pathway: nobody hands anything in for it.
    """
    submission = None
    if not achievement.is_earned_on_a_pathway:
        opened = Submission.objects.of(learner).filter(achievement=achievement).open()
        submission = opened.first()
    credentials = list(
        Credential.objects.of(learner)
        .filter(achievement=achievement)
        .defer("document", "jwt")[:20]
    )
    held = next((each for each in credentials if _is_held(each, now)), None)
    ended = credentials[0] if credentials and held is None else None
    return Own(submission, held, ended)


def _is_held(credential: Credential, now: datetime) -> bool:
    kept = {Credential.State.ACTIVE, Credential.State.SUSPENDED}
    past = credential.valid_until is not None and credential.valid_until <= now
    return credential.state in kept and not past
