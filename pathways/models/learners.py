"""Who is on a pathway, and who completed it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from credentials.models import Credential
from pathways.models.pathways import Exit, Pathway, PathwayVersion
from pathways.models.requirements import Requirement


class Enrolment(models.Model):
    """A learner on a pathway, under the rules of one version until they move."""

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments"
    )
    #: Copied from the version (a composite foreign key holds it true).
    pathway = models.ForeignKey(
        Pathway, models.PROTECT, related_name="enrolments", editable=False
    )
    version = models.ForeignKey(
        PathwayVersion, models.PROTECT, related_name="enrolments"
    )
    enrolled_at = models.DateTimeField(db_default=Now())
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "pathway"],
                condition=Q(left_at=None),
                name="enrolment_once_at_a_time",
            ),
        ]
        indexes = [
            # The sweep walks the learners of a version in this order.
            models.Index(
                fields=["version", "learner"],
                condition=Q(left_at=None),
                name="enrolment_of_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.version}"


class Completion(models.Model):
    """An exit that a learner reached, once, and the credential given for it."""

    class Standing(models.TextChoices):
        """Whether its parts still carry it."""

        MET = "met", _("All parts stand")
        KEPT = "kept", _("Kept: awarded under the rules of its day")
        REVIEW = "review", _("Under review: a part no longer counts")

    exit = models.ForeignKey(Exit, models.PROTECT, related_name="completions")
    #: Copied from the exit (a composite foreign key holds it true).
    version = models.ForeignKey(
        PathwayVersion, models.PROTECT, related_name="completions"
    )
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="completions"
    )
    credential = models.OneToOneField(
        Credential, models.PROTECT, related_name="completion"
    )
    completed_at = models.DateTimeField()
    standing = models.CharField(
        _("standing"), max_length=6, choices=Standing, default=Standing.MET
    )
    standing_since = models.DateTimeField()
    #: The signed CLR 2.0, as text, written once: outcome, parts, associations.
    clr = models.TextField(null=True)  # noqa: DJ001 - NULL means: erased
    clr_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["-completed_at"]
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        constraints = [
            models.UniqueConstraint(
                fields=["exit", "learner"], name="completion_once_per_learner"
            ),
        ]
        indexes = [
            models.Index(fields=["version", "learner"], name="completion_of_version"),
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.exit}"

    @property
    def is_withdrawn(self) -> bool:
        """Whether its credential was."""
        return bool(self.credential.state == Credential.State.REVOKED)

    @property
    def told(self) -> str:
        """Its standing; all parts stand where there is no more to decide about it."""
        live = {Credential.State.ACTIVE, Credential.State.SUSPENDED}
        return self.standing if self.credential.state in live else self.Standing.MET


class CompletionPart(models.Model):
    """A credential that counted when the exit was reached, and for which rule."""

    completion = models.ForeignKey(Completion, models.CASCADE, related_name="parts")
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="+")
    credential = models.ForeignKey(
        Credential, models.PROTECT, related_name="part_of_completions"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["completion", "requirement", "credential"],
                name="completionpart_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement}: {self.credential}"


class CompletionEvent(models.Model):
    """One step in the life of a completion. Append-only (a trigger)."""

    class Kind(models.TextChoices):
        COMPLETED = "completed", _("Completed")
        PART_LOST = "part_lost", _("A part no longer counts")
        MET_AGAIN = "met_again", _("All parts count again")
        KEPT = "kept", _("Kept by the issuer")
        WITHDRAWN = "withdrawn", _("Withdrawn by the issuer")

    completion = models.ForeignKey(Completion, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    #: For staff only.
    note = models.TextField(max_length=1000, blank=True)

    class Meta:
        # Not by ``at``: whoever waited for a lock looked at the clock before.
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.completion})"
