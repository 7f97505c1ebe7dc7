"""One mail a day for each reviewer for whom something waits."""

from __future__ import annotations

from django.contrib.auth import get_user_model

from credentials import mailing
from credentials.models import IssuerMember, Submission

Role = IssuerMember.Role


def reviewers_with_work() -> list[int]:
    """Return the ids of active people who review for issuers where something waits."""
    issuers = Submission.objects.waiting().values("achievement__issuer")
    return list(
        IssuerMember.objects.filter(
            issuer__in=issuers,
            role__in=[Role.REVIEWER, Role.MANAGER],
            user__is_active=True,
            user__is_staff=True,
        )
        .order_by("user_id")
        .values_list("user_id", flat=True)
        .distinct()
    )


def send_digest(reviewer_id: int, *, day: str) -> bool:
    """Mail what waits for this reviewer; return False when nothing does any more."""
    reviewer = get_user_model().objects.filter(pk=reviewer_id, is_active=True).first()
    if reviewer is None:
        return False
    waiting = list(
        Submission.objects.reviewable_by(reviewer)
        .waiting()
        .select_related("version", "achievement__issuer", "learner")[:50]
    )
    if not waiting:
        return False
    mailing.tell_reviewer(reviewer, waiting, day=day)
    return True
