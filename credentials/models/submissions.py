"""What learners hand in, and what reviewers say about it."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.models.achievements import (
    Achievement,
    AchievementVersion,
    Criterion,
    RubricLevel,
)
from credentials.models.issuers import Issuer

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

#: Letters and digits that nobody confuses when reading aloud.
READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Return a short name for a submission, such as K7QM-2XHD."""
    drawn = "".join(secrets.choice(READABLE) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def of(self, learner: AbstractBaseUser) -> SubmissionQuerySet:
        """What this learner handed in, with the badge it is for."""
        return self.filter(learner_id=learner.pk).select_related(
            "version", "achievement__issuer"
        )

    def open(self) -> SubmissionQuerySet:
        """Not finished: no decision and not withdrawn."""
        return self.filter(status__in=Submission.OPEN)

    def waiting(self) -> SubmissionQuerySet:
        """Waiting for a reviewer, longest waiting first."""
        return self.filter(
            status__in=[Submission.Status.SUBMITTED, Submission.Status.IN_REVIEW]
        ).order_by("submitted_at", "pk")

    def reviewable_by(self, user: AbstractBaseUser) -> SubmissionQuerySet:
        """Sent to issuers that the user reviews for, never the user's own work."""
        issuers = Issuer.objects.staffed_by(user, "reviewer", "manager")
        return (
            self.filter(achievement__issuer__in=issuers)
            .exclude(round=0)  # a draft, thrown away or not
            .exclude(learner_id=user.pk)
        )


class Submission(models.Model):
    """A learner's evidence for one badge version.

    ``status`` changes only in ``submitting`` (the learner's side) and ``reviewing``
    (the issuer's side), always by compare-and-set.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Sent")
        IN_REVIEW = "in_review", _("In review")
        RETURNED = "returned", _("Returned")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN = (Status.DRAFT, Status.SUBMITTED, Status.IN_REVIEW, Status.RETURNED)
    EDITABLE = (Status.DRAFT, Status.RETURNED)
    WAITING = (Status.SUBMITTED, Status.IN_REVIEW)

    class DeclineReason(models.TextChoices):
        NOT_ENOUGH = "not_enough", _("The evidence does not show the criteria")
        NOT_OWN_WORK = "not_own_work", _("The work is not the learner's own")
        WRONG_BADGE = "wrong_badge", _("The work belongs to another badge")
        OTHER = "other", _("Another reason")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(
        max_length=9, unique=True, default=new_reference, editable=False
    )
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="submissions"
    )
    version = models.ForeignKey(
        AchievementVersion, models.PROTECT, related_name="submissions"
    )
    # Copied from the version, held true by a composite foreign key.
    achievement = models.ForeignKey(
        Achievement, models.PROTECT, related_name="submissions"
    )
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    #: How many times it was sent.
    round = models.PositiveSmallIntegerField(default=0)

    about = models.TextField(_("about your work"), max_length=2000, blank=True)
    help_received = models.TextField(
        _("people who helped and use of AI"), max_length=2000, blank=True
    )
    name_on_credential = models.CharField(_("name"), max_length=200, blank=True)
    visibility_chosen_at = models.DateTimeField(null=True, editable=False)
    declared_at = models.DateTimeField(null=True, editable=False)

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    saved_at = models.DateTimeField(db_default=Now(), editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="decisions",
    )
    #: Words to the learner of the last return or the final decision.
    comment = models.TextField(max_length=2000, blank=True)
    decline_reason = models.CharField(max_length=12, choices=DeclineReason, blank=True)
    #: Why it was approved below a required level.
    override_reason = models.TextField(max_length=600, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        indexes = [
            models.Index(
                fields=["submitted_at"],
                condition=Q(status__in=["submitted", "in_review"]),
                name="submission_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "achievement"],
                condition=Q(status__in=["draft", "submitted", "in_review", "returned"]),
                name="submission_one_open_per_badge",
            ),
            models.UniqueConstraint(
                fields=["id", "learner"], name="submission_with_its_learner"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "draft",
                        "submitted",
                        "in_review",
                        "returned",
                        "withdrawn",
                    ],
                    decided_at=None,
                    decided_by=None,
                )
                | Q(
                    status__in=["approved", "declined"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="submission_fully_decided_or_not_at_all",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("learner")),
                name="submission_not_decided_by_its_learner",
            ),
            models.CheckConstraint(
                condition=Q(status="declined") ^ Q(decline_reason=""),
                name="submission_declined_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn"])
                | Q(
                    submitted_at__isnull=False,
                    declared_at__isnull=False,
                    round__gte=1,
                )
                & ~Q(name_on_credential=""),
                name="submission_sent_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("submission", args=[self.pk])

    @property
    def is_editable(self) -> bool:
        return self.status in self.EDITABLE

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_as_sent(self) -> bool:
        """Whether its texts are what reviewers were sent: not taken back or changed."""
        if self.status == self.Status.RETURNED:
            return self.saved_at == self.submitted_at
        return self.status not in {self.Status.DRAFT, self.Status.WITHDRAWN}


class Review(models.Model):
    """What one reviewer said about one hand-in."""

    class Decision(models.TextChoices):
        APPROVE = "approve", _("Approve and issue")
        RETURN = "return", _("Return for changes")
        DECLINE = "decline", _("Decline")

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="reviews")
    # Copied from the submission, held true by a composite foreign key.
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews"
    )
    round = models.PositiveSmallIntegerField()
    decision = models.CharField(max_length=7, choices=Decision)
    comment = models.TextField(max_length=2000, blank=True)
    staff_note = models.TextField(max_length=2000, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["round", "pk"]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "round"], name="review_one_per_hand_in"
            ),
            models.CheckConstraint(
                condition=~Q(reviewer=F("learner")),
                name="review_not_by_the_learner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} ({self.submission})"


class CriterionReview(models.Model):
    """The level that a reviewer saw in one criterion, and a note to the learner."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="criteria")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    #: Empty means: cannot tell from this evidence.
    level = models.ForeignKey(RubricLevel, models.PROTECT, null=True, related_name="+")
    note = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "criterion"], name="criterionreview_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.level or '–'}"


class SubmissionEvent(models.Model):
    """One step in the life of a submission. Append-only (a trigger)."""

    class Kind(models.TextChoices):
        STARTED = "started", _("Started")
        SENT = "sent", _("Sent for review")
        REVIEW_BEGAN = "review_began", _("Review began")
        RETURNED = "returned", _("Returned for changes")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn by the learner")

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    round = models.PositiveSmallIntegerField(default=0)

    class Meta:
        # Not by ``at``: whoever waited for a lock looked at the clock before.
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.submission})"
